"""The state of a request, derived from its lines."""

from collections.abc import Iterable

from booking.enums import LineAction, LineState, ReservationState


def derive_state(lines: Iterable[tuple[LineAction, LineState]]) -> ReservationState:
    """The state that sums up ``(action, state)`` of every line; a request has at least one line.

    An accepted cancellation counts as a cancellation: a request of cancellations alone ends « annulée »,
    as the Balaruc guide shows it.
    """
    states = {
        LineState.CANCELLED if action == LineAction.CANCEL and state == LineState.ACCEPTED else state
        for action, state in lines
    }
    if not states:
        raise ValueError("une réservation a au moins une ligne")
    if LineState.AWAITING_PAYMENT in states:
        return ReservationState.AWAITING_PAYMENT
    if LineState.PENDING in states:
        return ReservationState.PENDING
    if len(states) > 1:
        return ReservationState.PARTIAL
    return {
        LineState.ACCEPTED: ReservationState.ACCEPTED,
        LineState.REFUSED: ReservationState.REFUSED,
        LineState.CANCELLED: ReservationState.CANCELLED,
    }[states.pop()]
