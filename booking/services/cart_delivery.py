"""What money makes of a basket, however it came: confirmed places, and the invoice of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from billing.models import Charge, Invoice, Regie
from billing.services.charges import post_charges
from billing.services.invoices import issue_invoice
from booking.enums import ChangeKind, LineState, PlaceState
from booking.models import ChangedLine, Place, Reservation, ReservationLine
from booking.queries.planning import full_name
from booking.services.places import close_lines, confirm, lock_openings
from booking.services.requests import charge_for, charge_source
from core.models import Household
from tenants.context import town_timezone


@dataclass(kw_only=True)
class Delivery:
    confirmed: list[ReservationLine]
    unplaced: list[ReservationLine]


def lines_to_pay(reservation: Reservation) -> list[int]:
    lines = reservation.lines.filter(state=LineState.AWAITING_PAYMENT)
    return list(lines.order_by("pk").values_list("pk", flat=True))


def lock_held(reservations: Sequence[Reservation] | QuerySet[Reservation], now: datetime) -> None:
    """Lock the openings these reservations hold: the term of a hold moves only where nobody is counting places."""
    held = Place.objects.filter(line__reservation__in=reservations, state=PlaceState.HELD)
    lock_openings(held.values_list("opening_id", flat=True), now=now)


def confirm_paid(
    *, line_ids: Collection[int], reservations: Sequence[Reservation], now: datetime
) -> Delivery:
    """Confirm every paid line whose place is still ours, or still free; the others cannot be had any more."""
    places = list(
        Place.objects.filter(line__in=line_ids)
        .select_related(
            "line__reservation__period__activity__establishment", "line__reservation__child", "opening"
        )
        .order_by("opening__date", "opening__slot__position")
    )
    openings = lock_openings([place.opening_id for place in places], now=now)
    states = dict(Place.objects.filter(pk__in=[place.pk for place in places]).values_list("pk", "state"))
    # A line charged before was delivered before, by another attempt: this money pays it a second time.
    sources = {charge_source(place.line_id) for place in places}
    delivered = set(Charge.objects.filter(source__in=sources).values_list("source", flat=True))
    taken_again = set(
        Place.objects.live(now)
        .filter(opening__in=openings, child__in={reservation.child_id for reservation in reservations})
        .exclude(pk__in=states)
        .values_list("opening_id", "child_id")
    )
    # What the office cancelled in between does not come back with the money.
    withdrawn = set(
        ChangedLine.objects.filter(
            line__in=line_ids, change__kind=ChangeKind.CANCELLED, change__undone_at__isnull=True
        ).values_list("line_id", flat=True)
    )
    ours: list[Place] = []
    gone: list[int] = []
    delivery = Delivery(confirmed=[], unplaced=[])
    for place in places:
        place.state = states[place.pk]
        opening = openings[place.opening_id]
        lapsed = (
            place.state == PlaceState.RELEASED
            and charge_source(place.line_id) not in delivered
            and place.line_id not in withdrawn
        )
        free = (
            lapsed
            and (place.opening_id, place.child_id) not in taken_again
            and not opening.closed_reason
            and opening.room.left(place.group_id) != 0
        )
        if free:
            opening.count(place.group_id, +1)
        if free or place.state == PlaceState.HELD:
            ours.append(place)
            delivery.confirmed.append(place.line)
        else:
            delivery.unplaced.append(place.line)
            if (
                lapsed
            ):  # the others are paid already, cancelled since, or wait for an agent again: they say so
                gone.append(place.line_id)
    confirm(ours)
    close_lines(line_ids=[line.pk for line in delivery.confirmed], to_state=LineState.ACCEPTED, reason="")
    close_lines(
        line_ids=gone,
        to_state=LineState.REFUSED,
        reason="Payée après le délai : la place n’était plus disponible.",
    )
    return delivery


def invoice_paid(
    *, lines: Sequence[ReservationLine], regie: Regie, household: Household, now: datetime
) -> Invoice:
    """The invoice of confirmed lines, still to be paid by what was received."""
    charges = post_charges(
        charge_for(
            line,
            service_date=line.opening.date,
            regie=regie,
            group_label=full_name(line.reservation.period),
            now=now,
        )
        for line in lines
    )
    today = now.astimezone(town_timezone()).date()
    return issue_invoice(regie=regie, household=household, charges=charges, on=today, now=now)
