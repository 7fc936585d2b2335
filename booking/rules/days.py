"""Counting days back in a calendar, and moving a day that falls badly."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

from pydantic import Field

from booking.rules.values import RuleModel
from core.calendars import Calendar
from core.words import and_list, long_date, plural

DayCount = Literal["calendar", "working", "school", "open"]
DayKind = Literal["weekend", "public_holiday", "school_holiday", "closed_day"]
PreviousDay = Literal["previous_working_day", "previous_open_day", "previous_school_day"]

ONE_DAY = timedelta(days=1)

# Longer than any summer: past it, the calendar itself is wrong and the rule says so.
_SEARCH_DAYS = 366

_NAMES: dict[DayCount, tuple[str, str]] = {
    "calendar": ("jour", "jours"),
    "working": ("jour ouvré", "jours ouvrés"),
    "school": ("jour d’école", "jours d’école"),
    "open": ("jour d’ouverture", "jours d’ouverture"),
}

_KIND_WORDS: dict[DayKind, str] = {
    "weekend": "un week-end",
    "public_holiday": "un jour férié",
    "school_holiday": "pendant les vacances scolaires",
    "closed_day": "un jour de fermeture",
}

_COUNT_OF: dict[PreviousDay, DayCount] = {
    "previous_working_day": "working",
    "previous_open_day": "open",
    "previous_school_day": "school",
}


class NoSuchDayError(LookupError):
    """The calendar holds no day of the wanted kind in the year before. Its text is for people."""


def step_back(day: date, days: int, *, count: DayCount, calendar: Calendar) -> date:
    """The `days`-th day of that kind strictly before `day`."""
    if count == "calendar":
        return day - timedelta(days=days)
    counts = _test(count, calendar)
    for _ in range(days):
        day = _previous(day, counts, _NAMES[count][0])
    return day


def days_between(start: date, end: date, *, count: DayCount, calendar: Calendar) -> int:
    """How many days of that kind there are from `start` (included) to `end` (not included)."""
    counts = _test(count, calendar)
    return sum(counts(start + timedelta(days=n)) for n in range((end - start).days))


def count_words(days: int, count: DayCount) -> str:
    """« 1 jour », « 3 jours ouvrés »."""
    return plural(days, *_NAMES[count])


class Shift(RuleModel):
    """Where a last moment goes when its day is one of `on`: earlier, at the same time."""

    on: tuple[DayKind, ...] = Field(("public_holiday",), min_length=1, strict=False)
    to: PreviousDay = "previous_working_day"

    def apply(self, day: date, calendar: Calendar) -> tuple[date, str]:
        """The day kept, and why it moved (empty when it did not)."""
        trouble = self._trouble(day, calendar)
        if not trouble:
            return day, ""
        wanted = _test(_COUNT_OF[self.to], calendar)
        kept = _previous(
            day,
            lambda candidate: wanted(candidate) and not self._trouble(candidate, calendar),
            self._target,
        )
        return kept, f"avancé au {long_date(kept)}, car le {long_date(day)} tombe {trouble}"

    @property
    def words(self) -> str:
        kinds = and_list([_KIND_WORDS[kind] for kind in self.on], word="ou")
        return f"si ce jour tombe {kinds}, le {self._target} précédent"

    @property
    def _target(self) -> str:
        return _NAMES[_COUNT_OF[self.to]][0]

    def _trouble(self, day: date, calendar: Calendar) -> str:
        """The end of « ce jour tombe … », empty when nothing is wrong with `day`."""
        return next((words for kind in self.on if (words := _kind_of(kind, day, calendar))), "")


def _kind_of(kind: DayKind, day: date, calendar: Calendar) -> str:
    if kind == "weekend":
        return _KIND_WORDS[kind] if day.weekday() > 4 else ""
    name = {
        "public_holiday": calendar.holiday_label,
        "school_holiday": calendar.school_holiday,
        "closed_day": calendar.closure,
    }[kind](day)
    return "" if name is None else f"{_KIND_WORDS[kind]} ({name})"


def _test(count: DayCount, calendar: Calendar) -> Callable[[date], bool]:
    return {
        "calendar": lambda _day: True,
        "working": calendar.is_working_day,
        "school": calendar.is_school_day,
        "open": calendar.is_open_day,
    }[count]


def _previous(day: date, counts: Callable[[date], bool], name: str) -> date:
    for back in range(1, _SEARCH_DAYS + 1):
        if counts(candidate := day - timedelta(days=back)):
            return candidate
    raise NoSuchDayError(f"Aucun {name} dans l’année qui précède le {long_date(day)}")
