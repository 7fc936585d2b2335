"""Places by age or level group: whose group a child is, and what is left of a day and of its groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from booking.rules.eligibility import AgeRange

NOBODY: Mapping[int | None, int] = {}


@dataclass(frozen=True, kw_only=True)
class Group:
    """``levels``: codes of core.levels, empty for every class; ``ages``, on the day itself. Both must be met."""

    key: int
    levels: frozenset[str] = frozenset()
    ages: AgeRange | None = None

    def accepts(self, *, level: str, birth_date: date, on: date) -> bool:
        return (not self.levels or level in self.levels) and (
            self.ages is None or self.ages.accepts(birth_date, on)
        )


def group_of(groups: Sequence[Group], *, level: str, birth_date: date, on: date) -> int | None:
    """The key of the first group that takes the child; None: it counts in the day only."""
    found = (group.key for group in groups if group.accepts(level=level, birth_date=birth_date, on=on))
    return next(found, None)


@dataclass(frozen=True, kw_only=True)
class Room:
    """Places that nobody holds: of a day, and of each of its groups by key. None, or a missing group: no limit."""

    free: int | None
    groups: Mapping[int, int | None] = field(default_factory=dict)

    def freed(self, given_back: Mapping[int | None, int]) -> "Room":
        """With places given back, counted by group (None: of a child without a group)."""
        if not given_back:
            return self
        return Room(
            free=None if self.free is None else self.free + sum(given_back.values()),
            groups={
                key: None if free is None else free + given_back.get(key, 0)
                for key, free in self.groups.items()
            },
        )

    def left(self, group: int | None, *, waiting: Mapping[int | None, int] = NOBODY) -> int | None:
        """How many children of this group may still have a place once those who wait (by group) have had theirs.

        None: no limit.
        """
        limits = []
        if self.free is not None:
            limits.append(self.free - sum(self._served(key, count) for key, count in waiting.items()))
        if (of_group := self._of(group)) is not None:
            limits.append(of_group - waiting.get(group, 0))
        return max(0, min(limits)) if limits else None

    def shortage(self, wanted: Mapping[int | None, int]) -> tuple[int | None, int, int] | None:
        """(group, places free, places wanted) of the first limit that so many children pass; group None: of the day."""
        total = sum(wanted.values())
        if self.free is not None and total > self.free:
            return None, self.free, total
        for group, count in wanted.items():
            free = self._of(group)
            if free is not None and count > free:
                return group, free, count
        return None

    def _of(self, group: int | None) -> int | None:
        return None if group is None else self.groups.get(group)

    def _served(self, group: int | None, count: int) -> int:
        """How many of those who wait could have a place: a full group keeps nothing from the others."""
        free = self._of(group)
        return count if free is None else min(count, max(0, free))
