"""Words for dates, moments, counts and lists, in the active language (core.languages): French unless a family reads.

Moments are shown as they are given: convert to the town's zone first. Hours are written 23:55.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from itertools import groupby

from django.utils.translation import get_language_bidi, ngettext

from core.languages import is_french
from core.speech import FRENCH, speech

NBSP = "\u00a0"
# Left-to-right isolate, and its end.
_LTR, _END = "\u2066", "\u2069"

# French whatever the language of the page: for the town's file, the settings screens and what is stored.
WEEKDAYS, MONTHS, SHORT_MONTHS = FRENCH.weekdays, FRENCH.months, FRENCH.short_months


def weekday_name(day: date) -> str:
    return speech().weekdays[day.weekday()]


def day_number(number: int) -> str:
    """The day of a month in a sentence: « 1er », « 2 », « 18 »."""
    return speech().first if number == 1 else str(number)


def long_date(day: date) -> str:
    """« dimanche 5 mars 2023 »."""
    said = speech()
    number = said.first if day.day == 1 else day.day
    return f"{said.weekdays[day.weekday()]} {number} {said.months[day.month - 1]} {day.year}"


def short_date(day: date) -> str:
    """« ven. 10/03/2023 »."""
    return f"{speech().short_weekdays[day.weekday()]} {day:%d/%m/%Y}"


def day_label(day: date) -> str:
    """« ven. 10 », the head of a line in a month grid."""
    return f"{speech().short_weekdays[day.weekday()]} {day:%d}"


def tiny_day(day: date) -> str:
    """« Ve 10 », for lists of many days."""
    return f"{speech().tiny_weekdays[day.weekday()]} {day:%d}"


def month_title(day: date) -> str:
    """« mars 2023 »."""
    return f"{speech().months[day.month - 1]} {day.year}"


def month_label(day: date) -> str:
    """« juil. 2015 »."""
    return f"{speech().short_months[day.month - 1]} {day.year}"


def clock_time(at: time) -> str:
    """« 23:55 »."""
    return f"{at:%H:%M}"


def moment(at: datetime) -> str:
    """« dimanche 5 mars 2023 à 23:55 »."""
    return f"{long_date(at)} {speech().at} {clock_time(at.time())}"


def short_moment(at: datetime) -> str:
    """« dim. 5 mars 23:55 »: the year goes without saying."""
    said = speech()
    number = said.first if at.day == 1 else at.day
    return f"{said.short_weekdays[at.weekday()]} {number} {said.months[at.month - 1]} {clock_time(at.time())}"


def days_summary(days: Iterable[date]) -> str:
    """The days in order: « Ve 10, Lu 13, Ma 14 »; over several months « mars : Ve 31 ; avril : Lu 03 »."""
    said, ordered = speech(), sorted(days)
    months = [
        (first, [tiny_day(day) for day in group])
        for first, group in groupby(ordered, key=lambda day: day.replace(day=1))
    ]
    if len(months) < 2:
        return said.comma.join(label for _, labels in months for label in labels)
    several_years = ordered[0].year != ordered[-1].year
    return said.semicolon.join(
        f"{month_title(first) if several_years else said.months[first.month - 1]}"
        f"{said.colon}{said.comma.join(labels)}"
        for first, labels in months
    )


def and_list(items: Sequence[str], *, word: str = "et") -> str:
    """« a », « a et b », « a, b et c ». ``word`` is French, « et » or « ou »; other languages say it their own way."""
    items = [str(item) for item in items]  # a label may wait to know its language
    if len(items) < 2:
        return "".join(items)
    said = speech()
    return f"{said.comma.join(items[:-1])}{said.joints.get(word, f' {word} ')}{items[-1]}"


def plural(count: int, singular: str, several: str = "") -> str:
    """« 1 jour », « 2 jours », « 3 repas »: French in all languages, for the office (families: `counted`).

    French counts plural from two; irregular forms are given.
    """
    if abs(count) < 2:
        return f"{count} {singular}"
    return f"{count} {several or _with_s(singular)}"


def counted(count: int, singular: str, several: str) -> str:
    """« 1 jour », « 2 jours » in the active language. Both forms are written where it is called: they are translated.

    Arabic says one and two in the noun itself: its catalogue has « يومان », where French has « jours ».
    """
    noun = (singular if abs(count) < 2 else several) if is_french() else ngettext(singular, several, count)
    return noun if count in speech().said_by_the_noun else f"{count} {noun}"


def counted_forms(singular: str, several: str) -> str:
    """« one=# jour|other=# jours »: the forms of the active language by kind of number, for a script that counts by
    itself and puts its number in place of « # »."""
    return "|".join(
        f"{kind}={counted(number, singular, several).replace(str(number), '#')}"
        for kind, number in speech().numbers.items()
    )


def _with_s(noun: str) -> str:
    return noun if noun[-1] in "sxz" else f"{noun}s"


def ltr(part: str) -> str:
    """A reference, a number or a name of the town that keeps its own order: « 2026-00012 » would be read « 00012-2026 »
    among Arabic words."""
    return f"{_LTR}{part}{_END}" if part and get_language_bidi() else part
