"""Reservations of a household, as lists and pages show them."""

from collections.abc import Iterable

from django.db.models import Prefetch, Q, QuerySet

from booking.enums import LineAction
from booking.models import Reservation, ReservationLine
from core.models import Household

ORDERS = {
    "numero": ("pk",),
    "referent": ("child__first_name", "child__last_name", "pk"),
    "etablissement": (
        "period__activity__establishment__name",
        "period__activity__name",
        "period__name",
        "pk",
    ),
    "creee": ("created_at", "pk"),
    "du": ("first_date", "pk"),
    "etat": ("state", "pk"),
}
DEFAULT_ORDER = "-numero"


def reservations_of(household: Household) -> QuerySet[Reservation]:
    return Reservation.objects.filter(household=household).select_related(
        "child", "cart__regie", "created_by", "period__activity__establishment", "period__activity__regie"
    )


def with_lines(reservations: QuerySet[Reservation]) -> QuerySet[Reservation]:
    """Loads the lines in the order of their days, in one more query."""
    lines = ReservationLine.objects.select_related("opening__slot").order_by(
        "opening__date", "opening__slot__position", "pk"
    )
    return reservations.prefetch_related(Prefetch("lines", lines))


def cancellations_of(reservation: Reservation) -> dict[int, Reservation]:
    """By opening id: the later reservation of the same child that gave this day back. One query."""
    given_back = ReservationLine.objects.filter(
        reservation__child=reservation.child_id,
        reservation__pk__gt=reservation.pk,
        action=LineAction.CANCEL,
        opening__in=[line.opening_id for line in reservation.lines.all()],
    )
    found: dict[int, Reservation] = {}
    for line in given_back.select_related("reservation").order_by("reservation_id"):
        found.setdefault(line.opening_id, line.reservation)
    return found


def found(reservations: QuerySet[Reservation], text: str) -> QuerySet[Reservation]:
    """Those that match every word of a search: number, child, establishment, activity, period."""
    for word in text.split():
        match = Q()
        for field in (
            "child__first_name",
            "child__last_name",
            "period__name",
            "period__activity__name",
            "period__activity__establishment__name",
        ):
            match |= Q(**{f"{field}__icontains": word})
        if word.isdecimal() and len(word) < 10:
            match |= Q(pk=int(word))
        reservations = reservations.filter(match)
    return reservations


def ordered(reservations: QuerySet[Reservation], order: str) -> QuerySet[Reservation]:
    """``order``: a key of ORDERS, with « - » for descending; anything else is the usual order."""
    key = order.removeprefix("-")
    if key not in ORDERS:
        order, key = DEFAULT_ORDER, DEFAULT_ORDER.removeprefix("-")
    return reservations.order_by(*_signed(ORDERS[key], descending=order.startswith("-")))


def _signed(fields: Iterable[str], *, descending: bool) -> list[str]:
    return [f"-{field}" if descending else field for field in fields]
