"""Days on which banks settle in euros (TARGET calendar): Saturdays, Sundays and six holidays do not count."""

from datetime import date, timedelta
from functools import cache

from holidays import financial_holidays

ONE_DAY = timedelta(days=1)


@cache
def _closed(year: int) -> frozenset[date]:
    return frozenset(financial_holidays("XECB", years=year))


def is_bank_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _closed(day.year)


def bank_day_from(day: date) -> date:
    """This day if banks settle on it, else the next on which they do."""
    while not is_bank_day(day):
        day += ONE_DAY
    return day


def add_bank_days(day: date, count: int) -> date:
    """The ``count``-th bank day after a day."""
    for _ in range(count):
        day = bank_day_from(day + ONE_DAY)
    return day
