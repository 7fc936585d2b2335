"""Counting days back in a calendar, and moving a day that falls badly."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from pydantic import Field

from booking.rules.values import RuleModel
from core.calendars import Calendar
from core.retold import retold
from core.words import and_list, long_date

DayCount = Literal["calendar", "working", "school", "open"]
DayKind = Literal["weekend", "public_holiday", "school_holiday", "closed_day"]
PreviousDay = Literal["previous_working_day", "previous_open_day", "previous_school_day"]

ONE_DAY = timedelta(days=1)

# Longer than any summer: past it, the calendar itself is wrong and the rule says so.
_SEARCH_DAYS = 366

_COUNTED = {
    "calendar": ngettext_lazy("%(count)s jour", "%(count)s jours", "count"),
    "working": ngettext_lazy("%(count)s jour ouvré", "%(count)s jours ouvrés", "count"),
    "school": ngettext_lazy("%(count)s jour d’école", "%(count)s jours d’école", "count"),
    "open": ngettext_lazy("%(count)s jour d’ouverture", "%(count)s jours d’ouverture", "count"),
}
_PRECEDING = {
    "calendar": gettext_lazy("le jour précédent"),
    "working": gettext_lazy("le jour ouvré précédent"),
    "school": gettext_lazy("le jour d’école précédent"),
    "open": gettext_lazy("le jour d’ouverture précédent"),
}
_NONE = {
    "calendar": gettext_lazy("Aucun jour dans l’année qui précède le %(date)s"),
    "working": gettext_lazy("Aucun jour ouvré dans l’année qui précède le %(date)s"),
    "school": gettext_lazy("Aucun jour d’école dans l’année qui précède le %(date)s"),
    "open": gettext_lazy("Aucun jour d’ouverture dans l’année qui précède le %(date)s"),
}

_KIND_WORDS = {
    "weekend": gettext_lazy("un week-end"),
    "public_holiday": gettext_lazy("un jour férié"),
    "school_holiday": gettext_lazy("pendant les vacances scolaires"),
    "closed_day": gettext_lazy("un jour de fermeture"),
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
    for _step in range(days):
        day = _previous(day, counts, count)
    return day


def days_between(start: date, end: date, *, count: DayCount, calendar: Calendar) -> int:
    """How many days of that kind there are from `start` (included) to `end` (not included)."""
    counts = _test(count, calendar)
    return sum(counts(start + timedelta(days=n)) for n in range((end - start).days))


def count_words(days: int, count: DayCount) -> str:
    """« 1 jour », « 3 jours ouvrés »."""
    return str(_COUNTED[count] % {"count": days})


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
            _COUNT_OF[self.to],
        )
        return kept, _("avancé au %(kept)s, car le %(day)s tombe %(trouble)s") % {
            "kept": long_date(kept),
            "day": long_date(day),
            "trouble": trouble,
        }

    @property
    def words(self) -> str:
        kinds = and_list([str(_KIND_WORDS[kind]) for kind in self.on], word="ou")
        return _("si ce jour tombe %(kinds)s, %(day)s") % {
            "kinds": kinds,
            "day": _PRECEDING[_COUNT_OF[self.to]],
        }

    def _trouble(self, day: date, calendar: Calendar) -> str:
        """The end of « ce jour tombe … », empty when nothing is wrong with `day`."""
        return next((words for kind in self.on if (words := _kind_of(kind, day, calendar))), "")


def _kind_of(kind: DayKind, day: date, calendar: Calendar) -> str:
    if kind == "weekend":
        return str(_KIND_WORDS[kind]) if day.weekday() > 4 else ""
    name = {
        "public_holiday": calendar.holiday_label,
        "school_holiday": calendar.school_holiday,
        "closed_day": calendar.closure,
    }[kind](day)
    return "" if name is None else f"{_KIND_WORDS[kind]} ({retold(name)})"


def _test(count: DayCount, calendar: Calendar) -> Callable[[date], bool]:
    return {
        "calendar": lambda _day: True,
        "working": calendar.is_working_day,
        "school": calendar.is_school_day,
        "open": calendar.is_open_day,
    }[count]


def _previous(day: date, counts: Callable[[date], bool], count: DayCount) -> date:
    for back in range(1, _SEARCH_DAYS + 1):
        if counts(candidate := day - timedelta(days=back)):
            return candidate
    raise NoSuchDayError(_NONE[count] % {"date": long_date(day)})
