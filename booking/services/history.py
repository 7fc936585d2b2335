"""The state of a request and its history: derived from its lines, written each time something happens."""

from collections.abc import Collection
from datetime import datetime
from itertools import groupby

from booking.enums import LineAction, LineState, ReservationState
from booking.models import Reservation, ReservationEvent, ReservationLine
from booking.rules.reservation_state import derive_state
from core.locks import lock_rows
from core.models import User


def record_first(*, reservation: Reservation, act: str, by: User, now: datetime) -> None:
    """The history of a reservation that this transaction has just written, in its state."""
    ReservationEvent.objects.create(
        reservation=reservation, at=now, by=by, act=act, to_state=reservation.state
    )


def record(*, reservation_ids: Collection[int], act: str, by: User | None, now: datetime) -> None:
    """Derive the state of these reservations from their lines, store it, and add ``act`` to their history.

    The reservations are locked first: two acts on different days of one request would else each derive a state
    that ignores the other.
    """
    lock_rows(Reservation.objects.filter(pk__in=reservation_ids))
    lines = (
        ReservationLine.objects.filter(reservation__in=reservation_ids)
        .order_by("reservation_id")
        .values_list("reservation_id", "action", "state")
    )
    states = {
        reservation_id: derive_state((LineAction(action), LineState(state)) for _, action, state in group)
        for reservation_id, group in groupby(lines, key=lambda line: line[0])
    }
    for state in set(states.values()):
        ids = [pk for pk, derived in states.items() if derived == state]
        Reservation.objects.filter(pk__in=ids).update(state=ReservationState(state))
    ReservationEvent.objects.bulk_create(
        ReservationEvent(reservation_id=pk, at=now, by=by, act=act, to_state=state)
        for pk, state in states.items()
    )
