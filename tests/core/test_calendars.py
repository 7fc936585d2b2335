from datetime import date, timedelta

import pytest

from core.calendars import (
    Calendar,
    Corrections,
    DateRange,
    HolidayRegion,
    SchoolZone,
    build_calendar,
)


def calendar_of(
    zone=SchoolZone.C,
    region=HolidayRegion.METROPOLE,
    *,
    start=date(2022, 9, 1),
    end=date(2023, 7, 7),
    **options,
):
    return build_calendar(zone=zone, region=region, start=start, end=end, **options)


def test_public_holidays_are_named_in_french():
    calendar = calendar_of()
    assert calendar.holiday_label(date(2023, 4, 10)) == "Lundi de Pâques"
    assert calendar.holiday_label(date(2023, 1, 1)) == "Jour de l’an"
    assert calendar.holiday_label(date(2023, 4, 11)) is None


@pytest.mark.parametrize(
    ("region", "day", "label"),
    [
        (HolidayRegion.ALSACE_MOSELLE, date(2023, 12, 26), "Saint-Étienne"),
        (HolidayRegion.ALSACE_MOSELLE, date(2023, 4, 7), "Vendredi saint"),
        (HolidayRegion.REUNION, date(2022, 12, 20), "Abolition de l’esclavage"),
        (HolidayRegion.GUYANE, date(2023, 6, 10), "Abolition de l’esclavage"),
        (HolidayRegion.METROPOLE, date(2023, 12, 26), None),
    ],
)
def test_public_holidays_belong_to_a_region(region, day, label):
    assert calendar_of(region=region).holiday_label(day) == label


@pytest.mark.parametrize("region", HolidayRegion)
def test_every_region_has_at_least_the_national_holidays(region):
    assert calendar_of(region=region).is_public_holiday(date(2023, 7, 14))
    assert region.label


@pytest.mark.parametrize(
    ("zone", "winter"),
    [
        (SchoolZone.A, DateRange(date(2023, 2, 4), date(2023, 2, 19), "Vacances d’hiver")),
        (SchoolZone.B, DateRange(date(2023, 2, 11), date(2023, 2, 26), "Vacances d’hiver")),
        (SchoolZone.C, DateRange(date(2023, 2, 18), date(2023, 3, 5), "Vacances d’hiver")),
    ],
)
def test_winter_holidays_of_each_zone(zone, winter):
    calendar = calendar_of(zone)
    assert winter in calendar.school_holidays
    assert calendar.school_holiday(winter.start) == "Vacances d’hiver"
    assert calendar.school_holiday(winter.end + timedelta(days=1)) is None


def test_kinds_of_days():
    calendar = calendar_of(
        corrections=Corrections(closures=(DateRange(date(2023, 5, 19), date(2023, 5, 19), "Pont"),))
    )
    monday, wednesday, saturday = date(2023, 3, 13), date(2023, 3, 15), date(2023, 3, 18)
    easter_monday, winter_monday, bridge = date(2023, 4, 10), date(2023, 2, 20), date(2023, 5, 19)
    days = (monday, wednesday, saturday, easter_monday, winter_monday, bridge)
    assert [calendar.is_working_day(day) for day in days] == [True, True, False, False, True, True]
    assert [calendar.is_open_day(day) for day in days] == [True, True, False, False, True, False]
    assert [calendar.is_school_day(day) for day in days] == [True, False, False, False, False, True]
    assert calendar.closure(bridge) == "Pont"


def test_a_school_open_on_wednesdays():
    calendar = calendar_of(school_weekdays=frozenset(range(5)))
    assert calendar.is_school_day(date(2023, 3, 15))


def test_agents_correct_days_and_periods():
    ascension = DateRange(date(2023, 5, 18), date(2023, 5, 21), "Pont de l’Ascension")
    calendar = calendar_of(
        corrections=Corrections(
            public_holidays={date(2023, 5, 22): "Fête du village"},
            not_public_holidays=frozenset({date(2023, 5, 29)}),
            school_holidays=(ascension,),
            not_school_holidays=(DateRange(date(2023, 3, 3), date(2023, 3, 5)),),
        )
    )
    assert calendar.holiday_label(date(2023, 5, 22)) == "Fête du village"
    assert not calendar.is_public_holiday(date(2023, 5, 29))
    assert ascension in calendar.school_holidays
    assert calendar.is_school_day(date(2023, 3, 3))
    assert DateRange(date(2023, 2, 18), date(2023, 3, 2), "Vacances d’hiver") in calendar.school_holidays


def test_what_is_not_published_is_stated():
    published = calendar_of().known_until
    assert published >= date(2028, 8, 31)
    assert calendar_of().is_known(published)
    assert not calendar_of().is_known(published + timedelta(days=1))


@pytest.mark.parametrize("zone", [zone for zone in SchoolZone if zone not in {"A", "B", "C"}])
def test_zones_without_published_holidays_are_unknown_until_the_town_gives_them(zone):
    assert calendar_of(zone).known_until is None
    assert not calendar_of(zone).is_known(date(2023, 3, 1))
    given = Corrections(
        school_holidays=(DateRange(date(2023, 3, 4), date(2023, 3, 19), "Vacances de mars"),),
        known_until=date(2023, 7, 7),
    )
    corrected = calendar_of(zone, corrections=given)
    assert corrected.is_known(date(2023, 3, 1))
    assert corrected.school_holiday(date(2023, 3, 10)) == "Vacances de mars"
    assert zone.label != f"Zone {zone.value}"


@pytest.mark.parametrize(
    ("zone", "day", "label", "first_day"),
    [
        (SchoolZone.C, date(2022, 9, 1), "2022-2023", date(2022, 9, 1)),
        (SchoolZone.C, date(2023, 8, 31), "2022-2023", date(2022, 9, 1)),
        (SchoolZone.REUNION, date(2022, 8, 20), "2022-2023", date(2022, 8, 1)),
        (SchoolZone.NOUVELLE_CALEDONIE, date(2023, 2, 13), "2023", date(2023, 1, 1)),
    ],
)
def test_school_year(zone, day, label, first_day):
    year = calendar_of(zone).school_year(day)
    assert (year.label, year.first_day) == (label, first_day)
    assert year.last_day == first_day.replace(year=first_day.year + 1) - timedelta(days=1)


def test_an_empty_calendar_knows_nothing():
    assert Calendar().is_school_day(date(2023, 3, 13))
    assert not Calendar().is_known(date(2023, 3, 13))


def test_periods_end_after_they_start():
    with pytest.raises(ValueError, match="finit avant"):
        DateRange(date(2023, 3, 2), date(2023, 3, 1), "Vacances")
    with pytest.raises(ValueError, match="finit avant"):
        calendar_of(start=date(2023, 3, 2), end=date(2023, 3, 1))
