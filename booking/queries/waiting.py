"""Who waits for which day, and what it leaves to the others."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from booking.enums import OPEN_WAITING, WaitingState
from booking.models import Opening, Place, Reservation, WaitingEntry
from core.models import Child, Household

_WAITS = Q(state=WaitingState.WAITING)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """The list of one opening, as it bears on one child.

    ``kept``: free places that are for the others who wait; ``lapsed``: offers that are over but still counted in
    ``Opening.taken``; ``offer_until``: the child itself has an offer until then.
    """

    kept: int = 0
    lapsed: int = 0
    listed: bool = False
    offer_until: datetime | None = None

    def left(self, *, capacity: int, taken: int) -> int:
        """How many places the child may take. What is offered to it is counted in ``taken``, and its own."""
        if self.offer_until:
            return 1
        return max(0, capacity - taken + self.lapsed - self.kept)


NOBODY = Waiting()


def waiting_on(*, child: Child, now: datetime, **which: object) -> dict[int, Waiting]:
    """By opening; ``which`` is a filter on entries. One query; openings where nobody waits are left out."""
    over = Q(state=WaitingState.OFFERED, offer_until__lt=now)
    mine = Q(child=child)
    rows = (
        WaitingEntry.objects.filter(state__in=OPEN_WAITING, **which)
        .order_by()
        .values("opening_id")
        .annotate(
            kept=Count("pk", filter=_WAITS & ~mine),
            lapsed=Count("pk", filter=over),
            listed=Count("pk", filter=_WAITS & mine),
            mine_until=Max("offer_until", filter=Q(state=WaitingState.OFFERED, offer_until__gte=now) & mine),
        )
    )
    return {
        row["opening_id"]: Waiting(
            kept=row["kept"],
            lapsed=row["lapsed"],
            listed=bool(row["listed"]),
            offer_until=row["mine_until"],
        )
        for row in rows
    }


def positions(openings: Collection[int], *, now: datetime) -> dict[int, int]:
    """By entry: its place on its list, from 1. One query."""
    standing = (
        WaitingEntry.objects.standing(now)
        .filter(opening__in=openings)
        .order_by("opening_id", "rank", "pk")
        .values_list("opening_id", "pk")
    )
    found: dict[int, int] = {}
    counts: dict[int, int] = {}
    for opening_id, pk in standing:
        counts[opening_id] = found[pk] = counts.get(opening_id, 0) + 1
    return found


def lists_of(household: Household, *, today: date) -> QuerySet[WaitingEntry]:
    """What the household waits for or waited for, coming days only, the nearest first."""
    return (
        WaitingEntry.objects.filter(child__household=household, opening__date__gte=today)
        .select_related("child", "opening__slot__period__activity__establishment", "reservation")
        .order_by("opening__date", "child__first_name", "-pk")
    )


def with_room(*, today: date, now: datetime) -> QuerySet[Opening]:
    """Coming open days where somebody waits although a place may be free, or where an offer is over."""
    waiting = WaitingEntry.objects.filter(_WAITS, opening=OuterRef("pk"))
    over = WaitingEntry.objects.lapsed(now).filter(opening=OuterRef("pk"))
    unpaid = Place.objects.lapsed(now).filter(opening=OuterRef("pk"))
    room = Q(capacity__isnull=True) | Q(taken__lt=F("capacity")) | Exists(unpaid)
    return Opening.objects.filter(
        Exists(over) | (Exists(waiting) & room), date__gte=today, closed_reason=""
    ).order_by("date", "pk")


ORDERS: Mapping[str, tuple[str, ...]] = {
    "jour": ("date", "slot__position", "pk"),
    "service": ("slot__period__activity__name", "date", "pk"),
    "attente": ("waiting", "date", "pk"),
}


def waited_openings(*, today: date, now: datetime, period: int | None = None) -> QuerySet[Opening]:
    """Coming days that have a list, with ``waiting`` families and ``offered`` places. One query."""
    standing = ~Q(waiting_entries__state=WaitingState.OFFERED, waiting_entries__offer_until__lt=now)
    openings = (
        Opening.objects.filter(date__gte=today, waiting_entries__isnull=False)
        .select_related("slot__period__activity__establishment", "slot__period__waiting_policy")
        .annotate(
            waiting=Count("waiting_entries", filter=Q(waiting_entries__state=WaitingState.WAITING)),
            offered=Count(
                "waiting_entries", filter=Q(waiting_entries__state=WaitingState.OFFERED) & standing
            ),
        )
        .filter(Q(waiting__gt=0) | Q(offered__gt=0))
    )
    return openings.filter(slot__period=period) if period else openings


def taken_from_the_list(opening_ids: Collection[int]) -> QuerySet[Reservation]:
    """Reservations by which families took the place they waited for."""
    return Reservation.objects.filter(
        waiting_entries__opening__in=opening_ids, waiting_entries__state=WaitingState.ACCEPTED
    )
