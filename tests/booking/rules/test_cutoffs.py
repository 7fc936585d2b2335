from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from booking.rules.cutoffs import CUTOFF_RULE, Verb, describe, last_moment, opening_moment
from core.calendars import Calendar, DateRange, HolidayRegion, SchoolZone, build_calendar

PARIS = ZoneInfo("Europe/Paris")
ZONES = [
    ZoneInfo(name)
    for name in (
        "Europe/Paris",
        "Indian/Reunion",
        "America/Martinique",
        "America/Cayenne",
        "America/Miquelon",
        "Pacific/Noumea",
        "Pacific/Tahiti",
    )
]
PERIOD = (date(2022, 9, 1), date(2023, 7, 7))
CALENDAR = build_calendar(
    zone=SchoolZone.C, region=HolidayRegion.METROPOLE, start=PERIOD[0], end=date(2023, 12, 31)
)

fast = settings(derandomize=True, max_examples=100, deadline=None)


def read(**rule):
    return CUTOFF_RULE.validate_python(rule)


def last_of(rule, start, *, tz=PARIS, calendar=CALENDAR, period=PERIOD):
    return last_moment(rule, service_start=start, period=period, calendar=calendar, tz=tz)


# Strategies: every shape of rule, read as a file would write it.

times = st.times().map(lambda at: at.strftime("%H:%M"))
weekdays = st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
counts = st.sampled_from(["calendar", "working", "school", "open"])
shifts = st.fixed_dictionaries(
    {
        "on": st.lists(
            st.sampled_from(["weekend", "public_holiday", "school_holiday", "closed_day"]),
            min_size=1,
            unique=True,
        ),
        "to": st.sampled_from(["previous_working_day", "previous_open_day", "previous_school_day"]),
    }
)


def shape(kind, optional=None, **fields):
    return st.fixed_dictionaries({"type": st.just(kind), **fields}, optional=optional or {})


day_fields = {"time": times, "shift": shifts}
dated_shapes = st.one_of(
    shape("week_before", day_fields | {"weeks": st.integers(1, 6)}, weekday=weekdays),
    shape("days_before", day_fields | {"count": counts}, days=st.integers(1, 20)),
    shape("month_before", day_fields | {"months": st.integers(1, 3)}, day=st.integers(1, 31)),
    shape("before_period", day_fields | {"clear_days": st.booleans()}, days=st.integers(1, 60)),
    shape("before_period", day_fields, weeks=st.integers(1, 8)),
)
fixed_shapes = shape(
    "fixed",
    at=st.datetimes(datetime(2022, 6, 1), datetime(2023, 12, 31)).map(
        lambda at: at.strftime("%Y-%m-%dT%H:%M")
    ),
)
map_shapes = shape(
    "weekday_map",
    {"shift": shifts},
    map=st.dictionaries(
        weekdays,
        st.fixed_dictionaries({"weekday": weekdays, "time": times, "weeks": st.integers(0, 2)}),
        min_size=1,
    ),
)
simple_shapes = st.one_of(
    dated_shapes,
    fixed_shapes,
    map_shapes,
    shape("hours_before", hours=st.integers(1, 400)),
    shape("hours_before", count=counts, hours=st.integers(1, 10).map(lambda days: days * 24)),
    shape("same_day", day_fields),
    shape("until_start"),
)
closings = st.recursive(
    simple_shapes,
    lambda inner: st.one_of(
        shape("earliest", of=st.lists(inner, min_size=2, max_size=3)),
        shape("latest", of=st.lists(inner, min_size=2, max_size=3)),
        shape(
            "holiday_week",
            {"week": st.sampled_from(["service", "previous"])},
            normal=inner,
            with_holiday=st.one_of(inner, shape("never")),
        ),
    ),
    max_leaves=4,
)
rules = st.one_of(closings, shape("never"), shape("window", opens=fixed_shapes, closes=closings)).map(
    CUTOFF_RULE.validate_python
)
days = st.dates(PERIOD[0], date(2023, 11, 5))
starts = st.builds(datetime.combine, days, st.times())
zones = st.sampled_from(ZONES)


@fast
@given(rules, starts, zones)
def test_last_moment_ends_before_the_service_starts(rule, start, tz):
    service_start = start.replace(tzinfo=tz)
    last = last_of(rule, service_start, tz=tz)
    assert last.why[:1] == last.why[:1].upper() != ""
    if last.at is not None:
        assert last.at.astimezone(UTC) + timedelta(minutes=1) <= service_start.astimezone(UTC)
        assert last.at.tzinfo is tz
        assert last.at.second == last.at.microsecond == 0
        assert not last.allows(service_start)


