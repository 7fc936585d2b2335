"""How each language of the portal names days and joins words. A new language adds its table here (docs/langues.md)."""

from dataclasses import dataclass, field

from django.utils import translation

_NBSP = "\u00a0"


@dataclass(frozen=True, kw_only=True)
class Speech:
    """Weekdays from Monday, months from January."""

    weekdays: tuple[str, ...]
    short_weekdays: tuple[str, ...]
    tiny_weekdays: tuple[str, ...]
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    at: str
    first: str = "1"
    comma: str = ", "
    semicolon: str = "; "
    colon: str = ": "
    # What stands between the last two of a list, spaces included, by the French word.
    joints: dict[str, str] = field(default_factory=dict)
    # Kinds of numbers, by their Unicode names, each with one of its numbers.
    numbers: dict[str, int] = field(default_factory=lambda: {"one": 1, "other": 2})
    # Counts that are read without their figure.
    said_by_the_noun: frozenset[int] = frozenset()


_FRENCH_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
FRENCH = Speech(
    weekdays=_FRENCH_DAYS,
    short_weekdays=tuple(f"{day[:3]}." for day in _FRENCH_DAYS),
    tiny_weekdays=tuple(day[:2].capitalize() for day in _FRENCH_DAYS),
    months=(
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
    ),
    short_months=(
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
    ),
    at="à",
    first="1er",
    semicolon=f"{_NBSP}; ",
    colon=f"{_NBSP}: ",
)

_ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
ENGLISH = Speech(
    weekdays=_ENGLISH_DAYS,
    short_weekdays=tuple(day[:3] for day in _ENGLISH_DAYS),
    tiny_weekdays=tuple(day[:2] for day in _ENGLISH_DAYS),
    months=_ENGLISH_MONTHS,
    short_months=tuple(month[:3] for month in _ENGLISH_MONTHS),
    at="at",
    joints={"et": " and ", "ou": " or "},
)

# Arabic shortens neither days nor months.
_ARABIC_DAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
_ARABIC_MONTHS = (
    "يناير",
    "فبراير",
    "مارس",
    "أبريل",
    "مايو",
    "يونيو",
    "يوليو",
    "أغسطس",
    "سبتمبر",
    "أكتوبر",
    "نوفمبر",
    "ديسمبر",
)
ARABIC = Speech(
    weekdays=_ARABIC_DAYS,
    short_weekdays=_ARABIC_DAYS,
    tiny_weekdays=_ARABIC_DAYS,
    months=_ARABIC_MONTHS,
    short_months=_ARABIC_MONTHS,
    at="على الساعة",
    comma="، ",
    semicolon="؛ ",
    joints={"et": " و", "ou": " أو "},
    numbers={"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 100},
    said_by_the_noun=frozenset({1, 2}),
)

SPEECHES = {"fr": FRENCH, "en": ENGLISH, "ar": ARABIC}


def speech() -> Speech:
    """The one of the active language; French outside of any."""
    return SPEECHES.get(translation.get_language() or "", FRENCH)
