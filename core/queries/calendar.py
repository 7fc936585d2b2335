"""The calendar of the active town: what is published, and what its agents corrected."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Q

from core.calendars import Calendar, Corrections, DateRange, HolidayRegion, SchoolZone, build_calendar
from core.models import CalendarDay, CommuneSettings, Establishment


def town_calendar(start: date, end: date, establishment: Establishment | None = None) -> Calendar:
    """The active town's calendar from `start` to `end`, with the days that only `establishment` closes or opens.

    Two queries. Raises CommuneSettings.DoesNotExist for a town that has not been configured.
    """
    settings = CommuneSettings.objects.only("school_zone", "holiday_region").get()
    days = CalendarDay.objects.filter(Q(establishment=None) | Q(establishment=establishment))
    return corrected_calendar(
        zone=SchoolZone(settings.school_zone),
        region=HolidayRegion(settings.holiday_region),
        start=start,
        end=end,
        days=days.filter(start__lte=end, end__gte=start),
    )


def corrected_calendar(
    *, zone: SchoolZone, region: HolidayRegion, start: date, end: date, days: Iterable[CalendarDay]
) -> Calendar:
    """A calendar with the corrections of `days`, which need not be in the database.

    On an open day there is neither public holiday, school holiday nor closure, whatever else says so.
    """
    days = list(days)
    opened = tuple(_range(day) for day in days if day.kind == CalendarDay.Kind.OPEN)
    closed = [_range(day) for day in days if day.kind == CalendarDay.Kind.CLOSED]
    corrections = Corrections(
        not_public_holidays=frozenset(day for period in opened for day in period.days()),
        not_school_holidays=opened,
        closures=tuple(part for period in closed for part in _without(period, opened)),
    )
    return build_calendar(zone=zone, region=region, start=start, end=end, corrections=corrections)


def _range(day: CalendarDay) -> DateRange:
    return DateRange(day.start, day.end, day.label)


def _without(period: DateRange, opened: Iterable[DateRange]) -> Iterator[DateRange]:
    if not any(other.start <= period.end and period.start <= other.end for other in opened):
        yield period
        return
    for day in period.days():
        if not any(day in other for other in opened):
            yield DateRange(day, day, period.label)
