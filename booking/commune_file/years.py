"""Periods that return every school year, written out for the years that are due."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from booking.commune_file.tables import YEARS, ActivityTable, PeriodTable
from core.calendars import HolidayRegion, SchoolYear, SchoolZone, build_calendar
from core.commune_file.sections import TownFile

# The next school year's periods are there three months before it: from June for September.
NOTICE = timedelta(days=92)


def due_years(zone: SchoolZone, region: HolidayRegion, today: date) -> list[SchoolYear]:
    """The current school year, and the next one when it is near."""
    calendar = build_calendar(zone=zone, region=region, start=today, end=today)
    current = calendar.school_year(today)
    coming = calendar.school_year(today + NOTICE)
    return [current] if coming == current else [current, coming]


def for_year(period: PeriodTable, year: SchoolYear) -> PeriodTable:
    """A period that returns, as it is in one school year; any other period as it is."""
    if period.school_year is None:
        return period
    return period.model_copy(
        update={
            "code": period.code.replace(YEARS, year.label),
            "name": period.name.replace(YEARS, year.label),
            "start": day_of(str(period.start), year),
            "end": day_of(str(period.end), year),
            "school_year": None,
        }
    )


def day_of(day_and_month: str, year: SchoolYear) -> date:
    """« 07/07 » in a school year. The 29th of February is the 28th when there is none."""
    day, month = map(int, day_and_month.split("/"))
    civil = year.first_day.year if month >= year.first_day.month else year.last_day.year
    try:
        return date(civil, month, day)
    except ValueError:
        return date(civil, month, day - 1)


def written_out(
    activities: Iterable[ActivityTable], *, years: list[SchoolYear], today: date, current: TownFile | None
) -> list[ActivityTable]:
    """Activities without any returning period: one for each due year, and those of past years that the town has."""
    past = _past_periods(current, today)
    return [
        activity.model_copy(update={"periods": _periods(activity, years, past.get(activity.code, []))})
        for activity in activities
    ]


def _periods(activity: ActivityTable, years: list[SchoolYear], past: list[PeriodTable]) -> list[PeriodTable]:
    periods: dict[str, PeriodTable] = {}
    for period in activity.periods:
        for year in years:
            one = for_year(period, year)
            periods.setdefault(one.code, one)
        if period.school_year:
            shape = re.compile(re.escape(period.code).replace(re.escape(YEARS), r"\d{4}(-\d{4})?"))
            for old in past:
                if shape.fullmatch(old.code):
                    periods.setdefault(old.code, old)
    return list(periods.values())


def _past_periods(current: TownFile | None, today: date) -> dict[str, list[Any]]:
    if current is None:
        return {}
    return {
        activity.code: [period for period in activity.periods if period.dates[1] < today]
        for activity in current.all("activites")
    }