@fast
@given(rules, starts, zones)
def test_the_minute_of_the_last_moment_is_included(rule, start, tz):
    last = last_of(rule, start.replace(tzinfo=tz), tz=tz)
    if last.at is None:
        assert not last.allows(datetime(2020, 1, 1, tzinfo=UTC))
    else:
        instant = last.at.astimezone(UTC)
        assert last.allows(instant + timedelta(seconds=59, microseconds=999_999))
        assert not last.allows(instant + timedelta(minutes=1))


@fast
@given(
    st.one_of(
        shape("week_before", {"time": times, "weeks": st.integers(1, 6)}, weekday=weekdays),
        shape("days_before", {"time": times, "count": counts}, days=st.integers(1, 10)),
        shape("hours_before", hours=st.integers(1, 400)),
        shape("month_before", {"time": times}, day=st.integers(1, 31)),
        shape("week_before", {"time": times, "shift": shifts}, weekday=weekdays),
        shape("same_day", {"time": times}),
        shape("until_start"),
    ).map(CUTOFF_RULE.validate_python),
    days,
    days,
    st.times(),
    zones,
)
def test_a_later_day_never_has_an_earlier_last_moment(rule, one, other, at, tz):
    earlier, later = (
        last_of(rule, datetime.combine(day, at, tzinfo=tz), tz=tz).at for day in sorted((one, other))
    )
    assert earlier.astimezone(UTC) <= later.astimezone(UTC)


@fast
@given(rules, st.sampled_from(Verb))
def test_every_rule_can_be_said_and_written_back(rule, verb):
    described = describe(rule, verb)
    assert f" {verb} " in described.sentence
    assert described.sentence[0].isupper()
    assert not described.sentence.endswith((" ", ".", ","))
    assert str(described).endswith((".", *"0123456789"))
    written = rule.model_dump(mode="json", exclude_unset=True)
    assert CUTOFF_RULE.validate_python(written) == rule
    assert CUTOFF_RULE.validate_json(rule.model_dump_json()) == rule


@fast
@given(st.lists(closings, min_size=2, max_size=3), starts)
def test_earliest_and_latest_are_the_bounds_of_their_parts(parts, start):
    start = start.replace(tzinfo=PARIS)
    moments = [last_of(CUTOFF_RULE.validate_python(part), start).at for part in parts]
    earliest = last_of(read(type="earliest", of=parts), start).at
    latest = last_of(read(type="latest", of=parts), start).at
    assert earliest == (None if None in moments else min(moments))
    assert latest == max((at for at in moments if at), default=None)


@fast
@given(st.integers(1, 10), counts, days)
def test_counted_days_are_of_the_kind_asked(number, count, day):
    last = last_of(
        read(type="days_before", days=number, count=count), datetime.combine(day, time(11, 30), tzinfo=PARIS)
    )
    is_counted = {
        "calendar": lambda _day: True,
        "working": CALENDAR.is_working_day,
        "school": CALENDAR.is_school_day,
        "open": CALENDAR.is_open_day,
    }[count]
    kept = last.at.date()
    between = [kept + timedelta(days=n) for n in range((day - kept).days)]
    assert is_counted(kept)
    assert sum(map(is_counted, between)) == number


@fast
@given(st.fixed_dictionaries({"type": st.just("week_before"), "weekday": weekdays, "shift": shifts}), days)
def test_a_shifted_day_is_earlier_and_free_of_what_it_avoids(rule, day):
    start = datetime.combine(day, time(11, 30), tzinfo=PARIS)
    shifted = last_of(CUTOFF_RULE.validate_python(rule), start)
    plain = last_of(read(type="week_before", weekday=rule["weekday"]), start)
    kept = shifted.at.date()
    assert kept <= plain.at.date()
    avoided = {
        "weekend": kept.weekday() > 4,
        "public_holiday": CALENDAR.is_public_holiday(kept),
        "school_holiday": CALENDAR.school_holiday(kept) is not None,
        "closed_day": CALENDAR.closure(kept) is not None,
    }
    assert not any(avoided[kind] for kind in rule["shift"]["on"])
    assert ("avancé au" in shifted.why) == (kept < plain.at.date())


@pytest.mark.parametrize("monday", [date(2023, 3, 13), date(2023, 3, 20), date(2023, 3, 27)])
def test_villes_soeurs_table_is_three_working_days(monday):
    table = read(
        type="weekday_map", map={"mon": "wed", "tue": "thu", "wed": "fri", "thu": "mon", "fri": "tue"}
    )
    counted = read(type="days_before", days=3, count="working")
    for n in range(5):
        start = datetime.combine(monday + timedelta(days=n), time(11, 30), tzinfo=PARIS)
        assert last_of(table, start).at == last_of(counted, start).at


