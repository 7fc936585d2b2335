"""The days of a school year told as those of another one: the same place in the real calendar, not the same number.

A day near the return to school or near a holiday keeps its distance from it; any other one, or a year that nobody
published, keeps its weekday and comes as near as can be to the same date. Values only; no database.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from core.calendars import Calendar, SchoolYear

NEAR = 10  # days from an edge of the holidays
_RETURN = "rentrée"


@dataclass(frozen=True, kw_only=True)
class YearMove:
    """Days moved by ``years`` school years. ``calendar`` must hold both years."""

    calendar: Calendar
    years: int

    def day(self, day: date) -> date:
        before = self.calendar.school_year(day)
        after = self.year_after(before)
        wanted = dict(_edges(self.calendar, after))
        near = min(
            (
                (abs((day - edge).days), key, edge)
                for key, edge in _edges(self.calendar, before)
                if key in wanted
            ),
            default=None,
        )
        if near is None or near[0] > NEAR:
            return _same_weekday(_same_date(day, day.year + self.years), day)
        _, key, edge = near
        gap = day - edge
        moved = wanted[key] + gap
        # The very first or last day of school is what it is; a camp that begins on a Monday does so again.
        return moved if abs(gap.days) <= 1 else _same_weekday(moved, day)

    def year_after(self, year: SchoolYear) -> SchoolYear:
        return self.calendar.school_year(_same_date(year.first_day, year.first_day.year + self.years))


def _edges(calendar: Calendar, year: SchoolYear) -> Iterator[tuple[tuple[str, str], date]]:
    """The first and last days of its holidays, and the day before the return to school."""
    for holiday in calendar.school_holidays:
        if holiday.start < year.first_day <= holiday.end + timedelta(days=1):
            yield (_RETURN, "end"), holiday.end
        elif year.first_day <= holiday.start <= year.last_day:
            yield (holiday.label, "start"), holiday.start
            yield (holiday.label, "end"), holiday.end


def _same_date(day: date, year: int) -> date:
    """The 29th of February is the 28th when there is none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _same_weekday(near: date, like: date) -> date:
    gap = (like.weekday() - near.weekday() + 3) % 7 - 3
    return near + timedelta(days=gap)
