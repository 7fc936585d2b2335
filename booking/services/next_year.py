"""A period of the town's file copied for a school year to come: its days keep their place in the real calendar, its slots,
its stages, its rules and its prices stay."""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from booking.rules.school_years import YearMove
from core.calendars import Calendar, SchoolYear
from core.commune_file.objects import Data

_YEARS = re.compile(r"\b(20\d{2})\b")
# A school year may still be prepared some days after it has begun; later than that, it is the next one.
LATE = timedelta(days=30)
OFFERED = 3  # school years to choose from


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What the copy would be in ``year``; ``is_published``: the school holidays of that year are known."""

    year: SchoolYear
    name: str
    start: date
    end: date
    is_published: bool


def years_to_come(period: Mapping[str, Any], calendar: Calendar, *, today: date) -> list[SchoolYear]:
    """The school years that the period may be copied for, the one to propose first."""
    own = calendar.school_year(period["debut"])
    coming = _following(calendar, calendar.school_year(today - LATE))
    if coming.first_day <= own.first_day:
        coming = _following(calendar, own)
    years = [coming]
    while len(years) < OFFERED:
        years.append(_following(calendar, years[-1]))
    return years


def proposed(period: Mapping[str, Any], year: SchoolYear, calendar: Calendar) -> Proposal:
    """``calendar`` must hold the period's own school year and ``year``."""
    move = _move(calendar, period["debut"], year)
    return Proposal(
        year=year,
        name=_named(str(period["nom"]), year, move.years),
        start=move.day(period["debut"]),
        end=move.day(period["fin"]),
        is_published=calendar.is_known(year.last_day),
    )


def copied(
    period: Mapping[str, Any], calendar: Calendar, *, code: str, name: str, start: date, end: date
) -> Data:
    """The copy, whole. What is dated within it (opening, fixed deadlines) moves as its days do; with its first day when
    the copy stays in the same school year."""
    move = _move(calendar, period["debut"], calendar.school_year(start))
    gap = start - period["debut"]
    copy = _moved(deepcopy(dict(period)), move.day if move.years else lambda day: day + gap)
    return {**copy, "code": code, "nom": name, "debut": start, "fin": end}


def _move(calendar: Calendar, day: date, year: SchoolYear) -> YearMove:
    own = calendar.school_year(day)
    return YearMove(calendar=calendar, years=year.first_day.year - own.first_day.year)


def _following(calendar: Calendar, year: SchoolYear) -> SchoolYear:
    return calendar.school_year(year.last_day + timedelta(days=1))


def _named(name: str, year: SchoolYear, years: int) -> str:
    """« Cantine 2022-2023 » → « Cantine 2027-2028 »; a name without any year takes it."""
    if not _YEARS.search(name):
        return f"{name} {year.label}"
    return _YEARS.sub(lambda found: str(int(found[1]) + years), name)


def _moved(value: Any, move: Callable[[date], date]) -> Any:
    match value:
        case dict():
            return {key: _moved(one, move) for key, one in value.items()}
        case list() | tuple():
            return [_moved(one, move) for one in value]
        case datetime():
            return datetime.combine(move(value.date()), value.timetz())
        case date():
            return move(value)
        case str() if _is_moment(value):
            return _moved(datetime.fromisoformat(value), move).isoformat(timespec="minutes")
    return value


def _is_moment(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?", text) is not None
