"""What every shape promises, whatever the numbers."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_CEILING, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from billing.pricing.facts import Meal, Position, Positions, PricingFacts, Public, Regularity, Scheme, Tie
from billing.pricing.rounding import Rounding, round_price
from billing.pricing.rules import TARIFF_RULE
from billing.pricing.shape import Settled
from core.levels import Level
from core.money import cents
from tests.billing.pricing.corpus import tariffs

fast = settings(derandomize=True, max_examples=80, deadline=None)

amounts = st.decimals(0, 100, places=2)
quotients = st.decimals(0, 5_000, places=2)
counts = st.integers(1, 6)


def flat(amount):
    return {"type": "flat", "amount": amount}


def price(rule, **facts):
    return TARIFF_RULE.validate_python(rule).price(PricingFacts(**facts)).amount


@st.composite
def positions(draw):
    total = draw(st.integers(1, 30))
    position = Position(draw(st.integers(1, total)), total)
    return Positions(
        **dict.fromkeys(("family_day", "family_year", "week", "month", "period", "year"), position)
    )


any_facts = st.builds(
    PricingFacts,
    quotient=st.none() | quotients,
    own_quotient=st.none() | quotients,
    yearly_income=st.none() | st.decimals(0, 200_000, places=2),
    scheme=st.none() | st.sampled_from(Scheme),
    resident=st.booleans(),
    ties=st.frozensets(st.sampled_from(Tie)),
    sibling_rank=counts,
    registered=counts,
    children=counts,
    level=st.none() | st.sampled_from(Level),
    age=st.none() | st.integers(0, 18),
    public=st.sampled_from(Public),
    regularity=st.none() | st.sampled_from(Regularity),
    meal=st.sampled_from(Meal),
    formula=st.none() | st.sampled_from(["half_day", "half_day_meal", "day", "day_meal"]),
    minutes=st.none() | st.integers(0, 600),
    late_minutes=st.integers(0, 120),
    cost=st.none() | amounts,
    day=st.dates(date(2023, 9, 1), date(2026, 7, 1)),
    positions=positions(),
)


@fast
@given(st.sampled_from(tariffs()), any_facts)
def test_no_facts_fall_in_a_hole(tariff, facts):
    for version in tariff.versions:
        unit = version.rule.price(facts)
        assert cents(unit.amount) >= 0
        assert unit.reasons
        assert unit == version.rule.price(replace(facts))


@fast
@given(st.lists(amounts, min_size=1, max_size=6), st.tuples(quotients, quotients))
def test_growing_brackets_never_charge_the_poorer_more(prices, pair):
    poorer, richer = sorted(pair)
    steps = [{"up_to": 300 * (n + 1), "amount": amount} for n, amount in enumerate(sorted(prices))]
    del steps[-1]["up_to"]
    rule = {"type": "brackets", "brackets": steps}
    assert price(rule, quotient=poorer) <= price(rule, quotient=richer) <= price(rule)


@fast
@given(st.decimals(0, 5, places=3), st.tuples(amounts, amounts), st.tuples(quotients, quotients))
def test_an_effort_rate_grows_between_its_bounds(percent, bounds, pair):
    poorer, richer = sorted(pair)
    floor, cap = sorted(bounds)
    rule = {"type": "effort_rate", "percents": [percent], "floor": floor, "cap": cap}
    assert floor <= price(rule, quotient=poorer) <= price(rule, quotient=richer) <= price(rule) == cap
    if floor <= poorer * percent / 100 <= cap:
        assert abs(price(rule, quotient=poorer) - poorer * percent / 100) <= Decimal("0.005")


@fast
@given(quotients, st.sampled_from([2, 4]), st.decimals("0.5", 3, places=2))
def test_an_hour_cut_in_parts_is_rounded_up_once(quotient, parts, cap):
    rule = {
        "type": "effort_rate",
        "percents": [Decimal("0.105")],
        "cap": cap,
        "divided_by": parts,
        "rounding": {"direction": "up"},
    }
    exact = min(quotient * Decimal("0.00105"), cap) / parts
    assert price(rule, quotient=quotient) == exact.quantize(Decimal("0.01"), rounding=ROUND_CEILING)


@fast
@given(st.lists(amounts, min_size=2, max_size=5), st.tuples(quotients, quotients))
def test_interpolation_is_continuous_and_passes_through_its_points(prices, pair):
    points = [{"means": 500 * n, "amount": amount} for n, amount in enumerate(sorted(prices))]
    rule = {"type": "interpolation", "points": points}
    for point in points:
        assert price(rule, quotient=Decimal(point["means"])) == point["amount"]
    poorer, richer = sorted(pair)
    assert price(rule, quotient=poorer) <= price(rule, quotient=richer) <= price(rule)
    near = price(rule, quotient=poorer + Decimal("0.01"))
    assert abs(near - price(rule, quotient=poorer)) <= Decimal("0.02")


@fast
@given(
    st.decimals(0, 1000, places=4),
    st.sampled_from(["0.01", "0.05", "0.10", "1"]),
    st.sampled_from(["nearest", "up", "down"]),
)
def test_rounding_is_less_than_a_step_and_to_its_side(amount, step, direction):
    rounded = round_price(amount, Rounding(step=step, direction=direction))
    assert cents(rounded) % cents(Decimal(step)) == 0
    assert abs(rounded - amount) < Decimal(step)
    assert (rounded >= amount) if direction == "up" else (rounded <= amount) if direction == "down" else True
    assert round_price(rounded, Rounding(step=step, direction=direction)) == rounded


@fast
@given(st.integers(1, 600), st.integers(1, 600), st.sampled_from([15, 30, 60]), st.integers(0, 14), amounts)
def test_started_units_cover_the_time(minutes, longer, unit, grace, amount):
    rule = {"type": "started_units", "unit": unit, "grace": grace, "base": flat(amount)}
    due = price(rule, minutes=minutes)
    assert due >= amount
    if amount:
        assert (due / amount) * unit >= minutes - grace
        assert (due / amount - 1) * unit < max(1, minutes - grace)
    assert due <= price(rule, minutes=minutes + longer)
    assert price(rule | {"cap": Decimal("1.00")}, minutes=minutes) == min(due, Decimal(1))


@fast
@given(amounts, amounts, st.decimals(0, 100, places=1), amounts)
def test_aids_leave_the_least_and_never_more_than_the_price(amount, aid, percent, least):
    rule = {
        "type": "aided",
        "base": flat(amount),
        "least": least,
        "grants": [{"payer": "CAF", "amount": aid}, {"payer": "CCAS", "percent": percent, "at_most": 3}],
    }
    assert min(least, amount) <= price(rule) <= amount
    assert amount - price(rule) <= aid + 3


@fast
@given(amounts, st.lists(st.integers(0, 100), min_size=2, max_size=4), counts)
def test_sibling_discounts_hold_for_all_that_follow(amount, percents, rank):
    rule = {"type": "sibling_discount", "base": flat(amount), "percents": percents}
    percent = percents[min(rank, len(percents)) - 1]
    assert abs(price(rule, sibling_rank=rank) - amount * (100 - percent) / 100) <= Decimal("0.005")


def test_the_age_grid_and_its_unknown_age():
    rule = {
        "type": "by_age",
        "cases": [{"under": 3, "tariff": flat(5)}, {"under": 6, "tariff": flat(2)}, {"tariff": flat(3)}],
    }
    assert [price(rule, age=age) for age in (2, 3, 5, 6, 17, None)] == [5, 2, 2, 3, 3, 5]


def test_present_siblings_are_not_registered_siblings():
    rule = {"type": "by_siblings", "count": "present", "prices": [flat(4), flat(3)]}
    alone, together = (Positions(family_day=Position(1, total)) for total in (1, 2))
    assert price(rule, registered=3, positions=alone) == 4
    assert price(rule, registered=3, positions=together) == 3


def test_a_tie_may_have_its_own_tariff():
    rule = {
        "type": "by_residence",
        "resident": flat(3),
        "outside": flat(6),
        "ties": {"partner_town": flat(4)},
    }
    assert price(rule, ties=frozenset({Tie.PARTNER_TOWN})) == 4
    assert price(rule, ties=frozenset({Tie.WORKS_HERE})) == 6
    assert price(rule, resident=True, ties=frozenset({Tie.PARTNER_TOWN})) == 3


def test_bounds_and_included_units():
    bounded = {"type": "bounded", "base": flat(5), "at_most": 4}
    assert price(bounded) == 4
    assert price(bounded | {"at_most": 9, "at_least": 6}) == 6
    forfait = {"type": "forfait", "per": "month", "base": flat(20), "included": 2, "beyond": flat(3)}
    parts = [price(forfait, positions=Positions(month=Position(n, 4))) for n in (1, 2, 3, 4)]
    assert parts == [20, 0, 3, 3]


@pytest.mark.parametrize(
    ("town", "name", "settled"),
    [
        ("Bellegarde", "Repas enfant", Settled.AT_BOOKING),
        ("Jauldes", "Garderie, par famille et par jour", Settled.AFTER_THE_DAY),
        ("Oudon", "Journée", Settled.AFTER_THE_WEEK),
        ("Buthiers", "Garderie du matin", Settled.AFTER_THE_MONTH),
        ("Ollainville", "Sortie", Settled.WITH_THE_REAL_COST),
        ("Lachelle", "Cantine", Settled.AFTER_THE_YEAR),
    ],
)
def test_when_a_price_is_known(town, name, settled):
    (tariff,) = (tariff for tariff in tariffs() if (tariff.town, tariff.name) == (town, name))
    assert tariff.versions[-1].rule.settled is settled


GRID = {"type": "brackets", "brackets": [{"up_to": 700, "amount": 1}, {"amount": 2}]}


@pytest.mark.parametrize(
    ("tariff", "message"),
    [
        (
            {
                "type": "brackets",
                "brackets": [{"start": 0, "up_to": 799, "amount": 2}, {"start": 800, "amount": 3}],
            },
            "Trou entre 799 et 800\u00a0: aucune tranche ne le couvre",
        ),
        (
            {"type": "brackets", "brackets": [{"up_to": 800, "amount": 2}, {"start": 750, "amount": 3}]},
            "Chevauchement entre 750 et 800\u00a0: deux tranches le couvrent",
        ),
        (
            {"type": "cost_share", "expected_cost": 10, "shares": [{"up_to": 700, "percent": 10}]},
            "Aucun prix au-delà de 700\u00a0: la dernière tranche doit être sans limite",
        ),
        (
            {"type": "effort_rate", "percents": [0.36]},
            "Sans plafond (cap ou highest_means), indiquez le prix sans justificatif (without_proof)",
        ),
        (
            {"type": "effort_rate", "percents": [0.36], "floor": 5, "cap": 4},
            "Le plancher (floor) dépasse le plafond (cap)",
        ),
        (
            {"type": "interpolation", "points": [{"means": 500, "amount": 1}, {"means": 500, "amount": 2}]},
            "Le point 500 vient après le point 500",
        ),
        (
            {"type": "by_age", "cases": [{"under": 6, "tariff": flat(1)}]},
            "Les âges doivent croître, et le dernier cas être sans limite (under)",
        ),
        (
            {"type": "by_case", "fact": "scheme", "cases": {"cpam": flat(1)}},
            "«\u00a0cpam\u00a0» n’est pas un cas de scheme\u00a0: caf, msa ou none",
        ),
        (
            {"type": "sibling_discount", "base": flat(1), "percents": [0, 110]},
            "Une réduction ne dépasse pas 100",
        ),
        ({"type": "bounded", "base": flat(1)}, "Indiquez at_least, at_most, ou les deux"),
        (
            {"type": "bounded", "base": flat(1), "at_least": 3, "at_most": 2},
            "Le plancher (at_least) dépasse le plafond (at_most)",
        ),
        (
            {"type": "aided", "base": flat(1), "grants": [{"payer": "CAF"}]},
            "Indiquez soit amount, soit percent",
        ),
        (
            {"type": "started_units", "unit": 15, "grace": 15, "base": flat(1)},
            "La tolérance (grace) doit être plus courte que l’unité (unit)",
        ),
        (
            {
                "type": "duration_table",
                "cases": [{"up_to": 30, "tariff": flat(1)}, {"up_to": 15, "tariff": flat(1)}],
            },
            "Les durées doivent croître, et la dernière être sans limite (up_to)",
        ),
        (
            {"type": "forfait", "per": "month", "base": flat(1), "included": 3},
            "included et beyond vont ensemble",
        ),
        (
            {"type": "steps", "per": "month", "totals": [7, 5]},
            "Le total 5,00\u00a0€ est plus bas que le précédent",
        ),
        (
            {
                "type": "volume_discount",
                "per": "week",
                "base": GRID,
                "steps": [{"start": 5, "percent": 20}, {"start": 4, "percent": 10}],
            },
            "Les seuils (start) doivent croître",
        ),
    ],
)
def test_a_wrong_tariff_is_refused_in_french(tariff, message):
    with pytest.raises(ValidationError) as refusal:
        TARIFF_RULE.validate_python(tariff)
    assert [error["msg"] for error in refusal.value.errors()] == [message]
