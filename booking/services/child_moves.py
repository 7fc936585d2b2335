"""What a child's age, school and class decide of its days to come: their groups, their price, whether they are allowed.

What is booked stays, at its price: a day that would no longer be allowed is the agent's to cancel.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from booking.enums import TAKING, WaitingState
from booking.models import OpeningGroup, Place, SlotGroup, WaitingEntry
from booking.queries.access import public_obstacles
from booking.queries.commitments import Commitment, commitments
from booking.queries.groups import slot_groups
from booking.queries.offer import periods
from booking.queries.planning import full_name
from booking.rules.groups import group_of
from booking.services.places import lock_openings
from booking.services.taken import count_taken
from booking.services.waiting_entries import announce_freed
from core.consequences import Effect
from core.models import Child
from core.money import format_euros
from core.words import NBSP, and_list, plural
from tenants.context import town_timezone

Taker = Place | WaitingEntry
_Room = dict[tuple[int, int | None], int | None]  # places free, by opening and group; None: no limit


@dataclass(frozen=True, kw_only=True)
class Booked:
    """A day to come. ``group``: where it is counted; ``wanted``: where its child belongs (both empty: no group)."""

    promise: Commitment
    obstacle: str
    group: str
    wanted: str


@dataclass(frozen=True, kw_only=True)
class State:
    days: Mapping[int, Booked]  # by place
    may_book: tuple[str, ...]  # periods whose public the child is of


class ChildMoves:
    """Implements core.consequences.Follower."""

    def lock(self, child: Child, *, now: datetime) -> None:
        lock_openings({one.opening_id for one in _takers(child, now)}, now=now)

    def follow(self, child: Child, *, now: datetime) -> None:
        """Count each day to come in the child's new group, where it has room; elsewhere it stays where it was."""
        takers = list(_takers(child, now))
        wanted = _groups(child, takers)
        days = OpeningGroup.objects.filter(opening__in={one.opening_id for one in takers})
        room: _Room = {(day.opening_id, day.group_id): day.free for day in days}
        moved = [one for one in takers if _goes(one, wanted, room)]
        counted = [one for one in moved if _counts(one)]
        count_taken(counted, -1)
        for one in moved:
            one.group_id = wanted[one]
        Place.objects.bulk_update([one for one in moved if isinstance(one, Place)], ["group"])
        WaitingEntry.objects.bulk_update([one for one in moved if isinstance(one, WaitingEntry)], ["group"])
        announce_freed(count_taken(counted, +1))

    def state(self, child: Child, *, now: datetime) -> State:
        promises = commitments(now=now, child=child)
        rows = list(
            Place.objects.filter(pk__in=promises).select_related(
                "group", "opening__slot__period__activity__establishment"
            )
        )
        wanted = _groups(child, rows)
        names = {group.pk: group.label for own in _slot_groups(rows).values() for group in own}
        stops = {
            period.pk: "; ".join(public_obstacles(child=child, period=period))
            for period in {row.opening.slot.period for row in rows}
        }
        today = now.astimezone(town_timezone()).date()
        return State(
            days={
                row.pk: Booked(
                    promise=promises[row.pk],
                    obstacle=stops[row.opening.slot.period_id],
                    group=row.group.label if row.group else "",
                    wanted=names.get(wanted.get(row) or 0, ""),
                )
                for row in rows
            },
            may_book=tuple(
                full_name(period)
                for period in periods().filter(end__gte=today).order_by("activity__position", "start", "pk")
                if not public_obstacles(child=child, period=period)
            ),
        )

    def effects(self, before: State, after: State) -> Iterable[Effect]:
        pairs = [(old, after.days[pk]) for pk, old in before.days.items()]
        told = (
            ("Déjà réservé, et qui ne serait plus permis", _refused(pairs), True),
            ("Groupes", _regrouped(pairs), False),
            ("Prix d’une nouvelle réservation", _priced(pairs), False),
            ("Ce que l’enfant peut réserver", _opened(before, after), False),
        )
        for title, found, is_warning in told:
            if lines := tuple(found):
                yield Effect(title=title, lines=lines, is_warning=is_warning)


