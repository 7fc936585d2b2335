"""Rows of the desk's lists, written straight to the models."""

from decimal import Decimal

from booking.enums import LineAction, LineState, ReservationState
from booking.models import Reservation, ReservationEvent, ReservationLine
from core.clock import now
from tests.factories.world import Canteen, Family


def a_reservation(canteen: Canteen, family: Family, *, days: int = 2) -> Reservation:
    """An accepted request for the first ``days`` openings, at 3,30 € each."""
    openings = canteen.openings[:days]
    reservation = Reservation.objects.create(
        household=family.household,
        child=family.child,
        period=canteen.period,
        state=ReservationState.ACCEPTED,
        total=Decimal("3.30") * days,
        first_date=openings[0].date,
        last_date=openings[-1].date,
        created_at=now(),
        created_by=family.user,
    )
    ReservationLine.objects.bulk_create(
        ReservationLine(
            reservation=reservation,
            opening=opening,
            stage=canteen.on_time,
            action=LineAction.ADD,
            state=LineState.ACCEPTED,
            label=canteen.on_time.label,
            tariff_label="Repas Tarif Réduit",
            price=Decimal("3.30"),
        )
        for opening in openings
    )
    ReservationEvent.objects.create(
        reservation=reservation,
        at=now(),
        by=family.user,
        act="Demande enregistrée",
        to_state=reservation.state,
    )
    return reservation