def test_baincthun_table_is_two_school_days():
    table = read(
        type="weekday_map",
        map={"mon": "thu 24:00", "tue": "fri 24:00", "thu": "mon 24:00", "fri": "tue 24:00"},
    )
    counted = read(type="days_before", days=2, count="school")
    for day in (13, 14, 16, 17):
        start = datetime(2023, 3, day, 11, 30, tzinfo=PARIS)
        assert last_of(table, start).at == last_of(counted, start).at


def test_reunion_computes_on_its_own_clock():
    reunion = ZoneInfo("Indian/Reunion")
    rule = read(type="week_before", weekday="sun", time="23:55")
    last = last_of(rule, datetime(2023, 3, 10, 7, 30, tzinfo=UTC), tz=reunion)
    assert last.at == datetime(2023, 3, 5, 19, 55, tzinfo=UTC)
    assert last.at.isoformat() == "2023-03-05T23:55:00+04:00"


def test_an_hour_shown_twice_is_the_second_one():
    rule = read(type="days_before", days=1, time="02:30")
    last = last_of(rule, datetime(2023, 10, 30, 8, 0, tzinfo=PARIS))
    assert last.at.astimezone(UTC) == datetime(2023, 10, 29, 1, 30, tzinfo=UTC)


def test_a_service_in_the_hour_shown_twice_is_not_booked_after_its_first_showing():
    start = datetime(2023, 10, 29, 2, 30, tzinfo=PARIS, fold=0)
    last = last_of(read(type="until_start"), start)
    assert last.at.astimezone(UTC) == datetime(2023, 10, 29, 0, 29, tzinfo=UTC)


def test_why_names_what_moved_the_last_moment():
    rule = read(type="days_before", days=1, time="10:00", shift={"on": ["public_holiday", "weekend"]})
    why = last_of(rule, datetime(2023, 4, 11, 11, 30, tzinfo=PARIS)).why
    assert why.endswith(
        "avancé au vendredi 7 avril 2023, car le lundi 10 avril 2023 tombe un jour férié (Lundi de Pâques)"
    )


def test_why_names_the_holiday_of_the_week():
    rule = read(
        type="holiday_week",
        normal={"type": "days_before", "days": 1},
        with_holiday={"type": "never"},
    )
    last = last_of(rule, datetime(2023, 5, 2, 11, 30, tzinfo=PARIS))
    assert last.at is None
    assert (
        last.why == "Ce n’est pas possible sur le portail, une semaine avec un jour férié (Fête du Travail)"
    )


def test_the_week_after_a_holiday_may_have_its_own_rule():
    rule = read(
        type="holiday_week",
        normal={"type": "days_before", "days": 1},
        with_holiday={"type": "days_before", "days": 6},
        week="previous",
    )
    assert last_of(rule, datetime(2023, 5, 9, 11, 30, tzinfo=PARIS)).at.date() == date(2023, 5, 3)
    assert last_of(rule, datetime(2023, 5, 2, 11, 30, tzinfo=PARIS)).at.date() == date(2023, 5, 1)


def test_a_day_missing_from_the_table_is_closed():
    rule = read(type="weekday_map", map={"mon": "fri 12:00"})
    last = last_of(rule, datetime(2023, 3, 14, 11, 30, tzinfo=PARIS))
    assert (last.at, last.why) == (None, "Rien n’est prévu pour le mardi")


def test_a_table_may_say_the_same_day_or_the_week_before():
    same = read(type="weekday_map", map={"mon": {"weekday": "mon", "time": "08:00", "weeks": 0}})
    before = read(type="weekday_map", map={"mon": {"weekday": "mon", "time": "08:00", "weeks": 1}})
    start = datetime(2023, 3, 13, 11, 30, tzinfo=PARIS)
    assert last_of(same, start).at == datetime(2023, 3, 13, 8, 0, tzinfo=PARIS)
    assert last_of(before, start).at == datetime(2023, 3, 6, 8, 0, tzinfo=PARIS)


def test_a_calendar_without_the_day_to_count_closes_and_says_so():
    always = Calendar(school_holidays=(DateRange(date(2020, 1, 1), date(2030, 1, 1), "Vacances"),))
    rule = read(type="days_before", days=1, count="school")
    last = last_of(rule, datetime(2023, 3, 13, 11, 30, tzinfo=PARIS), calendar=always)
    assert last.at is None
    assert last.why == "Aucun jour d’école dans l’année qui précède le lundi 13 mars 2023"


