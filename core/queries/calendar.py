"""The calendar of the active town: the libraries' dates, corrected by its agents."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from core.calendars import Calendar, Corrections, DateRange, HolidayRegion, SchoolZone, build_calendar
from core.models import CalendarDay, CommuneSettings, Establishment


def town_calendar(start: date, end: date, *, establishment: Establishment | None = None) -> Calendar:
    """The calendar from ``start`` to ``end`` (2 queries); with the establishment's own days when one is given."""
    settings = CommuneSettings.objects.get()
    corrections = CalendarDay.objects.filter(Q(establishment__isnull=True) | Q(establishment=establishment))
    return build_calendar(
        zone=SchoolZone(settings.school_zone),
        region=HolidayRegion(settings.holiday_region),
        start=start,
        end=end,
        corrections=corrections_from(corrections),
    )


def corrections_from(days: Iterable[CalendarDay]) -> Corrections:
    """Agents' words as the calendar understands them: an open day is neither a public nor a school holiday."""
    days = list(days)
    closed = [DateRange(day.start, day.end, day.label) for day in days if day.kind == CalendarDay.Kind.CLOSED]
    opened = [DateRange(day.start, day.end, day.label) for day in days if day.kind == CalendarDay.Kind.OPEN]
    return Corrections(
        closures=tuple(closed),
        not_school_holidays=tuple(opened),
        not_public_holidays=frozenset(day for period in opened for day in period.days()),
    )
