from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import cents, format_euros, from_cents, round_euros

amounts_in_cents = st.integers(-10_000_000, 10_000_000)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        ("3.305", "3.31"),
        ("3.304999", "3.30"),
        ("-3.305", "-3.31"),
        ("2.675", "2.68"),
        ("0.005", "0.01"),
        ("7", "7.00"),
    ],
)
def test_halves_are_rounded_away_from_zero(amount, rounded):
    assert str(round_euros(Decimal(amount))) == rounded


def test_rounding_never_gives_a_negative_zero():
    assert str(round_euros(Decimal("-0.001"))) == "0.00"


@pytest.mark.parametrize("amount", ["3.305", "0.001", "NaN", "Infinity"])
def test_fractions_of_a_cent_are_refused(amount):
    with pytest.raises(ValueError, match="nombre entier de centimes"):
        cents(Decimal(amount))
    with pytest.raises(ValueError, match="nombre entier de centimes"):
        format_euros(Decimal(amount))


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("26.4", "26,40\u00a0€"),
        ("0", "0,00\u00a0€"),
        ("0.05", "0,05\u00a0€"),
        ("-3.3", "\u22123,30\u00a0€"),
        ("1234567.8", "1\u202f234\u202f567,80\u00a0€"),
    ],
)
def test_euros_are_written_the_french_way(amount, shown):
    assert format_euros(Decimal(amount)) == shown


@settings(derandomize=True, max_examples=100)
@given(amounts_in_cents)
def test_cents_and_euros_are_inverse(count):
    assert cents(from_cents(count)) == count
    assert from_cents(count).as_tuple().exponent == -2


@settings(derandomize=True, max_examples=100)
@given(st.decimals(-10_000, 10_000, places=6))
def test_rounding_is_within_half_a_cent_and_stable(amount):
    rounded = round_euros(amount)
    assert abs(rounded - amount) <= Decimal("0.005")
    assert round_euros(rounded) == rounded
    assert round_euros(-amount) == -rounded
