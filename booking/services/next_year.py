"""A period of the town's file copied for the year after: its days move by a year, its prices and its rules stay."""

import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import date, datetime, timedelta
from typing import Any

from core.commune_file.objects import Data

_YEARS = re.compile(r"\b(20\d{2})\b")
_WEEKS = timedelta(weeks=52)


def proposed(period: Mapping[str, Any]) -> tuple[str, date, date]:
    """The name and the days that the copy would have: the same day of the week, 52 weeks later."""
    return next_name(str(period["nom"])), period["debut"] + _WEEKS, period["fin"] + _WEEKS


def next_name(name: str) -> str:
    """« Cantine 2026-2027 » → « Cantine 2027-2028 »; a name without any year says it is the next one."""
    if not _YEARS.search(name):
        return f"{name} (année suivante)"
    return _YEARS.sub(lambda found: str(int(found[1]) + 1), name)


def copied(period: Mapping[str, Any], *, code: str, name: str, start: date, end: date) -> Data:
    """The copy, whole. What was dated within it (opening, fixed deadlines) moves with its first day."""
    gap = start - period["debut"]
    copy = _moved(deepcopy(dict(period)), gap)
    return {**copy, "code": code, "nom": name, "debut": start, "fin": end}


def _moved(value: Any, gap: timedelta) -> Any:
    match value:
        case dict():
            return {key: _moved(one, gap) for key, one in value.items()}
        case list() | tuple():
            return [_moved(one, gap) for one in value]
        case date():  # a moment is a date too
            return value + gap
        case str() if _is_moment(value):
            return (datetime.fromisoformat(value) + gap).isoformat(timespec="minutes")
    return value


def _is_moment(text: str) -> bool:
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?", text) is not None