def _takers(child: Child, now: datetime) -> Iterator[Taker]:
    """The child's days to come, booked or waited for, of slots whose places are shared out by groups."""
    coming = {
        "child": child,
        "opening__date__gte": now.astimezone(town_timezone()).date(),
        "opening__slot__in": SlotGroup.objects.values("slot"),
    }
    yield from Place.objects.live(now).filter(**coming).select_related("opening")
    yield from WaitingEntry.objects.standing(now).filter(**coming).select_related("opening")


def _slot_groups(takers: Iterable[Taker]) -> dict[int, list[SlotGroup]]:
    return slot_groups(slot__in={one.opening.slot_id for one in takers})


def _groups(child: Child, takers: Iterable[Taker]) -> dict[Taker, int | None]:
    """The group that each of these days gives the child now."""
    takers = list(takers)
    rules = {slot: [group.rule for group in own] for slot, own in _slot_groups(takers).items()}
    return {
        one: group_of(
            rules.get(one.opening.slot_id, ()),
            level=child.level,
            birth_date=child.birth_date,
            on=one.opening.date,
        )
        for one in takers
    }


def _counts(taker: Taker) -> bool:
    return taker.state in TAKING or taker.state == WaitingState.OFFERED


def _goes(taker: Taker, wanted: Mapping[Taker, int | None], room: _Room) -> bool:
    """Whether a day moves to the group it belongs to. One that is counted takes its place in ``room``."""
    group, key = wanted[taker], (taker.opening_id, wanted[taker])
    if group == taker.group_id:
        return False
    free = room.get(key)
    if free is None or not _counts(taker):
        return True
    room[key] = free - 1
    return free > 0


_Pairs = list[tuple[Booked, Booked]]


def _refused(pairs: _Pairs) -> Iterator[str]:
    stopped = [(old, new) for old, new in pairs if new.obstacle and new.obstacle != old.obstacle]
    for (period, obstacle), days in _together(stopped, lambda _, new: (new.promise.period, new.obstacle)):
        yield f"{period}, {_when(days)}{NBSP}: {obstacle}."


def _regrouped(pairs: _Pairs) -> Iterator[str]:
    moved = [(old, new) for old, new in pairs if new.group != old.group]
    for (label, was, goes), days in _together(
        moved, lambda old, new: (new.promise.label, old.group, new.group)
    ):
        yield f"{label}, {_when(days)}{NBSP}: {_group(was)} → {_group(goes)}."
    kept = [(old, new) for old, new in pairs if new.wanted != new.group and new.group == old.group]
    for (label, stays, full), days in _together(
        kept, lambda _, new: (new.promise.label, new.group, new.wanted)
    ):
        yield f"{label}, {_when(days)}{NBSP}: {_group(full)} est complet, le jour reste compté dans {_group(stays)}."


def _priced(pairs: _Pairs) -> Iterator[str]:
    dearer = [(old, new) for old, new in pairs if new.promise.price != old.promise.price]
    for (period, label, was, becomes), days in _together(
        dearer, lambda old, new: (new.promise.period, new.promise.label, old.promise.price, new.promise.price)
    ):
        yield (
            f"{period}, {label}{NBSP}: {format_euros(was)} → {format_euros(becomes)}. "
            f"Ce qui est réservé ({_when(days)}) garde son prix."
        )


def _opened(before: State, after: State) -> Iterator[str]:
    for word, had, has in (
        ("En plus", before.may_book, after.may_book),
        ("Plus possible", after.may_book, before.may_book),
    ):
        if new := [one for one in has if one not in had]:
            yield f"{word}{NBSP}: {and_list(new)}."


def _together(
    pairs: _Pairs, key: Callable[[Booked, Booked], tuple[Any, ...]]
) -> Iterator[tuple[tuple[Any, ...], list[date]]]:
    """The days of each key, in order."""
    found: dict[tuple[Any, ...], list[date]] = {}
    for old, new in pairs:
        found.setdefault(key(old, new), []).append(new.promise.date)
    yield from found.items()


def _when(days: list[date]) -> str:
    first, last = min(days), max(days)
    if first == last:
        return f"le {first:%d/%m/%Y}"
    return f"{plural(len(days), 'jour')} du {first:%d/%m/%Y} au {last:%d/%m/%Y}"


def _group(label: str) -> str:
    return f"«{NBSP}{label}{NBSP}»" if label else "sans groupe"
