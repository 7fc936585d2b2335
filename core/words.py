"""French words for dates, moments, counts and lists, whatever the locale of the process.

Moments are shown as they are given: convert to the town's zone first. Hours are written 23:55.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from itertools import groupby

NBSP = "\u00a0"

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)

SHORT_MONTHS = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)


def weekday_name(day: date) -> str:
    return WEEKDAYS[day.weekday()]


def day_number(number: int) -> str:
    """The day of a month in a sentence: « 1er », « 2 », « 18 »."""
    return "1er" if number == 1 else str(number)


def long_date(day: date) -> str:
    """« dimanche 5 mars 2023 »."""
    return f"{weekday_name(day)} {day_number(day.day)} {month_title(day)}"


def short_date(day: date) -> str:
    """« ven. 10/03/2023 »."""
    return f"{_abbreviated(day)} {day:%d/%m/%Y}"


def day_label(day: date) -> str:
    """« ven. 10 », the head of a line in a month grid."""
    return f"{_abbreviated(day)} {day:%d}"


def tiny_day(day: date) -> str:
    """« Ve 10 », for lists of many days."""
    return f"{weekday_name(day)[:2].capitalize()} {day:%d}"


def month_title(day: date) -> str:
    """« mars 2023 »."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def month_label(day: date) -> str:
    """« juil. 2015 »."""
    return f"{SHORT_MONTHS[day.month - 1]} {day.year}"


def clock_time(at: time) -> str:
    """« 23:55 »."""
    return f"{at:%H:%M}"


def moment(at: datetime) -> str:
    """« dimanche 5 mars 2023 à 23:55 »."""
    return f"{long_date(at)} à {clock_time(at.time())}"


def short_moment(at: datetime) -> str:
    """« dim. 5 mars 23:55 »: the year goes without saying."""
    return f"{_abbreviated(at)} {day_number(at.day)} {MONTHS[at.month - 1]} {clock_time(at.time())}"


def days_summary(days: Iterable[date]) -> str:
    """The days in order: « Ve 10, Lu 13, Ma 14 »; over several months « mars : Ve 31 ; avril : Lu 03 »."""
    ordered = sorted(days)
    months = [
        (first, [tiny_day(day) for day in group])
        for first, group in groupby(ordered, key=lambda day: day.replace(day=1))
    ]
    if len(months) < 2:
        return ", ".join(label for _, labels in months for label in labels)
    several_years = ordered[0].year != ordered[-1].year
    return f"{NBSP}; ".join(
        f"{month_title(first) if several_years else MONTHS[first.month - 1]}{NBSP}: {', '.join(labels)}"
        for first, labels in months
    )


def and_list(items: Sequence[str], *, word: str = "et") -> str:
    """« a », « a et b », « a, b et c »."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def plural(count: int, singular: str, several: str = "") -> str:
    """« 1 jour », « 2 jours », « 3 repas ». French counts plural from two; irregular forms are given."""
    if abs(count) < 2:
        return f"{count} {singular}"
    return f"{count} {several or _with_s(singular)}"


def _with_s(noun: str) -> str:
    return noun if noun[-1] in "sxz" else f"{noun}s"


def _abbreviated(day: date) -> str:
    return f"{weekday_name(day)[:3]}."
