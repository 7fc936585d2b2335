"""Taking and giving back places. Everything here runs inside the caller's transaction, openings locked first."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import connection

from booking.enums import TAKING, LineState, PlaceState
from booking.models import Opening, Place, ReservationLine
from core.locks import lock_rows

# Counted again from the places rather than added to: whatever happened before, the figure is the truth.
_RECOUNT = """
    UPDATE booking_opening AS opening
       SET taken = counted.taken
      FROM (SELECT o.id, count(p.id) AS taken
              FROM booking_opening o
              LEFT JOIN booking_place p ON p.opening_id = o.id AND p.state = ANY(%s)
             WHERE o.id = ANY(%s)
             GROUP BY o.id) AS counted
     WHERE opening.id = counted.id AND opening.taken <> counted.taken
"""


def lock_openings(opening_ids: Collection[int], *, now: datetime) -> dict[int, Opening]:
    """Lock openings in the project's order, free the holds that have lapsed on them, and count again.

    Returns the openings by id, ``taken`` up to date.
    """
    openings = {opening.pk: opening for opening in lock_rows(Opening.objects.filter(pk__in=opening_ids))}
    lapsed = Place.objects.lapsed(now).filter(opening__in=openings)
    if freed := list(lapsed.values_list("pk", "line_id", "opening_id")):
        release(place_ids=[pk for pk, _, _ in freed], now=now)
        close_lines(
            line_ids=[line for _, line, _ in freed],
            to_state=LineState.CANCELLED,
            reason="Le panier n’a pas été payé à temps.",
        )
        recount([opening for _, _, opening in freed])
        for opening_id in {opening for _, _, opening in freed}:
            openings[opening_id].refresh_from_db(fields=["taken"])
    return openings


def create_places(lines: Iterable[ReservationLine], *, state: PlaceState, held_until: datetime | None = None) -> None:
    """One place a line. The database refuses a second live place for the same child and opening."""
    Place.objects.bulk_create(
        Place(
            opening_id=line.opening_id,
            child_id=line.reservation.child_id,
            line=line,
            state=state,
            held_until=held_until,
        )
        for line in lines
    )


def release(*, place_ids: Collection[int], now: datetime) -> None:
    Place.objects.filter(pk__in=place_ids).update(state=PlaceState.RELEASED, released_at=now, held_until=None)


def close_lines(*, line_ids: Collection[int], to_state: LineState, reason: str) -> None:
    ReservationLine.objects.filter(pk__in=line_ids).update(state=to_state, reason=reason)


def recount(opening_ids: Collection[int]) -> None:
    """Write the number of places taken on these openings (locked by the caller)."""
    if not opening_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_RECOUNT, [[state.value for state in TAKING], list(opening_ids)])
