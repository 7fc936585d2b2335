"""The papers of a family's file as values: until when one is good, and what the town has of it on a day.

Values in, values out: no database and no clock.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices

from core.calendars import SchoolYear
from core.enums import DocumentState, DocumentValidity

# What is handed in at the end of a school year is meant for the next one.
NEXT_YEAR_FROM = timedelta(days=92)
# Files of one paper: two sides of a card, the pages of a form photographed one by one.
MOST_PAGES = 6


class Standing(TextChoices):
    """What a family may read of one paper on one day."""

    MISSING = "missing", "À fournir"
    RECEIVED = "received", "En cours de vérification"
    ACCEPTED = "accepted", "Accepté"
    REFUSED = "refused", "Refusé"
    EXPIRED = "expired", "Périmé"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One paper that was handed in; the last day it is good is included, None once accepted: for ever."""

    state: DocumentState
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What the town has of a paper it asks for. ``until``: the last day of an accepted one, if it has one."""

    label: str
    standing: Standing = Standing.MISSING
    until: date | None = None
    counts_on_receipt: bool = False

    @property
    def suffices(self) -> bool:
        """Whether a family may book with it."""
        return self.standing == Standing.ACCEPTED or (
            self.counts_on_receipt and self.standing == Standing.RECEIVED
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A text that the town asks to agree to: its version in force, and the last one agreed to (0: none)."""

    label: str
    version: int
    agreed: int = 0
    refused: bool = False  # the version in force was read, and answered no

    @property
    def suffices(self) -> bool:
        return self.agreed == self.version and not self.refused


def standing_on(day: date, handed: Iterable[Handed]) -> tuple[Standing, date | None]:
    """What papers of one kind are worth on a day, from the last one handed in to the first: the best of them."""
    handed = list(handed)
    accepted = [one.valid_until for one in handed if one.state == DocumentState.ACCEPTED]
    if None in accepted:
        return Standing.ACCEPTED, None
    last_days = [until for until in accepted if until]
    if last_days and max(last_days) >= day:
        return Standing.ACCEPTED, max(last_days)
    if any(one.state == DocumentState.RECEIVED for one in handed):
        return Standing.RECEIVED, None
    if handed and handed[0].state == DocumentState.REFUSED:
        return Standing.REFUSED, None
    return (Standing.EXPIRED, max(last_days)) if last_days else (Standing.MISSING, None)


def last_day(
    validity: DocumentValidity,
    *,
    months: int | None,
    start: date,
    school_year: Callable[[date], SchoolYear],
) -> date | None:
    """The last day of a paper that is good from ``start``. None: for ever, or the date is on the paper itself."""
    if validity == DocumentValidity.MONTHS and months:
        return _months_after(start, months) - timedelta(days=1)
    if validity == DocumentValidity.SCHOOL_YEAR:
        end = school_year(start).last_day
        return school_year(end + timedelta(days=1)).last_day if end - start < NEXT_YEAR_FROM else end
    return None


def _months_after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
