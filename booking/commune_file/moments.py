"""Days and moments that worked examples write in words, so that they hold every school year."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from pydantic import PlainValidator

from core.commune_file.problems import fault
from core.words import MONTHS, NBSP, WEEKDAYS

_WEEKDAY = "|".join(WEEKDAYS)
_OPEN_DAY = re.compile(rf"(?:(1)er|([2-5])e) ({_WEEKDAY}) ouvert d(?:e |['’])({'|'.join(MONTHS)})")
_MOMENT = re.compile(
    rf"(?:({_WEEKDAY}) d['’]avant|la (veille)|le (jour même)|(\d{{1,3}}) jours avant|le ([1-9]|[12]\d|3[01]) du mois d['’]avant)"
    r" à (\d\d:\d\d)"
)


def _read_day(value: Any) -> date | str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _OPEN_DAY.fullmatch(value):
        return value
    raise fault(f"écrivez une date, par exemple 2023-03-06, ou «{NBSP}1er lundi ouvert de mars{NBSP}»")


def _read_moment(value: Any) -> datetime | str:
    if isinstance(value, datetime) and value.tzinfo is None:
        return value
    if isinstance(value, str) and (match := _MOMENT.fullmatch(value)):
        try:
            time.fromisoformat(match[6])
        except ValueError:
            raise fault(f"«{NBSP}{match[6]}{NBSP}» n’est pas une heure") from None
        return value
    raise fault(
        f"écrivez une date avec heure, par exemple 2023-03-05T23:55:00, ou «{NBSP}dimanche d’avant à 23:55{NBSP}», "
        f"«{NBSP}la veille à 18:00{NBSP}», «{NBSP}le jour même à 10:00{NBSP}», «{NBSP}8 jours avant à 12:00{NBSP}», "
        f"«{NBSP}le 18 du mois d’avant à 23:59{NBSP}»"
    )


ExampleDay = Annotated[date | str, PlainValidator(_read_day)]
ExampleMoment = Annotated[datetime | str, PlainValidator(_read_moment)]


def day_among(day: date | str, open_days: Sequence[date]) -> date | None:
    """The day meant, None when the period has no such day."""
    if not isinstance(day, str):
        return day
    match = _OPEN_DAY.fullmatch(day)
    assert match is not None
    rank, weekday = int(match[1] or match[2]), WEEKDAYS.index(match[3])
    month = MONTHS.index(match[4]) + 1
    days = [one for one in sorted(open_days) if one.month == month and one.weekday() == weekday]
    return days[rank - 1] if rank <= len(days) else None


def moment_before(moment: datetime | str, day: date) -> datetime:
    """The moment meant, on the town's clock, for a service on `day`."""
    if not isinstance(moment, str):
        return moment
    match = _MOMENT.fullmatch(moment)
    assert match is not None
    weekday, eve, _, days, month_day, at = match.groups()
    if month_day:
        last = day.replace(day=1) - timedelta(days=1)
        kept = last.replace(day=min(int(month_day), last.day))
        return datetime.combine(kept, time.fromisoformat(at))
    if weekday:
        back = (day.weekday() - WEEKDAYS.index(weekday) - 1) % 7 + 1
    else:
        back = int(days) if days else int(eve is not None)
    return datetime.combine(day - timedelta(days=back), time.fromisoformat(at))
