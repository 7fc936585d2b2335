"""What a form writes is what the engine reads, and what the engine reads is what the form shows again."""

import json
import re
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.forms_tariffs import FORMS, checked_rule
from billing.pricing.examples import FAMILIES, rule_in_words, try_on_families
from billing.pricing.facts import Counting, PricingFacts
from billing.pricing.grids import Grid, GridError, Row, grid_of, read_rule, rule_of
from billing.pricing.rules import AnyTariff
from tests.billing.pricing.corpus import tariffs

NOT_PUBLISHED = {"sibling_discount", "bounded", "by_age"}
EUROS = st.decimals(0, 200, places=2)
LIMITS = st.lists(st.integers(1, 3000), unique=True, max_size=5).map(sorted)


@st.composite
def bracket_grids(draw) -> Grid:
    limits: list[Decimal | None] = [Decimal(limit) for limit in draw(LIMITS)]
    outside = draw(st.booleans())
    starts: list[Decimal | None] = [Decimal(0), *limits]
    published = draw(st.booleans())
    rows = [
        Row(
            start=starts[rank] if published else None,
            up_to=up_to,
            amount=draw(EUROS),
            outside=draw(EUROS) if outside else None,
        )
        for rank, up_to in enumerate([*limits, None])
    ]
    return Grid(
        shape="brackets",
        rows=rows,
        limits=draw(st.sampled_from(["inclusive", "exclusive"])),
        without_proof=draw(st.none() | EUROS),
        outside=None if outside else draw(st.none() | EUROS),
    )


FLAT_GRIDS = st.builds(Grid, shape=st.just("flat"), amount=EUROS, outside=st.none() | EUROS)
EFFORT_GRIDS = st.builds(
    Grid,
    shape=st.just("effort_rate"),
    percents=st.lists(st.decimals("0.01", 5, places=2), min_size=1, max_size=4),
    floor=st.decimals(0, 1, places=2),
    cap=st.decimals(2, 50, places=2),
    divided_by=st.integers(1, 4),
    without_proof=st.none() | EUROS,
    outside=st.none() | EUROS,
)


LEVEL_GRIDS = st.builds(
    Grid,
    shape=st.just("levels"),
    levels=st.lists(
        st.tuples(st.sampled_from(["maternelle", "elementaire"]), EUROS),
        min_size=1,
        unique_by=lambda one: one[0],
    ),
    amount=EUROS,
    outside=st.none() | EUROS,
)
SIBLING_GRIDS = st.builds(
    Grid,
    shape=st.just("siblings"),
    prices=st.lists(EUROS, min_size=1, max_size=4),
    counting=st.sampled_from(get_args(Counting)),
    outside=st.none() | EUROS,
)


@given(grid=st.one_of(bracket_grids(), FLAT_GRIDS, EFFORT_GRIDS, LEVEL_GRIDS, SIBLING_GRIDS))
def test_a_grid_comes_back_as_it_was_written(grid):
    rule = rule_of(grid)
    again = grid_of(rule)
    assert again is not None
    assert rule_of(again) == rule
    assert read_rule(rule.model_dump(mode="json", exclude_unset=True)) == rule


