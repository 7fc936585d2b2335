"""What part of a debt a régie takes, and which invoice gets it."""

from decimal import Decimal

import pytest

from billing.errors import PartPaymentError
from billing.part_payments import check_part, spread

DUE = Decimal("487.23")


@pytest.mark.parametrize("part", ["487.23", "486.23", "50.00"])
def test_all_of_it_or_a_part_that_leaves_enough(part):
    check_part(Decimal(part), due=DUE, minimum=Decimal(50), payable=Decimal(1))


@pytest.mark.parametrize(
    ("part", "minimum", "said"),
    [
        ("100.00", None, "ne prend pas de paiement partiel"),
        ("49.99", "50", "Le plus petit paiement possible est de 50,00"),
        ("-10.00", "50", "Le plus petit paiement possible est de 50,00"),
        ("487.24", "50", "plus que ce qui reste à payer"),
        ("486.24", "50", "Il resterait 0,99"),
    ],
)
def test_a_part_that_is_refused_says_why(part, minimum, said):
    with pytest.raises(PartPaymentError, match=said):
        check_part(Decimal(part), due=DUE, minimum=Decimal(minimum) if minimum else None, payable=Decimal(1))


def test_the_oldest_are_paid_first_to_the_cent():
    dues = [Decimal("237.27"), Decimal("249.96"), Decimal("5.00")]
    assert list(spread(Decimal("300.00"), dues)) == [Decimal("237.27"), Decimal("62.73"), Decimal(0)]
    assert sum(spread(DUE, dues)) == DUE
