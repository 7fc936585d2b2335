"""Periods that return every school year."""

from datetime import UTC, date, datetime

import pytest

from booking.commune_file.moments import day_among, moment_before
from booking.commune_file.years import day_of, due_years
from booking.models import Period
from core.calendars import HolidayRegion, SchoolYear, SchoolZone
from core.clock import frozen
from core.commune_file.services import apply_text, diff_text
from tenants.models import Commune
from tests.commune_file.small import altered

RETURNING = altered(
    ('code = "cantine"\nnom = "Cantine"', 'code = "cantine-{annees}"\nnom = "Cantine {annees}"\nannee_scolaire = "courante"'),
    ("debut = 2023-03-06", 'debut = "01/09"'),
    ("fin = 2023-03-31", 'fin = "07/07"'),
)  # fmt: skip


def at(*day: int) -> frozen:
    return frozen(datetime(*day, 12, tzinfo=UTC))


def periods() -> list[tuple[str, date, date]]:
    return list(Period.objects.order_by("start").values_list("name", "start", "end"))


def test_the_period_of_the_current_year_is_made_and_kept_when_the_year_is_over(commune: Commune) -> None:
    first = ("Cantine 2025-2026", date(2025, 9, 1), date(2026, 7, 7))
    second = ("Cantine 2026-2027", date(2026, 9, 1), date(2027, 7, 7))
    with at(2026, 5, 31):
        apply_text(commune, RETURNING)
        assert periods() == [first]
    with at(2026, 6, 1):
        assert diff_text(commune, RETURNING).changes[0].sign == "+"
        apply_text(commune, RETURNING)
        assert periods() == [first, second]
    with at(2026, 11, 22):
        assert diff_text(commune, RETURNING).changes == ()
        apply_text(commune, RETURNING)
        assert periods() == [first, second]


@pytest.mark.parametrize(
    ("zone", "today", "labels"),
    [
        (SchoolZone.C, date(2026, 5, 31), ["2025-2026"]),
        (SchoolZone.C, date(2026, 6, 1), ["2025-2026", "2026-2027"]),
        (SchoolZone.C, date(2026, 9, 1), ["2026-2027"]),
        (SchoolZone.NOUVELLE_CALEDONIE, date(2026, 9, 1), ["2026"]),
        (SchoolZone.NOUVELLE_CALEDONIE, date(2026, 11, 1), ["2026", "2027"]),
    ],
)
def test_the_next_year_is_due_three_months_before(zone: SchoolZone, today: date, labels: list[str]) -> None:
    assert [year.label for year in due_years(zone, HolidayRegion.METROPOLE, today)] == labels


def test_a_day_of_the_year_falls_in_the_school_year() -> None:
    year = SchoolYear(date(2026, 9, 1), date(2027, 8, 31))
    assert [day_of(day, year) for day in ("01/09", "31/12", "29/02", "31/08")] == [
        date(2026, 9, 1),
        date(2026, 12, 31),
        date(2027, 2, 28),
        date(2027, 8, 31),
    ]


def test_days_and_moments_in_words() -> None:
    mondays = [date(2027, 3, day) for day in (8, 15, 22)]
    assert day_among("2e lundi ouvert de mars", mondays) == date(2027, 3, 15)
    assert day_among("4e lundi ouvert de mars", mondays) is None
    monday = date(2027, 3, 8)
    assert moment_before("dimanche d’avant à 23:55", monday) == datetime(2027, 3, 7, 23, 55)
    assert moment_before("lundi d'avant à 10:00", monday) == datetime(2027, 3, 1, 10)
    assert moment_before("la veille à 18:00", monday) == datetime(2027, 3, 7, 18)
    assert moment_before("le jour même à 07:00", monday) == datetime(2027, 3, 8, 7)
    assert moment_before("10 jours avant à 12:00", monday) == datetime(2027, 2, 26, 12)
    assert moment_before("le 18 du mois d’avant à 23:59", monday) == datetime(2027, 2, 18, 23, 59)
    assert moment_before("le 31 du mois d'avant à 12:00", monday) == datetime(2027, 2, 28, 12)