def test_a_window_opens_at_its_moment():
    rule = read(
        type="window",
        opens={"type": "before_period", "weeks": 8, "time": "20:00"},
        closes={"type": "before_period", "days": 15},
    )
    where = {
        "service_start": datetime(2022, 9, 5, 8, 0, tzinfo=PARIS),
        "period": PERIOD,
        "calendar": CALENDAR,
        "tz": PARIS,
    }
    assert opening_moment(rule, **where) == datetime(2022, 7, 7, 20, 0, tzinfo=PARIS)
    assert last_moment(rule, **where).at == datetime(2022, 8, 17, 23, 59, tzinfo=PARIS)
    assert opening_moment(read(type="until_start"), **where) is None


def test_a_service_start_without_zone_is_refused():
    with pytest.raises(ValueError, match="fuseau"):
        last_of(read(type="until_start"), datetime(2023, 3, 13, 11, 30))


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"type": "before_period"}, "Indiquez soit days, soit weeks"),
        ({"type": "before_period", "days": 3, "weeks": 1}, "Indiquez soit days, soit weeks"),
        (
            {"type": "before_period", "weeks": 1, "clear_days": True},
            "Les jours francs se comptent avec days, pas avec weeks",
        ),
        (
            {"type": "hours_before", "hours": 36, "count": "working"},
            "Des heures ouvrées se comptent par multiples de 24",
        ),
        (
            {"type": "days_before", "days": 1, "time": "25:00"},
            "« 25:00 » n’est pas une heure\u00a0; écrivez par exemple 23:55",
        ),
        (
            {"type": "days_before", "days": 1, "time": time(10, 0, 30)},
            "« 10:00:30 » n’est pas une heure\u00a0; écrivez par exemple 23:55",
        ),
        (
            {"type": "fixed", "at": "26/02/2023"},
            "« 26/02/2023 » n’est pas une date avec heure locale\u00a0; écrivez par exemple 2023-02-26T23:55",
        ),
        (
            {"type": "fixed", "at": datetime(2023, 2, 26, 23, 55, tzinfo=UTC)},
            "« 2023-02-26 23:55:00+00:00 » n’est pas une date avec heure locale\u00a0; écrivez par exemple 2023-02-26T23:55",
        ),
        ({"type": "fixed", "at": "2023-02-30T10:00"}, "« 2023-02-30T10:00 » n’existe pas dans le calendrier"),
        (
            {"type": "weekday_map", "map": {"mon": "mon 08:00"}},
            "Lundi pour lundi est ambigu\u00a0: ajoutez weeks = 0 (le jour même) ou weeks = 1 (la semaine précédente)",
        ),
        (
            {"type": "earliest", "of": [{"type": "never"}, {"type": "until_start"}]},
            "Une règle « never » ne se combine pas avec d’autres",
        ),
        (
            {"type": "holiday_week", "normal": {"type": "never"}, "with_holiday": {"type": "until_start"}},
            "La règle normale ne peut pas être « never »",
        ),
        (
            {"type": "window", "opens": {"type": "month_before", "day": 1}},
            "Indiquez l’heure d’ouverture (time)",
        ),
    ],
)
def test_a_wrong_rule_is_refused_in_french(rule, message):
    with pytest.raises(ValidationError) as refusal:
        read(**rule)
    assert [error["msg"] for error in refusal.value.errors()] == [message]


@pytest.mark.parametrize(
    "rule",
    [
        {"type": "unknown"},
        {"type": "week_before", "weekday": "dimanche"},
        {"type": "week_before", "weekday": "sun", "heure": "10:00"},
        {"type": "days_before", "days": "3"},
        {"type": "days_before", "days": 0},
        {"type": "days_before", "days": 3, "count": "ouvrés"},
        {"type": "weekday_map", "map": {}},
        {"type": "weekday_map", "map": {"mon": 5}},
        {"type": "earliest", "of": [{"type": "until_start"}]},
    ],
)
def test_a_rule_is_read_strictly(rule):
    with pytest.raises(ValidationError):
        read(**rule)


def test_toml_times_and_dates_are_read_as_well():
    assert read(type="same_day", time=time(9, 0)) == read(type="same_day", time="09:00")
    assert read(type="fixed", at=datetime(2023, 2, 26, 23, 55)) == read(
        type="fixed", at="2023-02-26 23:55:00"
    )
