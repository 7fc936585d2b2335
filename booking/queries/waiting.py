"""Who waits for which day, and what it leaves to the others."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from booking.enums import OPEN_WAITING, WaitingMode, WaitingState
from booking.models import Opening, OpeningGroup, Place, WaitingEntry
from booking.rules.groups import Room
from core.models import Child, Household

_WAITS = Q(state=WaitingState.WAITING)


@dataclass(kw_only=True)
class Waiting:
    """The list of one opening, as it bears on one child; counts by group of the slot (None: without group).

    ``others``: who else waits, whose free places are kept for them; ``lapsed``: offers that are over but still counted
    as taken; ``offer_until``: the child itself has an offer until then, counted in ``offer_group``.
    """

    others: dict[int | None, int] = field(default_factory=dict)
    lapsed: dict[int | None, int] = field(default_factory=dict)
    listed: bool = False
    offer_until: datetime | None = None
    offer_group: int | None = None

    def left(self, room: Room, group: int | None) -> int | None:
        """How many places the child, of this group, may take; None: no limit. What it is offered is its own."""
        if self.offer_until:
            return 1
        return room.freed(self.lapsed).left(group, waiting=self.others)


NOBODY = Waiting()


def waiting_on(*, child: Child, now: datetime, **which: object) -> dict[int, Waiting]:
    """By opening; ``which`` is a filter on entries. One query; openings where nobody waits are left out."""
    rows = (
        WaitingEntry.objects.filter(state__in=OPEN_WAITING, **which)
        .order_by()
        .values_list("opening_id", "group_id", "child_id", "state", "offer_until")
    )
    found: dict[int, Waiting] = {}
    for opening_id, group_id, child_id, state, until in rows:
        waiting = found.setdefault(opening_id, Waiting())
        if state == WaitingState.WAITING:
            if child_id == child.pk:
                waiting.listed = True
            else:
                waiting.others[group_id] = waiting.others.get(group_id, 0) + 1
        elif until is not None and until < now:
            waiting.lapsed[group_id] = waiting.lapsed.get(group_id, 0) + 1
        elif child_id == child.pk:
            waiting.offer_until, waiting.offer_group = until, group_id
    return found


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


def entries() -> QuerySet[WaitingEntry]:
    """Entries with all that pages, mails and offers need of them."""
    return WaitingEntry.objects.select_related(
        "child__school",
        "child__household",
        "group",
        "joined_by",
        "opening__slot__period__activity__establishment",
        "reservation",
    )


def lists_of(household: Household, *, today: date) -> QuerySet[WaitingEntry]:
    """What the household waits for or waited for, coming days only, the nearest first."""
    mine = entries().filter(child__household=household, opening__date__gte=today)
    return mine.order_by("opening__date", "child__first_name", "-pk")


def with_room(*, today: date, now: datetime) -> QuerySet[Opening]:
    """Coming open days where an offer is over, or where places that may be free are offered to those who wait."""
    free = Q(capacity__isnull=True) | Q(taken__lt=F("capacity"))
    waiting = WaitingEntry.objects.filter(_WAITS, opening=OuterRef("pk"))
    of_group = OpeningGroup.objects.filter(free, opening=OuterRef("opening"), group=OuterRef("group"))
    served = waiting.filter(Q(group__isnull=True) | Exists(of_group))
    automatic = Q(slot__period__waiting_policy__mode=WaitingMode.AUTOMATIC)
    over = WaitingEntry.objects.lapsed(now).filter(opening=OuterRef("pk"))
    unpaid = Place.objects.lapsed(now).filter(opening=OuterRef("pk"))
    room = (free & Exists(served)) | (Exists(unpaid) & Exists(waiting))
    return Opening.objects.filter(
        Exists(over) | (automatic & room), date__gte=today, closed_reason=""
    ).order_by("date", "pk")


def closed_with_list(*, today: date, now: datetime) -> QuerySet[Opening]:
    """Coming days that were closed although families are on their list."""
    standing = WaitingEntry.objects.standing(now).filter(opening=OuterRef("pk"))
    return Opening.objects.filter(Exists(standing), date__gte=today).exclude(closed_reason="")


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
