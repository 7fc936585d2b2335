"""Paying a part of one or several invoices: what a régie takes, and what each invoice then gets."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from billing.errors import PartPaymentError
from core.money import ZERO, format_euros


def check_part(part: Decimal, *, due: Decimal, minimum: Decimal | None, payable: Decimal) -> None:
    """Raises PartPaymentError unless ``part`` of ``due`` may be paid: all of it, or a part that is neither under the
    régie's ``minimum`` nor leaves less than ``payable``, which nobody could pay online afterwards. Euros."""
    if part == due:
        return
    if minimum is None:
        raise PartPaymentError(
            f"Cette régie ne prend pas de paiement partiel : le montant à payer est de {format_euros(due)}."
        )
    if part > due:
        raise PartPaymentError(f"C’est plus que ce qui reste à payer : {format_euros(due)}.")
    if part < minimum:
        raise PartPaymentError(
            f"Le plus petit paiement possible est de {format_euros(min(minimum, due))} "
            f"(ou la totalité, {format_euros(due)})."
        )
    if due - part < payable:
        raise PartPaymentError(
            f"Il resterait {format_euros(due - part)}, trop peu pour être payé en ligne ensuite : "
            f"payez tout ({format_euros(due)}) ou laissez au moins {format_euros(payable)}."
        )


def spread(amount: Decimal, dues: Iterable[Decimal]) -> Iterator[Decimal]:
    """What each due gets of an amount, in their order, until nothing is left."""
    left = amount
    for due in dues:
        given = max(min(due, left), ZERO)
        left -= given
        yield given
