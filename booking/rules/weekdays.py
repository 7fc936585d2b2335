"""The table « pour le lundi, le vendredi 12:00 »: one last moment for each weekday of service."""

from datetime import datetime, timedelta
from itertools import groupby
from typing import Annotated, Any, Literal, Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import BeforeValidator, Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from booking.rules.days import Shift
from booking.rules.shapes import Found, Occasion, Shape, Wording
from booking.rules.values import (
    END_OF_DAY,
    WEEKDAY_CODES,
    ClockTime,
    RuleModel,
    Weekday,
    rule_error,
    weekday_index,
    weekday_word,
)
from core.words import NBSP, and_list, clock_time, weekday_name


class DayAndTime(RuleModel):
    """The nearest such weekday before the service, `weeks` further back. Short form: « fri 12:00 »."""

    weekday: Weekday
    time: ClockTime = END_OF_DAY
    weeks: int = Field(0, ge=0, le=52)

    @model_serializer(mode="wrap")
    def _short_when_possible(self, full: SerializerFunctionWrapHandler) -> Any:
        if "weeks" in self.model_fields_set:
            return full(self)
        return f"{self.weekday} {clock_time(self.time)}"

    def days_before(self, weekday: int) -> int:
        return (weekday - weekday_index(self.weekday)) % 7 + 7 * self.weeks

    def words(self, *, with_time: bool) -> str:
        day = _("le %(weekday)s") % {"weekday": weekday_word(self.weekday)}
        if with_time:
            day = f"{day} {clock_time(self.time)}"
        if not self.weeks:
            return day
        return ngettext(
            "%(day)s %(count)s semaine plus tôt", "%(day)s %(count)s semaines plus tôt", self.weeks
        ) % {"day": day, "count": self.weeks}


def _read_short_form(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    weekday, _, at = value.partition(" ")
    return {"weekday": weekday, "time": at} if at else {"weekday": weekday}


class WeekdayMap(Shape):
    """Each weekday of service has its own last moment. A weekday that is not in the table is closed."""

    type: Literal["weekday_map"]
    map: dict[Weekday, Annotated[DayAndTime, BeforeValidator(_read_short_form)]] = Field(min_length=1)
    shift: Shift | None = None

    @model_validator(mode="after")
    def _no_ambiguous_day(self) -> Self:
        for weekday, target in self.map.items():
            if target.weekday == weekday and "weeks" not in target.model_fields_set:
                raise rule_error(
                    f"{weekday_word(weekday).capitalize()} pour {weekday_word(weekday)} est ambigu{NBSP}: "
                    "ajoutez weeks = 0 (le jour même) ou weeks = 1 (la semaine précédente)"
                )
        return self

    def find(self, occasion: Occasion) -> Found:
        weekday = occasion.day.weekday()
        target = self.map.get(WEEKDAY_CODES[weekday])
        if target is None:
            return Found(
                None, _("rien n’est prévu pour le %(weekday)s") % {"weekday": weekday_name(occasion.day)}
            )
        day, note = occasion.day - timedelta(days=target.days_before(weekday)), ""
        if self.shift:
            day, note = self.shift.apply(day, occasion.calendar)
        return Found(datetime.combine(day, target.time), note)

    def wording(self) -> Wording:
        times = {target.time for target in self.map.values()}
        limit = times.pop() if len(times) == 1 else None
        entries = sorted(self.map.items(), key=lambda entry: weekday_index(entry[0]))
        parts = [
            _("%(until)s pour %(days)s")
            % {
                "until": target,
                "days": and_list(
                    [_("le %(weekday)s") % {"weekday": weekday_word(code)} for code, _target in group]
                ),
            }
            for target, group in groupby(entries, key=lambda entry: entry[1].words(with_time=limit is None))
        ]
        remark = self.shift.words if self.shift else ""
        return Wording(", ".join(parts), limit, lead=_("au plus tard :"), remark=remark)
