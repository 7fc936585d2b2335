from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.pricing.quote import (
    NoTariffError,
    PricingLine,
    Quote,
    QuoteGroup,
    TariffVersion,
    quote,
    version_on,
)
from billing.pricing.rules import Flat, PricingFacts

REDUCED = TariffVersion(date(2022, 9, 1), Flat(type="flat", amount="3.30"))
DEARER = TariffVersion(date(2023, 3, 14), Flat(type="flat", amount="3.50"))
DAYS = [date(2023, 3, day) for day in (16, 10, 13, 14)]


def meals(days, label="Repas Tarif Réduit"):
    return [PricingLine(key=day, label=label, day=day) for day in days]


def price(versions, lines, on=date(2023, 3, 1)):
    return quote(versions, facts=PricingFacts(), lines=lines, on=on)


def test_the_estimate_of_the_guide():
    result = price([REDUCED], meals(DAYS))
    assert result.groups() == (
        QuoteGroup(
            label="Repas Tarif Réduit", days=tuple(sorted(DAYS)), quantity=4, unit_price=Decimal("3.30")
        ),
    )
    assert result.total == result.groups()[0].amount == Decimal("13.20")
    assert result.reasons == ("Tarif unique\u00a0: 3,30\u00a0€",)
    assert [line.key for line in result.lines] == DAYS


def test_each_day_has_the_price_of_its_version():
    result = price([DEARER, REDUCED], meals(DAYS))
    assert [line.unit_price for line in result.lines] == [
        Decimal("3.50"),
        Decimal("3.30"),
        Decimal("3.30"),
        Decimal("3.50"),
    ]
    assert [(group.unit_price, group.days) for group in result.groups()] == [
        (Decimal("3.50"), (date(2023, 3, 14), date(2023, 3, 16))),
        (Decimal("3.30"), (date(2023, 3, 10), date(2023, 3, 13))),
    ]
    assert result.total == Decimal("13.60")


def test_a_line_without_day_is_priced_on_the_day_of_the_quote():
    line = PricingLine(key="membership", label="Adhésion", quantity=2)
    assert price([REDUCED, DEARER], [line], on=date(2023, 3, 13)).total == Decimal("6.60")
    assert price([REDUCED, DEARER], [line], on=date(2023, 3, 14)).total == Decimal("7.00")


def test_before_the_first_version_there_is_no_price():
    with pytest.raises(NoTariffError, match="Aucun tarif n’est défini pour le mercredi 31 août 2022"):
        version_on([REDUCED], date(2022, 8, 31))


def test_nothing_asked_costs_nothing():
    assert price([REDUCED], []).total == Decimal("0.00")
    assert price([REDUCED], []).groups() == ()


def test_quotes_of_several_tariffs_add_up():
    one, other = price([REDUCED], meals(DAYS[:1])), price([DEARER], meals(DAYS[:1], "Repas"))
    both = Quote((*one.lines, *other.lines))
    assert both.total == one.total + other.total == Decimal("6.80")
    assert [group.label for group in both.groups()] == ["Repas Tarif Réduit", "Repas"]


@settings(derandomize=True, max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.dates(date(2022, 9, 1), date(2023, 7, 7)), st.integers(0, 9), st.sampled_from("AB")),
        max_size=20,
    )
)
def test_lines_groups_and_total_always_agree(asked):
    lines = [
        PricingLine(key=n, label=label, day=day, quantity=quantity)
        for n, (day, quantity, label) in enumerate(asked)
    ]
    result = price([REDUCED, DEARER], lines)
    assert result.total == sum(line.amount for line in result.lines)
    assert result.total == sum(group.amount for group in result.groups())
    assert sum(group.quantity for group in result.groups()) == sum(quantity for _, quantity, _ in asked)
    assert sorted(day for group in result.groups() for day in group.days) == sorted(
        day for day, _, _ in asked
    )
