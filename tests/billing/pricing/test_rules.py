from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from billing.pricing.rules import TARIFF_RULE, PricingFacts
from core.money import cents

fast = settings(derandomize=True, max_examples=100, deadline=None)

amounts = st.decimals(0, 100, places=2)
quotients = st.decimals(0, 10_000, places=2)


@st.composite
def grids(draw):
    limits = sorted(draw(st.sets(st.integers(1, 3000), max_size=6)))
    brackets = [{"up_to": limit, "amount": draw(amounts)} for limit in limits]
    return {
        "type": "brackets",
        "limits": draw(st.sampled_from(["inclusive", "exclusive"])),
        "brackets": [*brackets, {"amount": draw(amounts)}],
    }


@fast
@given(grids(), quotients)
def test_every_quotient_falls_in_one_bracket(grid, quotient):
    unit = TARIFF_RULE.validate_python(grid).price(PricingFacts(quotient=quotient))
    under = [
        bracket["amount"]
        for bracket in grid["brackets"]
        if "up_to" not in bracket
        or quotient < bracket["up_to"]
        or (quotient == bracket["up_to"] and grid["limits"] == "inclusive")
    ]
    assert unit.amount == under[0]
    (reason,) = unit.reasons
    assert reason.startswith("Quotient familial ")


@fast
@given(grids())
def test_without_proof_nobody_pays_more(grid):
    tariff = TARIFF_RULE.validate_python(grid)
    assert tariff.price(PricingFacts()).amount == max(bracket["amount"] for bracket in grid["brackets"])


@fast
@given(grids(), st.none() | quotients, st.decimals(0, 200, places=1), st.booleans())
def test_a_surcharge_is_whole_cents_and_only_for_outsiders(grid, quotient, percent, resident):
    facts = PricingFacts(quotient=quotient, resident=resident)
    base = TARIFF_RULE.validate_python(grid).price(facts)
    total = TARIFF_RULE.validate_python(
        {"type": "outside_surcharge", "base": grid, "percent": percent}
    ).price(facts)
    assert cents(total.amount) >= cents(base.amount)
    if resident:
        assert total == base
    else:
        assert abs(total.amount - base.amount * (1 + percent / 100)) <= Decimal("0.005")
        assert len(total.reasons) == len(base.reasons) + 1


@fast
@given(grids())
def test_a_tariff_is_written_as_it_was_read(grid):
    tariff = TARIFF_RULE.validate_python(grid)
    assert TARIFF_RULE.validate_python(tariff.model_dump(mode="json", exclude_unset=True)) == tariff


def test_prices_of_a_file_are_exact():
    assert TARIFF_RULE.validate_python({"type": "flat", "amount": 3.3}).amount == Decimal("3.30")
    assert TARIFF_RULE.validate_python({"type": "flat", "amount": 3}).amount == Decimal("3.00")
    assert TARIFF_RULE.validate_json('{"type": "flat", "amount": 4.2}').amount == Decimal("4.20")


def test_a_bracket_may_have_its_own_name():
    tariff = TARIFF_RULE.validate_python(
        {"type": "brackets", "brackets": [{"up_to": 700, "amount": 0.5, "label": "A"}, {"amount": 1}]}
    )
    (reason,) = tariff.price(PricingFacts(quotient=Decimal(10))).reasons
    assert "tranche «\u00a0A\u00a0»" in reason


@pytest.mark.parametrize(
    ("limits", "quotient", "name"),
    [
        ("inclusive", 700, "jusqu’à 700"),
        ("inclusive", 701, "plus de 700"),
        ("exclusive", 699, "moins de 700"),
        ("exclusive", 700, "à partir de 700"),
    ],
)
def test_brackets_are_named_after_their_limits(limits, quotient, name):
    tariff = TARIFF_RULE.validate_python(
        {"type": "brackets", "limits": limits, "brackets": [{"up_to": 700, "amount": 1}, {"amount": 2}]}
    )
    assert f"«\u00a0{name}\u00a0»" in tariff.price(PricingFacts(quotient=Decimal(quotient))).reasons[0]


def test_a_single_bracket_is_for_all_quotients():
    tariff = TARIFF_RULE.validate_python({"type": "brackets", "brackets": [{"amount": 2}]})
    assert "«\u00a0tous les quotients\u00a0»" in tariff.price(PricingFacts(quotient=Decimal(5))).reasons[0]


@pytest.mark.parametrize(
    ("tariff", "message"),
    [
        ({"type": "flat", "amount": 3.305}, "« 3.305 » a plus de deux décimales"),
        ({"type": "flat", "amount": -1}, "« -1 » doit être un nombre positif ou nul"),
        ({"type": "flat", "amount": float("nan")}, "« nan » doit être un nombre positif ou nul"),
        ({"type": "flat", "amount": True}, "« True » n’est pas un nombre"),
        (
            {"type": "flat", "amount": "gratuit"},
            "« gratuit » n’est pas un nombre\u00a0; écrivez par exemple 3.30",
        ),
        (
            {"type": "brackets", "brackets": [{"up_to": 700, "amount": 1}]},
            "Aucun prix au-delà de 700\u00a0: la dernière tranche doit être sans limite",
        ),
        (
            {"type": "brackets", "brackets": [{"amount": 1}, {"amount": 2}]},
            "Seule la dernière tranche peut être sans limite (up_to)",
        ),
        (
            {
                "type": "brackets",
                "brackets": [{"up_to": 700, "amount": 1}, {"up_to": 700, "amount": 2}, {"amount": 3}],
            },
            "La tranche jusqu’à 700 vient après celle jusqu’à 700",
        ),
        (
            {"type": "outside_surcharge", "base": {"type": "flat", "amount": 1}},
            "Indiquez soit amount, soit percent",
        ),
    ],
)
def test_a_wrong_tariff_is_refused_in_french(tariff, message):
    with pytest.raises(ValidationError) as refusal:
        TARIFF_RULE.validate_python(tariff)
    assert [error["msg"] for error in refusal.value.errors()] == [message]