@given(grid=bracket_grids(), quotient=st.integers(0, 4000), resident=st.booleans())
def test_every_quotient_falls_in_one_bracket_and_pays_its_price(grid, quotient, resident):
    facts = PricingFacts(quotient=Decimal(quotient), resident=resident)

    def holds(row: Row) -> bool:
        if row.up_to is None:
            return True
        return quotient <= row.up_to if grid.limits == "inclusive" else quotient < row.up_to

    row = next(row for row in grid.rows if holds(row))
    expected = row.amount
    if not resident:
        expected = next(price for price in (grid.outside, row.outside, row.amount) if price is not None)
    assert rule_of(grid).price(facts).amount == expected


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([("0", "700", "1"), ("800", None, "3")], "Trou entre 700 et 800"),
        ([("0", "700", "1"), ("600", None, "3")], "Chevauchement entre 600 et 700"),
        ([("0", "700", "1")], "la dernière tranche doit être sans limite"),
        ([(None, "700", "1"), (None, "600", "2"), (None, None, "3")], "vient après"),
        ([], "La liste ne peut pas être vide"),
    ],
)
def test_holes_and_overlaps_are_told(rows, fault):
    def number(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    given_rows = [
        Row(start=number(start), up_to=number(end), amount=Decimal(price)) for start, end, price in rows
    ]
    with pytest.raises(GridError) as refused:
        rule_of(Grid(shape="brackets", rows=given_rows))
    assert fault in str(refused.value)


def test_prices_for_others_are_for_all_brackets_or_none():
    rows = [
        Row(up_to=Decimal(700), amount=Decimal(1), outside=Decimal(2)),
        Row(amount=Decimal(3)),
    ]
    with pytest.raises(GridError, match="chaque tranche"):
        rule_of(Grid(shape="brackets", rows=rows))


def test_a_rule_that_no_form_can_write_is_not_shown_in_one():
    rule = read_rule({"type": "forfait", "per": "month", "base": {"type": "flat", "amount": 30}})
    assert grid_of(rule) is None
    assert rule_in_words(rule) == "forfait (estimation avant la facture)"


def test_unknown_words_of_a_written_rule_are_told():
    with pytest.raises(GridError, match="ce mot n’existe pas"):
        read_rule({"type": "flat", "amount": 3, "montant": 4})
    with pytest.raises(GridError, match="la règle n’a pas de « type »"):
        read_rule({"amount": 3})


def test_three_families_try_a_tariff_against_the_one_in_force():
    before = rule_of(Grid(shape="flat", amount=Decimal("3.30")))
    rows = [Row(up_to=Decimal(800), amount=Decimal(1)), Row(amount=Decimal(4))]
    trials = try_on_families(rule_of(Grid(shape="brackets", rows=rows)), before=before)
    assert [(trial.price.amount, trial.before) for trial in trials] == [
        (1, Decimal("3.30")),
        (4, Decimal("3.30")),
        (4, Decimal("3.30")),
    ]
    assert len(FAMILIES) == 3


@pytest.mark.parametrize("tariff", tariffs(), ids=lambda tariff: f"{tariff.town}, {tariff.name}")
def test_every_published_tariff_can_be_entered_in_the_editor(tariff):
    """As a grid where it is one, else as it is written in the file of the commune; shown again, it is the same."""
    for version in tariff.versions:
        written = version.rule.model_dump(mode="json", exclude_unset=True)
        form = FORMS["written"]({"du": "2026-09-01", "regle": json.dumps(written)})
        assert form.is_valid(), form.errors
        assert checked_rule(form) == version.rule


def test_the_published_tariffs_use_every_shape():
    """What no town publishes is tried one by one in test_shapes.py."""
    known = {member.model_fields["type"].annotation.__args__[0] for member in get_args(AnyTariff)}
    used = set(re.findall(r'"type": "(\w+)"', " ".join(_written(tariff) for tariff in tariffs())))
    assert used <= known
    assert known - used == NOT_PUBLISHED


def _written(tariff) -> str:
    return " ".join(json.dumps(version.rule.model_dump(mode="json")) for version in tariff.versions)


def test_every_published_rule_goes_through_the_screens_unchanged():
    """What a form shows is all of the rule; what no form can show goes through the written one."""
    shown, written = 0, 0
    for rule in (version.rule for tariff in tariffs() for version in tariff.versions):
        if grid := grid_of(rule):
            assert rule_of(grid) == rule
            shown += 1
        else:
            stored = json.dumps(rule.model_dump(mode="json", exclude_unset=True))
            assert read_rule(json.loads(stored)) == rule
            written += 1
    assert shown and written
