"""A period copied for another school year: its days keep their place in the real calendar."""

from datetime import date

import pytest

from booking.rules.school_years import YearMove
from core.calendars import HolidayRegion, SchoolZone, build_calendar


def moved(day: date, *, years: int = 1, zone: SchoolZone = SchoolZone.C) -> date:
    calendar = build_calendar(
        zone=zone, region=HolidayRegion.METROPOLE, start=date(2022, 1, 1), end=date(2029, 8, 31)
    )
    return YearMove(calendar=calendar, years=years).day(day)


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        (date(2025, 9, 1), 1, date(2026, 9, 1)),  # the day of the return, a Monday then a Tuesday
        (date(2026, 7, 3), 1, date(2027, 7, 2)),  # the last day of school
        (date(2027, 7, 2), 1, date(2028, 7, 3)),
        (date(2022, 9, 1), 5, date(2027, 9, 1)),  # a period of long ago
        (date(2027, 2, 8), 1, date(2028, 2, 14)),  # the first Monday of the winter holidays
        (date(2027, 2, 19), 1, date(2028, 2, 25)),  # their last Friday
        (date(2026, 7, 20), 1, date(2027, 7, 19)),  # far from any edge: the same weekday
        (date(2026, 6, 15), 1, date(2027, 6, 14)),
    ],
)
def test_a_day_keeps_its_place_in_the_calendar(day, years, expected):
    assert moved(day, years=years) == expected


def test_each_zone_has_its_own_holidays():
    monday = date(2027, 2, 8)  # holidays in zone C, school in zone B
    assert moved(monday, zone=SchoolZone.C) == date(2028, 2, 14)
    assert moved(monday, zone=SchoolZone.B) == date(2028, 2, 7)


def test_a_year_that_nobody_published_keeps_weekdays():
    assert moved(date(2027, 2, 8), years=2) == date(2029, 2, 5)
    assert moved(date(2026, 9, 1), zone=SchoolZone.CORSE) == date(2027, 8, 31)
