"""Small values of the rules: read from TOML or JSON, strict, written back as they were read.

Messages are French: they are shown with a line number to the agent who edits a commune file.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer
from pydantic_core import PydanticCustomError

from core.words import NBSP, weekday_name

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAY_CODES: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

END_OF_DAY = time(23, 59)
_A_MONDAY = date(2024, 1, 1)

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DATE_TIME = re.compile(rf"\d{{4}}-\d\d-\d\d[T ]{_TIME.pattern}(:00)?")


class RuleModel(BaseModel):
    """Base of all the values a town file may hold: frozen, no unknown key, no silent conversion."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", serialize_by_alias=True)


def rule_error(message: str) -> PydanticCustomError:
    """A domain error: pydantic shows `message` as it is, braces included."""
    return PydanticCustomError("regle", "{message}", {"message": message})


def weekday_index(code: Weekday) -> int:
    return WEEKDAY_CODES.index(code)


def weekday_word(code: Weekday) -> str:
    return weekday_name(_A_MONDAY + timedelta(days=weekday_index(code)))


def _read_time(value: Any) -> time:
    if isinstance(value, time):
        text = value.isoformat("minutes") if not (value.second or value.microsecond) else ""
    else:
        text = value if isinstance(value, str) else ""
    if text == "24:00":  # as many règlements write midnight; 23:59 is allowed to its last second
        return END_OF_DAY
    if not _TIME.fullmatch(text):
        raise rule_error(f"« {value} » n’est pas une heure{NBSP}; écrivez par exemple 23:55")
    return time.fromisoformat(text)


def _read_local_moment(value: Any) -> datetime:
    text = value.isoformat() if isinstance(value, datetime) else value
    if not isinstance(text, str) or not _DATE_TIME.fullmatch(text):
        raise rule_error(
            f"« {value} » n’est pas une date avec heure locale{NBSP}; écrivez par exemple 2023-02-26T23:55"
        )
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise rule_error(f"« {value} » n’existe pas dans le calendrier") from None


ClockTime = Annotated[
    time,
    BeforeValidator(_read_time),
    PlainSerializer(lambda at: at.isoformat("minutes"), return_type=str),
]
"""A time of day to the minute, in the town's zone: « 23:55 »."""

LocalMoment = Annotated[
    datetime,
    BeforeValidator(_read_local_moment),
    PlainSerializer(lambda at: at.isoformat(timespec="minutes"), return_type=str),
]
"""A date and time without zone, to be read in the town's zone: « 2023-02-26T23:55 »."""
