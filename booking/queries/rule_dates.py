"""What a cut-off of the settings gives on the next days of its period, before anything is published."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from booking.commune_file.tables import WEEKDAY_WORDS
from booking.commune_file.years import day_of, due_years
from booking.rules.cutoffs import last_moment
from booking.rules.opening_days import opening_days
from booking.rules.values import ClockTime
from core import clock
from core.calendars import Calendar, HolidayRegion, SchoolZone
from core.commune_file.objects import Data, Names, find, items
from core.models import CalendarDay
from core.queries.calendar import corrected_calendar
from core.words import long_date, moment
from tenants.context import town_timezone

SHOWN = 3
_HOLIDAYS = {"ferme": "closed", "seulement": "only", "ouvert": "open"}
_YEAR = timedelta(days=366)
_CLOCK: TypeAdapter[Any] = TypeAdapter(ClockTime)


def next_dates(rule: Any, draft: Data, names: Names) -> list[tuple[str, str]]:
    """For the next days on which the period opens, the first ones of a period that is over: (day, until when).
    ``names``: the period, or a stage of it."""
    period = find(draft, names[:4])
    if period is None:
        return []
    tz = town_timezone()
    start, end = _days(draft, period)
    today = clock.today(tz)
    first = max(start, today) if today <= end else start
    calendar = _calendar(draft, names, start=first - _YEAR, end=end)
    days = opening_days(
        start=first,
        end=end,
        weekdays=[WEEKDAY_WORDS.index(word) + 1 for word in period.get("jours", ())],
        in_school_holidays=_HOLIDAYS[period.get("vacances", "ferme")],  # type: ignore[arg-type]
        calendar=calendar,
    )
    opens = _CLOCK.validate_python(_start_of(draft, period, names))
    found = []
    for day in days[:SHOWN]:
        at = datetime.combine(day, opens, tzinfo=tz)
        last = last_moment(rule, service_start=at, period=(start, end), calendar=calendar, tz=tz)
        until = f"jusqu’au {moment(last.at)}" if last.at else last.why
        found.append((long_date(day).capitalize(), until))
    return found


def _days(draft: Data, period: Mapping[str, Any]) -> tuple[date, date]:
    if not period.get("annee_scolaire"):
        return period["debut"], period["fin"]
    year = due_years(*_zone(draft), clock.today(town_timezone()))[-1]
    return day_of(period["debut"], year), day_of(period["fin"], year)


def _calendar(draft: Data, names: Names, *, start: date, end: date) -> Calendar:
    """As the draft makes it: its zone, its days of the whole town and of the establishment of the activity."""
    zone, region = _zone(draft)
    own = (find(draft, names[:2]) or {}).get("etablissement")
    days = [
        CalendarDay(
            kind=CalendarDay.Kind.OPEN if day["effet"] == "ouvert" else CalendarDay.Kind.CLOSED,
            start=day["du"],
            end=day["au"],
            label=day["motif"],
        )
        for day in items(draft, ("calendrier",))
        if day.get("etablissement") in (None, own)
    ]
    return corrected_calendar(zone=zone, region=region, start=start, end=end, days=days)


def _zone(draft: Data) -> tuple[SchoolZone, HolidayRegion]:
    town = draft["commune"]
    return SchoolZone(town["zone_scolaire"]), HolidayRegion(town.get("jours_feries", "metropole").upper())


def _start_of(draft: Data, period: Mapping[str, Any], names: Names) -> Any:
    """When the service starts: of the slot that the rule is about, else the first of the day."""
    slot = find(draft, names[:6]) if len(names) > 4 else None
    starts = (
        [slot["debut"]] if slot else [one["debut"] for one in period.get("accueils", ()) if "debut" in one]
    )
    return min(map(str, starts), default="08:00")
