"""On which days a period is open."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Literal

from core.calendars import Calendar

InSchoolHolidays = Literal["closed", "only", "open"]


def opening_days(
    *,
    start: date,
    end: date,
    weekdays: Collection[int],
    in_school_holidays: InSchoolHolidays,
    calendar: Calendar,
) -> list[date]:
    """The days from `start` to `end` (included) on which a service opens. `weekdays` are ISO: 1 is Monday."""
    days = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [
        day
        for day in days
        if day.isoweekday() in weekdays and not why_closed(day, in_school_holidays, calendar)
    ]


def why_closed(day: date, in_school_holidays: InSchoolHolidays, calendar: Calendar) -> str:
    """Why a service does not open on one of its weekdays; empty when it does."""
    if reason := calendar.holiday_label(day) or calendar.closure(day):
        return reason
    holiday = calendar.school_holiday(day)
    if in_school_holidays == "closed":
        return holiday or ""
    if in_school_holidays == "only" and holiday is None:
        return "ouvert seulement pendant les vacances scolaires"
    return ""
