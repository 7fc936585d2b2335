"""Until when one may book, change or cancel: the rules a town writes, computed and put in words.

A rule is data, read by `CutoffRule` (`TypeAdapter(CutoffRule)` is `CUTOFF_RULE`) and chosen by its `type`.

Decisions that hold for all of them:
- a last moment is a minute and that minute is included: « 23:55 » is open until 23:55:59;
- it is never after the service starts: the last minute is at most the one before the start;
- it is computed on the town's clock, then placed in its zone. A time that the clock shows twice (October)
  means the second one, a time it skips (March) the same instant one hour later on the clock: always the
  reading that favours the family.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import partial, reduce
from typing import Annotated, Literal, Self

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, TypeAdapter, model_validator

from booking.rules.days import NoSuchDayError
from booking.rules.shapes import (
    BeforePeriod,
    DaysBefore,
    FixedMoment,
    Found,
    HoursBefore,
    MonthBefore,
    Never,
    Occasion,
    SameDay,
    Shape,
    UntilStart,
    WeekBefore,
    Wording,
)
from booking.rules.values import RuleModel, rule_error
from booking.rules.weekdays import WeekdayMap
from core.calendars import Calendar
from core.retold import retold
from core.words import NBSP, clock_time

ONE_MINUTE = timedelta(minutes=1)
BEFORE_START = gettext_lazy("et toujours avant le début de l’accueil")

_CLOSED = datetime.combine(date.min, time())  # sorts before any moment


class Verb(StrEnum):
    """What a rule is about, as it is said in its sentences."""

    BOOK = "réserver"
    CHANGE = "modifier"
    CANCEL = "annuler"


_MUST = {
    Verb.BOOK: gettext_lazy("Vous devez réserver %(when)s"),
    Verb.CHANGE: gettext_lazy("Vous devez modifier %(when)s"),
    Verb.CANCEL: gettext_lazy("Vous devez annuler %(when)s"),
}
_CANNOT = {
    Verb.BOOK: gettext_lazy("Vous ne pouvez pas réserver sur le portail"),
    Verb.CHANGE: gettext_lazy("Vous ne pouvez pas modifier sur le portail"),
    Verb.CANCEL: gettext_lazy("Vous ne pouvez pas annuler sur le portail"),
}
_HOLIDAY_NOTES = {
    "service": gettext_lazy("une semaine avec un jour férié (%(name)s)"),
    "previous": gettext_lazy("une semaine dont la précédente a un jour férié (%(name)s)"),
}
_HOLIDAY_RULES = {
    "service": gettext_lazy("les semaines avec un jour férié : %(rule)s"),
    "previous": gettext_lazy("les semaines dont la précédente a un jour férié : %(rule)s"),
}


class _Combination(Shape):
    of: tuple["Closing", ...] = Field(min_length=2, strict=False)

    @model_validator(mode="after")
    def _no_closed_part(self) -> Self:
        if any(isinstance(rule, Never) for rule in self.of):
            raise rule_error("Une règle « never » ne se combine pas avec d’autres")
        return self


class Earliest(_Combination):
    """All the rules must hold: the earliest of their moments, closed when one of them is."""

    type: Literal["earliest"]

    def find(self, occasion: Occasion) -> Found:
        found = [rule.find(occasion) for rule in self.of]
        return min(found, key=lambda one: one.at or _CLOSED)

    def wording(self) -> Wording:
        parts = (rule.wording().full for rule in self.of)
        return Wording(
            reduce(lambda one, other: _("%(one)s et %(other)s") % {"one": one, "other": other}, parts),
            lead="",
        )


class Latest(_Combination):
    """One of the rules is enough: the latest of their moments, closed when all of them are."""

    type: Literal["latest"]

    def find(self, occasion: Occasion) -> Found:
        found = [rule.find(occasion) for rule in self.of]
        return max(found, key=lambda one: one.at or _CLOSED)

    def wording(self) -> Wording:
        parts = (rule.wording().full for rule in self.of)
        either = _("%(one)s ou, si c’est plus tard, %(other)s")
        return Wording(reduce(lambda one, other: either % {"one": one, "other": other}, parts), lead="")


class HolidayWeek(Shape):
    """Another rule when the week of the service, or the one before, has a public holiday (Monday to Friday)."""

    type: Literal["holiday_week"]
    normal: "Closing"
    with_holiday: "Closing"
    week: Literal["service", "previous"] = "service"

    @model_validator(mode="after")
    def _normally_possible(self) -> Self:
        if isinstance(self.normal, Never):
            raise rule_error("La règle normale ne peut pas être « never »")
        return self

    def find(self, occasion: Occasion) -> Found:
        monday = occasion.day - timedelta(days=occasion.day.weekday(), weeks=self.week == "previous")
        labels = (occasion.calendar.holiday_label(monday + timedelta(days=n)) for n in range(5))
        label = next((label for label in labels if label), None)
        if label is None:
            return self.normal.find(occasion)
        found = self.with_holiday.find(occasion)
        note = _HOLIDAY_NOTES[self.week] % {"name": retold(label)}
        return Found(found.at, f"{found.note}, {note}" if found.note else note)

    def wording(self) -> Wording:
        normal, other = self.normal.wording(), self.with_holiday.wording()
        remark = _HOLIDAY_RULES[self.week] % {"rule": other.full or _("ce n’est pas possible")}
        remarks = f"{NBSP}; ".join(part for part in (normal.remark, remark) if part)
        return Wording(normal.when, normal.limit, lead=normal.lead, remark=remarks)


Closing = Annotated[
    WeekBefore
    | DaysBefore
    | HoursBefore
    | WeekdayMap
    | MonthBefore
    | FixedMoment
    | BeforePeriod
    | SameDay
    | UntilStart
    | Never
    | Earliest
    | Latest
    | HolidayWeek,
    Field(discriminator="type"),
]

Opening = Annotated[
    WeekBefore | DaysBefore | MonthBefore | FixedMoment | BeforePeriod, Field(discriminator="type")
]


class Window(RuleModel):
    """Open from a moment (that minute included) until another one."""

    type: Literal["window"]
    opens: Opening
    closes: Closing = Field(default_factory=lambda: UntilStart(type="until_start"))

    @model_validator(mode="after")
    def _time_of_opening(self) -> Self:
        # A deadline without a time ends its day; an opening must not silently begin at 23:59.
        if not isinstance(self.opens, FixedMoment) and "time" not in self.opens.model_fields_set:
            raise rule_error("Indiquez l’heure d’ouverture (time)")
        return self


CutoffRule = Annotated[Closing | Window, Field(discriminator="type")]
CUTOFF_RULE: TypeAdapter[Closing | Window] = TypeAdapter(CutoffRule)


@dataclass(frozen=True, slots=True)
class LastMoment:
    """The last minute, included, at which it can be done (aware, in the town's zone), and why.

    `at` is None when it cannot be done at all. `why` is a French fragment without a final stop, put together when it is
    read: a planning asks for hundreds of moments and reads the reasons of a few.
    """

    at: datetime | None
    words: Callable[[], str]

    @property
    def why(self) -> str:
        return _capitalized(self.words())

    def allows(self, now: datetime) -> bool:
        return self.at is not None and is_before_end_of(self.at, now)


def is_before_end_of(minute: datetime, now: datetime) -> bool:
    """Whether `minute`, which is included, is not over at `now`. Both are aware."""
    return now.astimezone(UTC) < minute.astimezone(UTC) + ONE_MINUTE


@dataclass(frozen=True, slots=True)
class Description:
    """A rule as a règlement says it: one sentence, and « Heure limite : 23:55 » when one time holds."""

    sentence: str
    limit: str = ""

    def __str__(self) -> str:
        return f"{self.sentence}. {self.limit}".strip() if self.limit else f"{self.sentence}."


def last_moment(
    rule: Closing | Window,
    *,
    service_start: datetime,
    period: tuple[date, date],
    calendar: Calendar,
    tz: tzinfo,
) -> LastMoment:
    """Until when `rule` allows what it is about, for a service that starts at `service_start` (aware)."""
    closing = rule.closes if isinstance(rule, Window) else rule
    occasion = _occasion(service_start, period, calendar, tz)
    try:
        found = closing.find(occasion)
    except NoSuchDayError as error:
        return LastMoment(None, partial(str, error))
    if found.at is None:
        return LastMoment(None, partial(str, found.note))
    # The start itself is compared as an instant: the wall clock may show it twice.
    latest = service_start.replace(second=0, microsecond=0).astimezone(UTC) - ONE_MINUTE
    at = _instant(found.at, tz)
    if at > latest:
        return LastMoment(latest.astimezone(tz), partial(_why, closing, found.note, BEFORE_START))
    return LastMoment(at.astimezone(tz), partial(_why, closing, found.note))


def _why(closing: Closing, *notes: str | Promise) -> str:
    return ", ".join(str(part) for part in (closing.wording().full, *notes) if part)


def opening_moment(
    rule: Closing | Window,
    *,
    service_start: datetime,
    period: tuple[date, date],
    calendar: Calendar,
    tz: tzinfo,
) -> datetime | None:
    """From when `rule` allows it (aware, in the town's zone); None when nothing has to be waited for.

    Raises `NoSuchDayError` when the calendar has no day to count.
    """
    if not isinstance(rule, Window):
        return None
    found = rule.opens.find(_occasion(service_start, period, calendar, tz))
    return None if found.at is None else _instant(found.at, tz).astimezone(tz)


def describe(rule: Closing | Window, verb: Verb = Verb.BOOK) -> Description:
    closing = rule.closes if isinstance(rule, Window) else rule
    wording = closing.wording()
    if not wording.when:
        return Description(str(_CANNOT[verb]))
    sentence = _MUST[verb] % {"when": wording.phrase}
    if wording.remark:
        sentence += f" ({wording.remark})"
    if isinstance(rule, Window):
        opens = rule.opens.wording()
        when = opens.when
        if opens.limit:
            when = _("%(day)s à %(time)s") % {"day": when, "time": clock_time(opens.limit)}
        sentence = _("%(rule)s ; ouverture %(when)s") % {"rule": sentence, "when": when}
    limit = _("Heure limite : %(time)s") % {"time": clock_time(wording.limit)} if wording.limit else ""
    return Description(sentence, limit)


def _occasion(service_start: datetime, period: tuple[date, date], calendar: Calendar, tz: tzinfo) -> Occasion:
    if service_start.tzinfo is None:
        raise ValueError("service_start doit porter un fuseau")
    start = service_start.astimezone(tz).replace(tzinfo=None, second=0, microsecond=0, fold=0)
    return Occasion(start=start, period=period, calendar=calendar)


def _instant(local: datetime, tz: tzinfo) -> datetime:
    """The instant (UTC) at which the town's clock shows `local`, the later one when there are two."""
    return max(local.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1))


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]
