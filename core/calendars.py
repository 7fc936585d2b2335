"""The calendar of a town: public holidays, school holidays, closed days, and what agents corrected.

Public holidays are computed for any year. School holidays are published for a few years only, and by
no library for Corse and overseas, where the recteur sets them: `Calendar.known_until` says up to when
the calendar may be trusted, and a caller that looks further must say so on its screen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from itertools import pairwise
from types import MappingProxyType

import holidays
from vacances_scolaires_france import SchoolHolidayDates

SCHOOL_WEEKDAYS = frozenset({0, 1, 3, 4})

_ONE_DAY = timedelta(days=1)


class SchoolZone(StrEnum):
    A = "A"
    B = "B"
    C = "C"
    CORSE = "CORSE"
    GUADELOUPE = "GUADELOUPE"
    MARTINIQUE = "MARTINIQUE"
    GUYANE = "GUYANE"
    REUNION = "REUNION"
    MAYOTTE = "MAYOTTE"
    SAINT_PIERRE_ET_MIQUELON = "SAINT_PIERRE_ET_MIQUELON"
    POLYNESIE = "POLYNESIE"
    NOUVELLE_CALEDONIE = "NOUVELLE_CALEDONIE"
    WALLIS_ET_FUTUNA = "WALLIS_ET_FUTUNA"

    @property
    def label(self) -> str:
        return _ZONE_LABELS.get(self, f"Zone {self.value}")

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(zone.value, zone.label) for zone in cls]


_ZONE_LABELS = {
    SchoolZone.CORSE: "Corse",
    SchoolZone.GUADELOUPE: "Guadeloupe",
    SchoolZone.MARTINIQUE: "Martinique",
    SchoolZone.GUYANE: "Guyane",
    SchoolZone.REUNION: "La Réunion",
    SchoolZone.MAYOTTE: "Mayotte",
    SchoolZone.SAINT_PIERRE_ET_MIQUELON: "Saint-Pierre-et-Miquelon",
    SchoolZone.POLYNESIE: "Polynésie française",
    SchoolZone.NOUVELLE_CALEDONIE: "Nouvelle-Calédonie",
    SchoolZone.WALLIS_ET_FUTUNA: "Wallis-et-Futuna",
}


class HolidayRegion(StrEnum):
    """Where the public holidays are the same."""

    METROPOLE = "METROPOLE"
    ALSACE_MOSELLE = "ALSACE_MOSELLE"
    GUADELOUPE = "GUADELOUPE"
    MARTINIQUE = "MARTINIQUE"
    GUYANE = "GUYANE"
    REUNION = "REUNION"
    MAYOTTE = "MAYOTTE"
    SAINT_BARTHELEMY = "SAINT_BARTHELEMY"
    SAINT_MARTIN = "SAINT_MARTIN"
    SAINT_PIERRE_ET_MIQUELON = "SAINT_PIERRE_ET_MIQUELON"
    POLYNESIE = "POLYNESIE"
    NOUVELLE_CALEDONIE = "NOUVELLE_CALEDONIE"
    WALLIS_ET_FUTUNA = "WALLIS_ET_FUTUNA"

    @property
    def label(self) -> str:
        return _REGIONS[self][0]

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(region.value, region.label) for region in cls]


# Label, and the name of the region in the library of public holidays.
_REGIONS: dict[HolidayRegion, tuple[str, str | None]] = {
    HolidayRegion.METROPOLE: ("Métropole", None),
    HolidayRegion.ALSACE_MOSELLE: ("Alsace-Moselle", "57"),
    HolidayRegion.GUADELOUPE: ("Guadeloupe", "971"),
    HolidayRegion.MARTINIQUE: ("Martinique", "972"),
    HolidayRegion.GUYANE: ("Guyane", "973"),
    HolidayRegion.REUNION: ("La Réunion", "974"),
    HolidayRegion.MAYOTTE: ("Mayotte", "976"),
    HolidayRegion.SAINT_BARTHELEMY: ("Saint-Barthélemy", "BL"),
    HolidayRegion.SAINT_MARTIN: ("Saint-Martin", "MF"),
    HolidayRegion.SAINT_PIERRE_ET_MIQUELON: ("Saint-Pierre-et-Miquelon", "PM"),
    HolidayRegion.POLYNESIE: ("Polynésie française", "PF"),
    HolidayRegion.NOUVELLE_CALEDONIE: ("Nouvelle-Calédonie", "NC"),
    HolidayRegion.WALLIS_ET_FUTUNA: ("Wallis-et-Futuna", "WF"),
}

# Month in which a school year begins: September, except where the austral or tropical year decides.
_FIRST_MONTHS = {
    SchoolZone.REUNION: 8,
    SchoolZone.MAYOTTE: 8,
    SchoolZone.POLYNESIE: 8,
    SchoolZone.NOUVELLE_CALEDONIE: 1,
    SchoolZone.WALLIS_ET_FUTUNA: 1,
}


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days from `start` to `end`, both included."""

    start: date
    end: date
    label: str = ""

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"La période « {self.label} » finit avant de commencer")

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def days(self) -> Iterable[date]:
        return (self.start + timedelta(days=n) for n in range((self.end - self.start).days + 1))


@dataclass(frozen=True, slots=True)
class SchoolYear:
    first_day: date
    last_day: date

    @property
    def label(self) -> str:
        """« 2022-2023 », or « 2023 » where the school year is the civil year."""
        first, last = self.first_day.year, self.last_day.year
        return str(first) if first == last else f"{first}-{last}"


