"""Bookings and payments as the desk looks for them."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from billing.models import Payment
from booking.models import Reservation
from core.queries.families import children_named, households_named
from core.queries.plain_text import plain
from tenants.context import town_timezone

RESERVATION_ORDERS: Mapping[str, tuple[str, ...]] = {
    "numero": ("pk",),
    "enfant": ("child__last_name__plain", "child__first_name__plain", "pk"),
    "periode": ("period__activity__establishment__name", "period__name", "pk"),
    "creee": ("created_at", "pk"),
    "du": ("first_date", "pk"),
    "montant": ("total", "pk"),
    "etat": ("state", "pk"),
}
PAYMENT_ORDERS: Mapping[str, tuple[str, ...]] = {
    "cree": ("created_at", "pk"),
    "reference": ("reference",),
    "dossier": ("household__name__plain", "pk"),
    "montant": ("amount", "pk"),
    "etat": ("state", "pk"),
}


def find_reservations(
    text: str = "", *, establishment: int | None = None, period: int | None = None, state: str = ""
) -> QuerySet[Reservation]:
    """Reservations that match every word: number, child, file. One query whatever the number of rows."""
    rows = Reservation.objects.select_related("child", "household", "period__activity__establishment")
    for word in map(plain, text.split()):
        match = Q(child__in=children_named(word)) | Q(household__in=households_named(word))
        rows = rows.filter(match | Q(pk=int(word)) if is_number(word) else match)
    if establishment:
        rows = rows.filter(period__activity__establishment=establishment)
    if period:
        rows = rows.filter(period=period)
    if state:
        rows = rows.filter(state=state)
    return rows


def find_payments(
    text: str = "",
    *,
    regie: int | None = None,
    state: str = "",
    means: str = "",
    first: date | None = None,
    last: date | None = None,
) -> QuerySet[Payment]:
    """Payments that match every word (reference, ours or the provider's, payer, file), opened between two days of the
    town, both included. One query whatever the number of rows.
    """
    rows = Payment.objects.select_related("household", "regie", "account")
    for word in map(plain, text.split()):
        rows = rows.filter(
            Q(reference__icontains=word)
            | Q(provider_ref__iexact=word)
            | Q(transaction_id__iexact=word)
            | Q(payer_email__icontains=word)
            | Q(household__in=households_named(word))
        )
    if regie:
        rows = rows.filter(regie=regie)
    if state:
        rows = rows.filter(state=state)
    if means:
        rows = rows.filter(Q(means=means) | Q(account__driver=means))
    if first:
        rows = rows.filter(created_at__gte=_midnight(first))
    if last:
        rows = rows.filter(created_at__lt=_midnight(last + timedelta(days=1)))
    return rows


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=town_timezone())


def is_number(word: str) -> bool:
    """Whether a word can be the number of a reservation."""
    return word.isdecimal() and len(word) < 10
