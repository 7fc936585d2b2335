"""Paying a part of one or several invoices: what a régie takes, and what each invoice then gets."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.utils.translation import gettext

from billing.errors import PartPaymentError
from core.money import ZERO, format_euros


def check_part(part: Decimal, *, due: Decimal, minimum: Decimal | None, payable: Decimal) -> None:
    """Raises PartPaymentError unless ``part`` of ``due`` may be paid: all of it, or a part that is neither under the
    régie's ``minimum`` nor leaves less than ``payable``, which nobody could pay online afterwards. Euros."""
    if part == due:
        return
    if minimum is None:
        raise PartPaymentError(
            gettext("Cette régie ne prend pas de paiement partiel : le montant à payer est de %(due)s.")
            % {"due": format_euros(due)}
        )
    if part > due:
        raise PartPaymentError(
            gettext("C’est plus que ce qui reste à payer : %(due)s.") % {"due": format_euros(due)}
        )
    if part < minimum:
        raise PartPaymentError(
            gettext("Le plus petit paiement possible est de %(minimum)s (ou la totalité, %(due)s).")
            % {"minimum": format_euros(min(minimum, due)), "due": format_euros(due)}
        )
    if due - part < payable:
        told = gettext(
            "Il resterait %(left)s, trop peu pour être payé en ligne ensuite : payez tout (%(due)s) ou laissez au moins "
            "%(payable)s."
        )
        amounts = {"left": due - part, "due": due, "payable": payable}
        raise PartPaymentError(told % {name: format_euros(amount) for name, amount in amounts.items()})


def spread(amount: Decimal, dues: Iterable[Decimal]) -> Iterator[Decimal]:
    """What each due gets of an amount, in their order, until nothing is left."""
    left = amount
    for due in dues:
        given = max(min(due, left), ZERO)
        left -= given
        yield given
