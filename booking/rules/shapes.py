"""The simple shapes of a cut-off: each knows its last moment and how a règlement words it.

A shape computes in the town's wall-clock time (naive values); `cutoffs.last_moment` places the result
in the town's zone and keeps it before the service starts.
"""

from abc import ABC, abstractmethod
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Literal, Self

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pydantic import Field, model_validator

from booking.rules.days import DayCount, Shift, count_words, step_back
from booking.rules.values import (
    END_OF_DAY,
    ClockTime,
    LocalMoment,
    RuleModel,
    Weekday,
    rule_error,
    weekday_index,
    weekday_word,
)
from core.calendars import Calendar
from core.words import clock_time, day_number, long_date


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a rule looks at: a service that starts at `start` (the town's wall clock, no zone) in a period."""

    start: datetime
    period: tuple[date, date]
    calendar: Calendar

    @property
    def day(self) -> date:
        return self.start.date()


@dataclass(frozen=True, slots=True)
class Found:
    """A last moment on the wall clock. None: it cannot be done at all. `note` says what is unusual."""

    at: datetime | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """The end of « Vous devez réserver … », in its parts: « avant » « le dimanche … » « 23:55 ».

    `when` is empty when it cannot be done at all; `limit` is there when one time holds for every day;
    `remark` completes the sentence.
    """

    when: str
    limit: time | None = None
    lead: str | None = None  # « au plus tard » unless said otherwise
    remark: str = ""

    @property
    def full(self) -> str:
        """All the parts as one fragment."""
        timed = f"{self.phrase} ({clock_time(self.limit)})" if self.limit else self.phrase
        return f"{timed}, {self.remark}" if self.remark else timed

    @property
    def phrase(self) -> str:
        lead = _("au plus tard") if self.lead is None else self.lead
        return f"{lead} {self.when}".strip()


class Shape(RuleModel, ABC):
    """One way of saying until when. A new one is a class here and a name in `cutoffs.Closing`."""

    @abstractmethod
    def find(self, occasion: Occasion) -> Found:
        """The last moment. Raises `NoSuchDayError` when the calendar has no day to count."""

    @abstractmethod
    def wording(self) -> Wording:
        """Until when, in words."""


class DayShape(Shape):
    """A shape that names a day and a time of that day; the day may move when it falls on a holiday."""

    time: ClockTime = END_OF_DAY
    shift: Shift | None = None

    lead: ClassVar[str | Promise] = gettext_lazy("au plus tard")

    def find(self, occasion: Occasion) -> Found:
        day, note = self.day_for(occasion), ""
        if self.shift:
            day, note = self.shift.apply(day, occasion.calendar)
        return Found(datetime.combine(day, self.time), note)

    def wording(self) -> Wording:
        remark = self.shift.words if self.shift else ""
        return Wording(self.when(), self.time, lead=str(self.lead), remark=remark)

    @abstractmethod
    def day_for(self, occasion: Occasion) -> date:
        """The day before any shift."""

    @abstractmethod
    def when(self) -> str:
        """The day in words, relative to the service: « le dimanche de la semaine précédant … »."""


class WeekBefore(DayShape):
    """A weekday of the week (Monday to Sunday) that comes `weeks` before the week of the service."""

    type: Literal["week_before"]
    weekday: Weekday
    weeks: int = Field(1, ge=1, le=52)

    lead = gettext_lazy("avant")

    def day_for(self, occasion: Occasion) -> date:
        monday = occasion.day - timedelta(days=occasion.day.weekday(), weeks=self.weeks)
        return monday + timedelta(days=weekday_index(self.weekday))

    def when(self) -> str:
        day = weekday_word(self.weekday)
        if self.weeks == 1:
            return _("le %(weekday)s de la semaine précédant la date souhaitée") % {"weekday": day}
        return ngettext(
            "le %(weekday)s, %(count)s semaine avant celle de la date souhaitée",
            "le %(weekday)s, %(count)s semaines avant celle de la date souhaitée",
            self.weeks,
        ) % {"weekday": day, "count": self.weeks}


class DaysBefore(DayShape):
    """N days of one kind before the day of the service, at a time of day."""

    type: Literal["days_before"]
    days: int = Field(ge=1, le=366)
    count: DayCount = "calendar"

    def day_for(self, occasion: Occasion) -> date:
        return step_back(occasion.day, self.days, count=self.count, calendar=occasion.calendar)

    def when(self) -> str:
        if self.days == 1 and self.count == "calendar":
            return _("la veille de la date souhaitée")
        return _("%(days)s avant la date souhaitée") % {"days": count_words(self.days, self.count)}


class SameDay(DayShape):
    """The day of the service itself."""

    type: Literal["same_day"]

    def day_for(self, occasion: Occasion) -> date:
        return occasion.day

    def when(self) -> str:
        return _("le jour même")


class MonthBefore(DayShape):
    """A day of the month, `months` before the month of the service; the 31st is the month's last day."""

    type: Literal["month_before"]
    day: int = Field(ge=1, le=31)
    months: int = Field(1, ge=1, le=12)

    def day_for(self, occasion: Occasion) -> date:
        years, month = divmod(occasion.day.year * 12 + occasion.day.month - 1 - self.months, 12)
        return date(years, month + 1, min(self.day, monthrange(years, month + 1)[1]))

    def when(self) -> str:
        day = day_number(self.day)
        if self.months == 1:
            return _("le %(day)s du mois précédant la date souhaitée") % {"day": day}
        return ngettext(
            "le %(day)s, %(count)s mois avant celui de la date souhaitée",
            "le %(day)s, %(count)s mois avant celui de la date souhaitée",
            self.months,
        ) % {"day": day, "count": self.months}


class BeforePeriod(DayShape):
    """Before the first day of the period. Clear days (« jours francs ») leave that many whole days between."""

    type: Literal["before_period"]
    days: int | None = Field(None, ge=1, le=366)
    weeks: int | None = Field(None, ge=1, le=52)
    clear_days: bool = False

    @model_validator(mode="after")
    def _days_or_weeks(self) -> Self:
        if (self.days is None) == (self.weeks is None):
            raise rule_error("Indiquez soit days, soit weeks")
        if self.clear_days and self.days is None:
            raise rule_error("Les jours francs se comptent avec days, pas avec weeks")
        return self

    def day_for(self, occasion: Occasion) -> date:
        days = (self.days or 0) + (1 if self.clear_days else 0)
        return occasion.period[0] - timedelta(days=days, weeks=self.weeks or 0)

    def when(self) -> str:
        if self.weeks:
            gap = ngettext("%(count)s semaine", "%(count)s semaines", self.weeks) % {"count": self.weeks}
        elif self.clear_days:
            gap = ngettext("%(count)s jour franc", "%(count)s jours francs", self.days or 0) % {
                "count": self.days
            }
        else:
            gap = count_words(self.days or 0, "calendar")
        return _("%(gap)s avant le début de la période") % {"gap": gap}


class HoursBefore(Shape):
    """N hours on the town's clock: 48 hours before Monday 11:30 is Saturday 11:30, clock change or not."""

    type: Literal["hours_before"]
    hours: int = Field(ge=1, le=24 * 366)
    count: DayCount = "calendar"

    @model_validator(mode="after")
    def _whole_days_when_counted(self) -> Self:
        if self.count != "calendar" and self.hours % 24:
            raise rule_error("Des heures ouvrées se comptent par multiples de 24")
        return self

    def find(self, occasion: Occasion) -> Found:
        days, hours = divmod(self.hours, 24)
        day = step_back(occasion.day, days, count=self.count, calendar=occasion.calendar)
        return Found(datetime.combine(day, occasion.start.time()) - timedelta(hours=hours))

    def wording(self) -> Wording:
        gap = ngettext("%(count)s heure", "%(count)s heures", self.hours) % {"count": self.hours}
        if self.count != "calendar":
            gap = f"{gap} ({count_words(self.hours // 24, self.count)})"
        return Wording(_("%(gap)s avant le début de l’accueil") % {"gap": gap})


class FixedMoment(Shape):
    """One moment for the whole period, in the town's zone."""

    type: Literal["fixed"]
    at: LocalMoment

    def find(self, occasion: Occasion) -> Found:  # noqa: ARG002 - the same for every occasion
        return Found(self.at)

    def wording(self) -> Wording:
        return Wording(_("le %(date)s") % {"date": long_date(self.at)}, self.at.time())


class UntilStart(Shape):
    """As long as the service has not started."""

    type: Literal["until_start"]

    def find(self, occasion: Occasion) -> Found:
        return Found(occasion.start - timedelta(minutes=1))

    def wording(self) -> Wording:
        return Wording(_("le début de l’accueil"), lead=_("avant"))


class Never(Shape):
    """Closed: it cannot be done on the portal."""

    type: Literal["never"]

    def find(self, occasion: Occasion) -> Found:  # noqa: ARG002 - the same for every occasion
        return Found(None, _("ce n’est pas possible sur le portail"))

    def wording(self) -> Wording:
        return Wording("", lead="")
