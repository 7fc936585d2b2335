"""Taking and giving back places. Everything here runs inside the caller's transaction, openings locked first.

``taken`` only ever moves by what was really added or released, in SQL: even code that forgot the lock could not make
the database promise one place too many.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import prefetch_related_objects

from booking.enums import PLACE_MOVES, TAKING, LineState, PlaceState
from booking.models import Opening, Place, ReservationLine
from booking.services.taken import Taker, count_taken
from booking.services.waiting_entries import announce_freed, lapse_offers
from core.bulk import insert_rows
from core.locks import lock_rows
from core.states import check_move

UNPAID = "Le panier n’a pas été payé à temps."


def lock_openings(opening_ids: Collection[int], *, now: datetime) -> dict[int, Opening]:
    """Lock openings in the project's order and free the holds and the offers that have lapsed on them.

    Returns the openings by id with their groups, ``taken`` up to date: the lock of an opening is that of its groups.
    """
    openings = {opening.pk: opening for opening in lock_rows(Opening.objects.filter(pk__in=opening_ids))}
    prefetch_related_objects(list(openings.values()), "groups__group")
    lapsed = list(Place.objects.lapsed(now).filter(opening__in=openings))
    if lapsed:
        release(lapsed, now=now)
        close_lines(line_ids=[place.line_id for place in lapsed], to_state=LineState.CANCELLED, reason=UNPAID)
    if over := lapse_offers(openings, now=now):
        announce_freed({entry.opening_id for entry in over})
    takers: list[Taker] = [*lapsed, *over]
    for one in takers:
        openings[one.opening_id].count(one.group_id, -1)
    return openings


def create_places(
    lines: Iterable[ReservationLine],
    *,
    state: PlaceState,
    groups: Mapping[int, int | None],
    held_until: datetime | None = None,
) -> list[Place]:
    """One place a line; ``groups``: the child's group by opening, where its slot has groups.

    The database refuses a second live place for the same child and opening, and one too many.
    """
    places = [
        Place(
            opening_id=line.opening_id,
            child_id=line.reservation.child_id,
            line=line,
            group_id=groups.get(line.opening_id),
            state=state,
            held_until=held_until,
        )
        for line in lines
    ]
    insert_rows(places)
    if state in TAKING:
        _count(places, +1)
    return places


def release(places: Sequence[Place], *, now: datetime) -> None:
    """Give back live places (read after their openings were locked)."""
    _check(places, PlaceState.RELEASED)
    _count([place for place in places if place.state in TAKING], -1)
    Place.objects.filter(pk__in=[place.pk for place in places]).update(
        state=PlaceState.RELEASED, released_at=now, held_until=None
    )


def confirm(places: Sequence[Place]) -> None:
    """Make places firm (read after their openings were locked); those that did not count yet are counted now."""
    _check(places, PlaceState.CONFIRMED)
    _count([place for place in places if place.state not in TAKING], +1)
    Place.objects.filter(pk__in=[place.pk for place in places]).update(
        state=PlaceState.CONFIRMED, held_until=None, released_at=None
    )


def hold(places: Sequence[Place], *, until: datetime) -> None:
    """Keep requested places for a payment (read after their openings were locked)."""
    _check(places, PlaceState.HELD)
    _count(places, +1)
    Place.objects.filter(pk__in=[place.pk for place in places]).update(
        state=PlaceState.HELD, held_until=until
    )


def ask_again(places: Sequence[Place]) -> None:
    """Put places back to « en attente de traitement » (read after their openings were locked)."""
    _check(places, PlaceState.REQUESTED)
    _count([place for place in places if place.state in TAKING], -1)
    Place.objects.filter(pk__in=[place.pk for place in places]).update(
        state=PlaceState.REQUESTED, held_until=None, released_at=None
    )


def _check(places: Sequence[Place], to_state: PlaceState) -> None:
    """Raises ForbiddenMoveError: nothing has been counted nor written yet."""
    for state in {PlaceState(place.state) for place in places}:
        check_move(PLACE_MOVES, state, to_state)


def close_lines(*, line_ids: Collection[int], to_state: LineState, reason: str) -> None:
    ReservationLine.objects.filter(pk__in=line_ids).update(state=to_state, reason=reason)


def _count(places: Sequence[Place], step: int) -> None:
    """What is freed is for those who wait."""
    moved = count_taken(places, step)
    if step < 0:
        announce_freed(moved)
