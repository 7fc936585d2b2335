"""Whether a cell of the booking grid is open, until when, and the sentence that explains it.

A slot has ordered stages (« à l’heure », « en retard »): a stage opens only when the last moments of those
before it have passed, so that two prices are never offered for the same day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.rules.cutoffs import Closing, Verb, Window, is_before_end_of, last_moment, opening_moment
from booking.rules.days import NoSuchDayError
from core.calendars import Calendar
from core.languages import active
from core.levels import Level, pupils_of
from core.words import moment

_SENTENCES = {
    ("from", Verb.BOOK): gettext_lazy("Réservable à partir du %(moment)s"),
    ("from", Verb.CHANGE): gettext_lazy("Modifiable à partir du %(moment)s"),
    ("from", Verb.CANCEL): gettext_lazy("Annulable à partir du %(moment)s"),
    ("until", Verb.BOOK): gettext_lazy("Réservable jusqu’au %(moment)s"),
    ("until", Verb.CHANGE): gettext_lazy("Modifiable jusqu’au %(moment)s"),
    ("until", Verb.CANCEL): gettext_lazy("Annulable jusqu’au %(moment)s"),
    ("over", Verb.BOOK): gettext_lazy("Réservable jusqu’au %(moment)s : le délai est passé"),
    ("over", Verb.CHANGE): gettext_lazy("Modifiable jusqu’au %(moment)s : le délai est passé"),
    ("over", Verb.CANCEL): gettext_lazy("Annulable jusqu’au %(moment)s : le délai est passé"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of a slot. No `levels`: for every child."""

    key: str
    label: str
    rule: Closing | Window
    levels: frozenset[Level] = frozenset()

    def is_for(self, level: Level | None) -> bool:
        return not self.levels or level in self.levels


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether it can be done now, the last moment (None: never), and one French sentence without stop."""

    open: bool
    last_moment: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class StageDecision(Decision):
    stage_key: str


def decide(
    rule: Closing | Window,
    *,
    service_start: datetime,
    period: tuple[date, date],
    now: datetime,
    calendar: Calendar,
    tz: tzinfo,
    verb: Verb = Verb.BOOK,
) -> Decision:
    """What `rule` allows at `now` for one service: booking, changing or cancelling it."""
    try:
        opens = opening_moment(rule, service_start=service_start, period=period, calendar=calendar, tz=tz)
    except NoSuchDayError as error:
        return Decision(False, None, str(error))
    last = last_moment(rule, service_start=service_start, period=period, calendar=calendar, tz=tz)
    if _has_started(service_start, now):
        return Decision(False, last.at, _("Cet accueil est commencé ou passé"))
    if last.at is None:
        return Decision(False, None, last.why)
    if opens is not None and now.astimezone(UTC) < opens.astimezone(UTC):
        return Decision(False, last.at, _said("from", verb, opens))
    if not last.allows(now):
        return Decision(False, last.at, _said("over", verb, last.at))
    return Decision(True, last.at, _said("until", verb, last.at))


def decide_stages(
    stages: Sequence[Stage],
    *,
    service_start: datetime,
    period: tuple[date, date],
    level: Level | None,
    now: datetime,
    calendar: Calendar,
    tz: tzinfo,
) -> list[StageDecision]:
    """One decision for each stage, in their order; at most one is open.

    A stage that is not for the child's level does not hold back the next one.
    """
    decisions: list[StageDecision] = []
    previous: datetime | None = None
    for stage in stages:
        decision = decide(
            stage.rule, service_start=service_start, period=period, now=now, calendar=calendar, tz=tz
        )
        obstacle = ""
        if not stage.is_for(level):
            obstacle = _("Réservé aux %(pupils)s") % {"pupils": pupils_of(stage.levels).removeprefix("les ")}
        elif decision.open and previous and is_before_end_of(previous, now):
            obstacle = _("Ouvert après le %(moment)s") % {"moment": moment(previous)}
        if stage.is_for(level) and decision.last_moment:
            previous = max(previous or decision.last_moment, decision.last_moment)
        if obstacle and not _has_started(service_start, now):
            decision = Decision(False, decision.last_moment, obstacle)
        decisions.append(
            StageDecision(decision.open, decision.last_moment, decision.reason, stage_key=stage.key)
        )
    return decisions


def _said(which: str, verb: Verb, at: datetime) -> str:
    """As the clock of the town shows ``at``: the same instant is said otherwise in another zone."""
    return _sentence(active(), which, verb, at.replace(tzinfo=None))


@lru_cache(maxsize=4096)  # a moment comes back for the days of a week, its columns and every child
def _sentence(language: str, which: str, verb: Verb, at: datetime) -> str:  # noqa: ARG001 - the active one
    return _SENTENCES[which, verb] % {"moment": moment(at)}


def _has_started(service_start: datetime, now: datetime) -> bool:
    return now.astimezone(UTC) >= service_start.astimezone(UTC)
