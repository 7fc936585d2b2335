"""Bookings and payments as the desk looks for them, and the figures of its first page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django.db.models import Q, QuerySet, Sum

from billing.models import Payment
from booking.models import Opening, Reservation
from core.models import Child, Household, StaffTask
from core.queries.families import children_named, households_named
from core.queries.plain_text import plain
from tenants.context import town_timezone

RESERVATION_ORDERS: Mapping[str, tuple[str, ...]] = {
    "numero": ("pk",),
    "enfant": ("child__last_name", "child__first_name", "pk"),
    "periode": ("period__activity__establishment__name", "period__name", "pk"),
    "creee": ("created_at", "pk"),
    "du": ("first_date", "pk"),
    "montant": ("total", "pk"),
    "etat": ("state", "pk"),
}
PAYMENT_ORDERS: Mapping[str, tuple[str, ...]] = {
    "cree": ("created_at", "pk"),
    "reference": ("reference",),
    "dossier": ("household__name", "pk"),
    "montant": ("amount", "pk"),
    "etat": ("state", "pk"),
}


@dataclass(frozen=True, kw_only=True)
class Figures:
    households: int
    children: int
    reservations_today: int
    tasks: int


def figures(*, today: date, tz: tzinfo) -> Figures:
    """What the desk counts each morning; ``today`` is a day of the town's zone ``tz``."""
    midnight = datetime.combine(today, time(), tzinfo=tz)
    return Figures(
        households=Household.objects.count(),
        children=Child.objects.count(),
        reservations_today=Reservation.objects.filter(created_at__gte=midnight).count(),
        tasks=StaffTask.objects.filter(done_at=None).count(),
    )


def expected_on(day: date) -> QuerySet[Opening, Any]:
    """How many children each service expects on a day, places awaiting payment included. One query."""
    return (
        Opening.objects.filter(date=day, taken__gt=0)
        .values(
            "slot__period__activity__establishment__name",
            "slot__period__activity__name",
            "slot__label",
            "slot__starts",
        )
        .annotate(expected=Sum("taken"))
        .order_by("slot__period__activity__establishment__name", "slot__starts", "slot__label")
    )


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
