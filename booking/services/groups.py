"""Sharing the places of a period out by age and level groups, whatever was booked before."""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime

from django.db.models import QuerySet

from booking.enums import TAKING, WaitingState
from booking.models import Opening, OpeningGroup, Period, Place, SlotGroup, WaitingEntry
from booking.queries.groups import slot_groups
from booking.rules.groups import group_of
from booking.services.openings import OpeningsInUseError
from core.locks import lock_rows
from core.words import NBSP, plural, short_date


def share_places(*, period: Period, today: date, now: datetime) -> None:
    """Count each place of the coming days, and each child who waits, in the group that the slots now give it.

    Days that have a group already keep its number of places; new ones have the group's. Runs in a transaction, in a
    number of queries that does not depend on the number of days.
    Raises OpeningsInUseError when a group would have more children than places.
    """
    groups = slot_groups(slot__period=period)
    if not groups:  # of the groups that the slots had, nothing is left: the database took them off the places
        return
    openings: list[Opening] = lock_rows(Opening.objects.filter(slot__in=groups, date__gte=today))
    known = set(OpeningGroup.objects.filter(opening__in=openings).values_list("opening_id", "group_id"))
    OpeningGroup.objects.bulk_create(
        OpeningGroup(opening=opening, group=group, capacity=group.capacity)
        for opening in openings
        for group in groups[opening.slot_id]
        if (opening.pk, group.pk) not in known
    )
    _regroup(Place.objects.live(now).filter(opening__in=openings), groups)
    _regroup(WaitingEntry.objects.standing(now).filter(opening__in=openings), groups)
    _recount(openings)


def resize_group(*, group: SlotGroup, before: int | None) -> None:
    """Give the group's number of places to the coming days that had its former one, ``before``. Runs in a transaction.

    Raises OpeningsInUseError when more of them are taken.
    """
    days = group.days.filter(capacity=before)
    lock_rows(Opening.objects.filter(pk__in=days.values("opening")))
    if group.capacity is not None:
        _refuse_over(list(days.filter(taken__gt=group.capacity)), group.capacity)
    days.update(capacity=group.capacity)


def _regroup(rows: QuerySet, groups: dict[int, list[SlotGroup]]) -> None:
    """Places or entries, each put in the group of its child on its day."""
    rules = {slot: [group.rule for group in own] for slot, own in groups.items()}
    moved: dict[int | None, list[int]] = {}
    facts = rows.values_list(
        "pk", "group_id", "opening__slot_id", "opening__date", "child__level", "child__birth_date"
    )
    for pk, before, slot, day, level, birth_date in facts:
        group = group_of(rules[slot], level=level, birth_date=birth_date, on=day)
        if group != before:
            moved.setdefault(group, []).append(pk)
    for group, ids in moved.items():
        rows.model.objects.filter(pk__in=ids).update(group=group)


def _recount(openings: Collection[Opening]) -> None:
    taken = Counter(
        Place.objects.filter(opening__in=openings, state__in=TAKING).values_list("opening_id", "group_id")
    )
    offered = WaitingEntry.objects.filter(opening__in=openings, state=WaitingState.OFFERED)
    taken.update(offered.values_list("opening_id", "group_id"))
    days = list(OpeningGroup.objects.filter(opening__in=openings).select_related("opening", "group__slot"))
    for day in days:
        day.taken = taken[day.opening_id, day.group_id]
    _refuse_over([day for day in days if day.free is not None and day.free < 0], None)
    OpeningGroup.objects.bulk_update(days, ["taken"])


def _refuse_over(days: Collection[OpeningGroup], capacity: int | None) -> None:
    """``capacity``: what the days would have; None: what they have."""
    if days:
        worst = max(days, key=lambda day: day.taken)
        places = worst.capacity if capacity is None else capacity
        raise OpeningsInUseError(
            f"Le groupe «{NBSP}{worst.group.label}{NBSP}» ({worst.group.slot.label}) aurait {plural(places or 0, 'place')}"
            f"{NBSP}: il y a jusqu’à {plural(worst.taken, 'enfant')} ({short_date(worst.opening.date)})."
        )
