"""What an entry of a waiting list does to its opening. Everything here runs with the opening locked.

An offer is counted as taken while it stands, as a place is: the database refuses one too many.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from booking.enums import WAITING_MOVES, WaitingState
from booking.models import Reservation, WaitingEntry, WaitingEvent
from booking.services.taken import count_taken
from core.jobs import enqueue
from core.models import User
from core.states import check_move
from core.words import NBSP


def announce_freed(opening_ids: Collection[int]) -> None:
    """Places of these openings are free again: have them offered to those who wait, once this is committed.

    Until then, and whatever becomes of the job, nobody else may take them (booking.queries.waiting.Waiting.kept).
    """
    waiting = WaitingEntry.objects.filter(opening__in=opening_ids, state=WaitingState.WAITING)
    if waiting.exists():
        enqueue("booking.tasks.offer_freed_places")


def lapse_offers(opening_ids: Collection[int], *, now: datetime) -> list[WaitingEntry]:
    """Close the offers whose time is over; their places are free. Returns them."""
    over = list(WaitingEntry.objects.lapsed(now).filter(opening__in=opening_ids))
    if over:
        move(over, WaitingState.LAPSED, act="Proposition restée sans réponse", by=None, now=now)
    return over


def take_up(*, reservation: Reservation, opening_ids: Collection[int], by: User, now: datetime) -> None:
    """The child books these days: what it waited for, or was offered, is settled; an offered place is its own."""
    mine = list(
        WaitingEntry.objects.standing(now).filter(opening__in=opening_ids, child=reservation.child_id)
    )
    if mine:
        act = f"Place réservée{NBSP}: réservation n° {reservation.display_number}"
        move(mine, WaitingState.ACCEPTED, act=act, by=by, now=now, reservation=reservation)


def move(
    entries: Sequence[WaitingEntry],
    to_state: WaitingState,
    *,
    act: str,
    by: User | None,
    now: datetime,
    reason: str = "",
    offer_until: datetime | None = None,
    reservation: Reservation | None = None,
) -> None:
    """Change the state of entries read after their openings were locked, count their offers, write their history."""
    for entry in entries:
        check_move(WAITING_MOVES, WaitingState(entry.state), to_state)
    count_taken([entry for entry in entries if entry.state == WaitingState.OFFERED], -1)
    values: dict[str, object] = {"state": to_state, "reason": reason}
    if to_state == WaitingState.OFFERED:
        count_taken(entries, +1)
        values |= {"offered_at": now, "offer_until": offer_until}
    if reservation is not None:
        values["reservation"] = reservation
    WaitingEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(**values)
    for entry in entries:
        for name, value in values.items():
            setattr(entry, name, value)
    note(entries, act=f"{act}{NBSP}: {reason}" if reason else act, by=by, now=now)


def note(entries: Sequence[WaitingEntry], *, act: str, by: User | None, now: datetime) -> None:
    WaitingEvent.objects.bulk_create(
        WaitingEvent(entry=entry, at=now, by=by, act=act[:250], to_state=entry.state) for entry in entries
    )
