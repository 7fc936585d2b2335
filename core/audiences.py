"""Whom a group message, or a piece of news, is for: a school, a class, those enrolled somewhere, those who owe.

An explicit registry: this application knows schools and classes, those above add their own in ``ready()``. An audience
is kept as a row of {"source", "code", "day", "label"}, in the words of the day it was chosen.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import date
from typing import ClassVar, TypedDict

from core.models import Household


class Audience(TypedDict):
    source: str
    code: str
    day: str  # ISO, empty when the source has none
    label: str


class Source(ABC):
    """One way of naming families."""

    key: ClassVar[str]
    label: ClassVar[str]
    """The head of its choices, « Une classe »."""
    wants_day: ClassVar[bool] = False
    lasts: ClassVar[bool] = True
    """Whether a family is in it for a while, so that news may be for it."""

    @abstractmethod
    def choices(self, *, on: date) -> list[tuple[str, str]]:
        """(code, label) of what may be chosen on a day. A fixed number of queries."""

    @abstractmethod
    def households(self, codes: Sequence[str], *, on: date) -> set[int]:
        """The households of some codes, on a day. A fixed number of queries."""


_sources: dict[str, Source] = {}


def register(*sources: Source) -> None:
    """In the order in which they are offered."""
    _sources.update((source.key, source) for source in sources)


def all_sources() -> list[Source]:
    return list(_sources.values())


def source_of(key: str) -> Source | None:
    return _sources.get(key)


def households_in(audiences: Iterable[Audience], *, on: date) -> set[int]:
    """The households of all of them; an audience whose source is gone is nobody. ``on``: the day, without one of its own."""
    asked: dict[tuple[str, str], list[str]] = {}
    for audience in audiences:
        asked.setdefault((audience["source"], audience["day"]), []).append(audience["code"])
    found: set[int] = set()
    for (key, day), codes in asked.items():
        source = source_of(key)
        if source:
            found |= source.households(codes, on=date.fromisoformat(day) if day else on)
    return found


def concerns(audiences: Sequence[Audience], household: Household, *, on: date) -> bool:
    """Whether a household is among them; nobody in particular means everybody."""
    return not audiences or household.pk in households_in(audiences, on=on)