@dataclass(frozen=True, kw_only=True)
class Corrections:
    """What a town's agents know better: a bridge day, a holiday moved, the closing of the town hall.

    `known_until` states that the school holidays given here are complete up to that day.
    """

    public_holidays: Mapping[date, str] = field(default_factory=dict)
    not_public_holidays: frozenset[date] = frozenset()
    school_holidays: tuple[DateRange, ...] = ()
    not_school_holidays: tuple[DateRange, ...] = ()
    closures: tuple[DateRange, ...] = ()
    known_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """All the days a rule may have to count. A plain `Calendar()` has no holiday at all."""

    public_holidays: Mapping[date, str] = field(default_factory=dict)
    school_holidays: tuple[DateRange, ...] = ()
    closures: tuple[DateRange, ...] = ()
    school_weekdays: frozenset[int] = SCHOOL_WEEKDAYS
    school_year_month: int = 9
    known_until: date | None = None

    def is_known(self, day: date) -> bool:
        """Whether the school holidays around `day` are published, or given by the town."""
        return self.known_until is not None and day <= self.known_until

    def is_public_holiday(self, day: date) -> bool:
        return day in self.public_holidays

    def holiday_label(self, day: date) -> str | None:
        """The name of the public holiday, None on another day."""
        return self.public_holidays.get(day)

    def school_holiday(self, day: date) -> str | None:
        """The name of the school holiday `day` belongs to, None in school time."""
        return next((period.label for period in self.school_holidays if day in period), None)

    def closure(self, day: date) -> str | None:
        """Why the town's offices are closed on `day`, None when they are not."""
        return next((period.label for period in self.closures if day in period), None)

    def is_working_day(self, day: date) -> bool:
        """« Jour ouvré »: Monday to Friday, public holidays apart."""
        return day.weekday() < 5 and not self.is_public_holiday(day)

    def is_open_day(self, day: date) -> bool:
        """A working day on which the town's offices are open."""
        return self.is_working_day(day) and self.closure(day) is None

    def is_school_day(self, day: date) -> bool:
        return (
            day.weekday() in self.school_weekdays
            and not self.is_public_holiday(day)
            and self.school_holiday(day) is None
        )

    def school_year(self, day: date) -> SchoolYear:
        first_year = day.year if day.month >= self.school_year_month else day.year - 1
        first_day = date(first_year, self.school_year_month, 1)
        return SchoolYear(first_day, first_day.replace(year=first_year + 1) - _ONE_DAY)


def build_calendar(
    *,
    zone: SchoolZone,
    region: HolidayRegion,
    start: date,
    end: date,
    corrections: Corrections | None = None,
    school_weekdays: frozenset[int] = SCHOOL_WEEKDAYS,
) -> Calendar:
    """The calendar of a town from `start` to `end`.

    A year is kept on each side, because rules look back from a date and screens look ahead.
    `known_until` of the result is None when nothing at all is published for the zone.
    """
    if end < start:
        raise ValueError("Le calendrier finit avant de commencer")
    corrections = corrections or Corrections()
    years = range(start.year - 1, end.year + 2)
    public = {
        day: label
        for day, label in _public_holidays(region, years).items()
        if day not in corrections.not_public_holidays
    }
    return Calendar(
        public_holidays=MappingProxyType(public | dict(corrections.public_holidays)),
        school_holidays=_corrected_school_holidays(zone, years, corrections),
        closures=corrections.closures,
        school_weekdays=school_weekdays,
        school_year_month=_FIRST_MONTHS.get(zone, 9),
        known_until=max(
            (day for day in (_published_until(zone), corrections.known_until) if day), default=None
        ),
    )


# The same few years are asked for at every page: computing them costs more than all the rest of a calendar.
@cache
def _public_holidays(region: HolidayRegion, years: range) -> Mapping[date, str]:
    days = holidays.country_holidays("FR", subdiv=_REGIONS[region][1], years=years, language="fr")
    return MappingProxyType({day: _typographic(label) for day, label in sorted(days.items())})


def _corrected_school_holidays(
    zone: SchoolZone, years: range, corrections: Corrections
) -> tuple[DateRange, ...]:
    if not (corrections.school_holidays or corrections.not_school_holidays):
        return _published_ranges(zone, years)
    labels = _published_in(zone, years)
    for period in corrections.not_school_holidays:
        for day in period.days():
            labels.pop(day, None)
    for period in corrections.school_holidays:
        labels.update(dict.fromkeys(period.days(), period.label))
    return _as_ranges(labels)


@cache
def _published_ranges(zone: SchoolZone, years: range) -> tuple[DateRange, ...]:
    return _as_ranges(_published_in(zone, years))


def _published_in(zone: SchoolZone, years: range) -> dict[date, str]:
    return {day: label for day, label in _published(zone).items() if day.year in years}


def _as_ranges(labels: Mapping[date, str]) -> tuple[DateRange, ...]:
    """Consecutive days of the same name put together."""
    ordered = sorted(labels)
    breaks = [
        index
        for index, (before, after) in enumerate(pairwise(ordered), start=1)
        if after - before > _ONE_DAY or labels[before] != labels[after]
    ]
    bounds = [0, *breaks, len(ordered)]
    return tuple(
        DateRange(ordered[first], ordered[last - 1], labels[ordered[first]])
        for first, last in pairwise(bounds)
        if first < last
    )


@cache
def _library() -> SchoolHolidayDates:
    return SchoolHolidayDates()


@cache
def _published(zone: SchoolZone) -> Mapping[date, str]:
    library = _library()
    if zone not in library.SUPPORTED_ZONES:
        return MappingProxyType({})
    key = library.zone_key(zone.value)
    return MappingProxyType(
        {day: _typographic(row["nom_vacances"]) for day, row in library.data.items() if row[key]}
    )


@cache
def _published_until(zone: SchoolZone) -> date | None:
    return max(_published(zone), default=None)


def _typographic(label: str) -> str:
    return label.replace("'", "’")
