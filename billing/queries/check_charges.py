"""The proof of what is owed: parts that add up, corrections that replace, attempts that ask for their invoices."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce

from billing.models import Charge, Payment
from billing.queries.charges import CREDIT_SUFFIX
from core.money import ZERO, format_euros, round_euros

WHOLE = Decimal(100)


def _shares() -> Iterator[str]:
    """What two households pay of a day is the whole of it, each its part."""
    shared = Charge.objects.filter(share__isnull=False, corrects__isnull=True).order_by("pk")
    seconds = {charge.share_of: charge for charge in shared if charge.share_of}
    for first in shared:
        if first.share_of:
            continue
        second = seconds.get(first.source)
        part = first.share or ZERO
        if second is None:
            yield f"Ligne {first} : une part de {part} %, sans l’autre."
        elif second.share != WHOLE - part:
            yield f"Ligne {first} : des parts de {part} % et de {second.share} %."
        elif first.amount != round_euros((first.amount + second.amount) * part / WHOLE):
            yield f"Ligne {first} : {format_euros(first.amount)} n’est pas sa part de {part} %."


def _replaced() -> Iterator[str]:
    """Of one thing, one line at most waits for an invoice: a new price replaces, it never adds up."""
    waiting = Charge.objects.filter(voided_at__isnull=True, invoice_line__isnull=True)
    things = waiting.exclude(source__endswith=CREDIT_SUFFIX).annotate(first=Coalesce("corrects", "pk"))
    doubled = things.order_by("first").values("first").annotate(count=Count("pk")).filter(count__gt=1)
    for charge in Charge.objects.filter(pk__in=doubled.values("first")).order_by("pk"):
        yield f"Ligne {charge} ({charge.source}) : due plusieurs fois."


def _asked() -> Iterator[str]:
    """An attempt to pay invoices asks for what it gives them, no more."""
    asked = Payment.objects.filter(invoice_items__isnull=False).annotate(asked=Sum("invoice_items__amount"))
    for payment in asked.exclude(asked=F("amount")).order_by("pk"):
        yield f"Paiement {payment} : {format_euros(payment.amount)} pour {format_euros(payment.asked)} de factures."


CHARGE_CHECKS: dict[str, Callable[[], Iterable[str]]] = {
    "parts": _shares,
    "prix revus": _replaced,
    "montants demandés": _asked,
}
