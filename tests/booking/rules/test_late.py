"""Late effects: the prices that real towns publish, and what must hold for any of them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from billing.pricing.rules import TARIFF_RULE, PricingFacts
from booking.rules.late import LATE_EFFECT, Access, LateCase, describe_late, late_outcome
from booking.rules.late_orders import OrderLine, price_order
from core.levels import Level

FLAT = TARIFF_RULE.validate_python({"type": "flat", "amount": 4.40})
BRACKETS = TARIFF_RULE.validate_python(
    {"type": "brackets", "brackets": [{"up_to": 700, "amount": 0.50}, {"amount": 3.10}]}
)
FACTS = PricingFacts(quotient=Decimal(500), resident=True, level=Level.CP)
MONDAY = date(2023, 3, 6)


def effect(**document):
    return LATE_EFFECT.validate_python(document)


def outcome(document, *, tariff=FLAT, facts=FACTS, **case):
    return late_outcome(effect(**document), LateCase(tariff=tariff, facts=facts, **case))


def flat(amount):
    return {"type": "flat", "amount": amount}


BY_RESIDENCE = {"type": "by_residence", "resident": flat(7.61), "outside": flat(10.76)}


@pytest.mark.parametrize(
    ("document", "price", "access"),
    [
        ({"type": "closed"}, "4.40", Access.CLOSED),
        ({"type": "same_price"}, "4.40", Access.OPEN),
        ({"type": "own_price", "tariff": flat(5.49)}, "5.49", Access.OPEN),
        ({"type": "own_price", "tariff": BY_RESIDENCE}, "7.61", Access.OPEN),
        ({"type": "surcharge", "amount": 1.00}, "5.40", Access.OPEN),
        ({"type": "percent", "percent": 100}, "8.80", Access.OPEN),
        ({"type": "percent", "percent": 5}, "4.62", Access.OPEN),
        ({"type": "ask_agent"}, "4.40", Access.ASK),
        ({"type": "waiting_list"}, "4.40", Access.WAIT),
        (
            {"type": "only_levels", "levels": ["elementaire"], "then": {"type": "own_price", "tariff": flat(4.20)}},
            "4.20",
            Access.OPEN,
        ),
        ({"type": "only_levels", "levels": ["GS"], "then": {"type": "same_price"}}, "4.40", Access.CLOSED),
        (
            {"type": "several", "of": [{"type": "ask_agent"}, {"type": "surcharge", "amount": 1.00}]},
            "5.40",
            Access.ASK,
        ),
        (
            {"type": "several", "of": [{"type": "percent", "percent": 10}, {"type": "surcharge", "amount": 1}]},
            "5.84",
            Access.OPEN,
        ),
    ],
)  # fmt: skip
def test_what_a_late_service_becomes(document, price, access):
    found = outcome(document)
    assert (found.unit.amount, found.access, found.fees) == (Decimal(price), access, ())
    assert found.unit.reasons


def test_outside_families_pay_their_own_late_price():
    found = outcome({"type": "own_price", "tariff": BY_RESIDENCE}, facts=replace(FACTS, resident=False))
    assert found.unit.amount == Decimal("10.76")
    assert found.unit.reasons[:2] == ("Réservation hors délai", "Tarif hors commune")


def test_a_late_family_loses_its_quotient_and_is_told_so():
    found = outcome({"type": "loses_quotient"}, tariff=BRACKETS)
    assert found.unit.amount == Decimal("3.10")
    assert found.unit.reasons == (
        "Réservation hors délai, sans application du quotient familial\u00a0: 3,10\u00a0€",
    )


@pytest.mark.parametrize(("time", "price"), [(1, "1.40"), (2, "6.40"), (9, "6.40")])
def test_from_the_second_time_only(time, price):
    document = {"type": "from_nth", "time": 2, "then": {"type": "surcharge", "amount": 5.00}}
    tariff = TARIFF_RULE.validate_python(flat(1.40))
    assert outcome(document, tariff=tariff, time=time).unit.amount == Decimal(price)


def line(day=0, *, child="a", late=True, tariff=FLAT, key=None):
    key = key or (child, day)
    return OrderLine(
        key=key, child=child, day=MONDAY + timedelta(days=day), tariff=tariff, facts=FACTS, late=late
    )


def prices(order):
    return [priced.unit.amount for priced in order.lines]


def test_the_first_five_late_meals_cost_more():
    document = {"type": "surcharge", "amount": 1.00, "first": 5}
    order = price_order(effect(**document), [line(day) for day in range(7)])
    assert prices(order) == [Decimal("5.40")] * 5 + [Decimal("4.40")] * 2


@pytest.mark.parametrize(("covers", "on_time"), [("unit", "4.40"), ("order", "5.90")])
def test_one_late_line_may_change_the_whole_order(covers, on_time):
    rule = effect(type="own_price", tariff=flat(5.90), covers=covers)
    order = price_order(rule, [line(0, late=False), line(1), line(2, late=False)])
    assert prices(order) == [Decimal(on_time), Decimal("5.90"), Decimal(on_time)]
    assert prices(price_order(rule, [line(0, late=False)])) == [Decimal("4.40")]


@pytest.mark.parametrize(
    ("per", "fees"), [("unit", 0), ("day", 4), ("child", 2), ("family", 1), ("order", 1)]
)
def test_a_fee_is_due_once_for_its_scope(per, fees):
    rule = effect(type="surcharge", amount=25, per=per)
    lines = [line(day, child=child, key=(child, day, n)) for child in "ab" for day in (0, 1) for n in (1, 2)]
    order = price_order(rule, lines)
    assert [fee.amount for fee in order.fees] == [Decimal(25)] * fees
    total = Decimal("4.40") * 8 + (25 * 8 if per == "unit" else 25 * fees)
    assert order.total == total


def test_a_family_already_charged_is_not_charged_again():
    rule = effect(type="surcharge", amount=20, per="family")
    assert price_order(rule, [line()], family_fee_due=False).fees == ()


def test_a_closed_late_line_costs_nothing_and_drags_nothing():
    rule = effect(
        type="several", of=[{"type": "closed"}, {"type": "own_price", "tariff": flat(9), "covers": "order"},
                            {"type": "surcharge", "amount": 20, "per": "family"}]
    )  # fmt: skip
    order = price_order(rule, [line(0, late=False), line(1)])
    assert [one.access for one in order.lines] == [Access.OPEN, Access.CLOSED]
    assert (order.total, order.fees) == (Decimal("4.40"), ())


def test_children_late_on_the_same_day_are_late_once():
    rule = effect(type="from_nth", time=2, then={"type": "surcharge", "amount": 5})
    same_day = price_order(rule, [line(0, child="a"), line(0, child="b")])
    assert prices(same_day) == [Decimal("4.40")] * 2
    again = price_order(rule, [line(0, child="a"), line(1, child="b")])
    assert prices(again) == [Decimal("4.40"), Decimal("9.40")]
    assert prices(price_order(rule, [line()], late_before=1)) == [Decimal("9.40")]


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"type": "closed"}, "ce n’est plus possible"),
        ({"type": "own_price", "tariff": flat(5.49)}, "5,49 €"),
        ({"type": "own_price", "tariff": BY_RESIDENCE}, "un tarif propre au retard"),
        ({"type": "own_price", "tariff": flat(3), "covers": "order"}, "3,00 €, pour toute la commande"),
        ({"type": "surcharge", "amount": 25, "per": "family"}, "25,00 € de plus par famille"),
        (
            {"type": "surcharge", "amount": 1, "first": 5},
            "1,00 € de plus par réservation, pour les 5 premières",
        ),
        ({"type": "percent", "percent": 100}, "le double du prix"),
        ({"type": "percent", "percent": 2.5}, "+2,5 % du prix"),
        ({"type": "loses_quotient"}, "le tarif sans quotient familial"),
        (
            {"type": "from_nth", "time": 2, "per": "month", "then": {"type": "surcharge", "amount": 5}},
            "à partir de la 2e fois dans le mois, 5,00 € de plus par réservation",
        ),
        (
            {"type": "only_levels", "levels": ["elementaire"], "then": {"type": "own_price", "tariff": flat(4.2)}},
            "4,20 €, seulement pour les élèves de l’école élémentaire",
        ),
        (
            {"type": "several", "of": [{"type": "ask_agent"}, {"type": "percent", "percent": 10}]},
            "une demande, qu’un agent étudie et +10 % du prix",
        ),
    ],
)  # fmt: skip
def test_how_it_is_said(document, sentence):
    assert describe_late(effect(**document)).replace("\u00a0", " ") == f"Après le délai : {sentence}."


@pytest.mark.parametrize(
    "document",
    [
        {"type": "surcharge", "amount": 1, "per": "family", "first": 2},
        {"type": "from_nth", "time": 1, "then": {"type": "closed"}},
        {"type": "several", "of": [{"type": "closed"}]},
        {"type": "percent", "percent": -5},
        {"type": "gratuit"},
    ],
)
def test_a_wrong_effect_is_refused(document):
    with pytest.raises(ValidationError):
        effect(**document)


EFFECTS = st.recursive(
    st.sampled_from(
        [
            {"type": "closed"},
            {"type": "same_price"},
            {"type": "ask_agent"},
            {"type": "waiting_list"},
            {"type": "loses_quotient"},
            {"type": "own_price", "tariff": flat(5.49)},
            {"type": "own_price", "tariff": BY_RESIDENCE, "covers": "order"},
            {"type": "percent", "percent": 10},
            {"type": "percent", "percent": 7.5, "covers": "order"},
            {"type": "surcharge", "amount": 1.0},
            {"type": "surcharge", "amount": 1.0, "first": 2},
            {"type": "surcharge", "amount": 20.0, "per": "family"},
            {"type": "surcharge", "amount": 2.0, "per": "day"},
        ]
    ),
    lambda inner: (
        st.builds(lambda then: {"type": "from_nth", "time": 2, "then": then}, inner)
        | st.builds(lambda then: {"type": "only_levels", "levels": ["CP"], "then": then}, inner)
        | st.builds(lambda of: {"type": "several", "of": of}, st.lists(inner, min_size=2, max_size=3))
    ),
    max_leaves=5,
)
ORDERS = st.lists(
    st.builds(
        line, st.integers(0, 8), child=st.sampled_from("abc"), late=st.booleans(), key=st.uuids(),
        tariff=st.sampled_from([FLAT, BRACKETS]),
    ),
    max_size=8,
)  # fmt: skip


@given(document=EFFECTS, lines=ORDERS)
def test_any_effect_on_any_order(document, lines):
    rule = effect(**document)
    assert LATE_EFFECT.validate_python(rule.model_dump(mode="json", exclude_unset=True)) == rule
    assert rule.words()
    order = price_order(rule, lines)
    assert [priced.key for priced in order.lines] == [one.key for one in lines]
    for asked, priced in zip(lines, order.lines, strict=True):
        assert priced.unit.amount >= 0
        assert priced.unit.amount == round(priced.unit.amount, 2)
        assert priced.unit.reasons
        assert asked.late or priced.access is Access.OPEN
    if not any(one.late for one in lines):
        assert order.total == sum((one.tariff.price(one.facts).amount for one in lines), Decimal(0))


@given(document=EFFECTS, lines=ORDERS)
def test_the_order_of_lines_changes_no_total(document, lines):
    rule = effect(**document)
    one_a_day = list({(one.child, one.day): one for one in lines}.values())
    assert price_order(rule, one_a_day).total == price_order(rule, one_a_day[::-1]).total
