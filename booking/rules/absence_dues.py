"""What a family still owes for services its child did not come to, one by one, and why."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.rules.absence import AbsencePolicy, AbsenceReason, Carence, Proof, Waiver, Within
from booking.rules.cutoffs import Closing, LastMoment, Window, is_before_end_of, last_moment
from booking.rules.days import DayCount, count_words, days_between
from booking.rules.values import END_OF_DAY
from core.calendars import Calendar
from core.money import ZERO
from core.words import NBSP, and_list, moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A booked service that the child missed. `start` is aware; `taken_again`: another child took the place."""

    key: Hashable
    start: datetime
    price: Decimal
    taken_again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """From `first` to `last` (included), and what the family did. Moments are aware. No `reason`: none was given.

    `waived_before` counts the days already waived this school year, for waivers that have a quota.
    """

    first: date
    last: date
    reason: AbsenceReason | None = None
    noticed_at: datetime | None = None
    proof: Proof | None = None
    proof_at: datetime | None = None
    waived_before: int = 0


@dataclass(frozen=True, slots=True)
class ServiceDue:
    """Euros due for a missed service, and one French sentence without stop."""

    key: Hashable
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The town and the period in which rules are read."""

    period: tuple[date, date]
    calendar: Calendar
    tz: tzinfo
    cancel_rule: Closing | Window | None = None


def settle(
    policy: AbsencePolicy, absence: Absence, services: Sequence[Missed], setting: Setting
) -> list[ServiceDue]:
    """What each missed service costs, in the order of their start."""
    case = _Case(absence, sorted(services, key=lambda missed: missed.start), setting)
    return [_due(policy, case, missed) for missed in case.services]


@dataclass(frozen=True, slots=True)
class ProofAsked:
    """A proof that would lower what is due, and the last moment to hand it in (aware; None: no limit)."""

    proof: Proof
    until: datetime | None


def proof_asked(
    policy: AbsencePolicy, absence: Absence, services: Sequence[Missed], setting: Setting
) -> ProofAsked | None:
    """The proof that lowers what is due most, if any does; the one with the longest time when several do."""
    case = _Case(absence, sorted(services, key=lambda missed: missed.start), setting)
    without = _total(settle(policy, absence, services, setting))
    found: list[tuple[Decimal, ProofAsked]] = []
    for waiver in policy.waivers:
        if absence.reason not in waiver.reasons:
            continue
        for proof in waiver.proofs:
            until = case.proof_limit(waiver.proof_within) if waiver.proof_within else None
            given = replace(absence, proof=proof, proof_at=until or absence.noticed_at)
            total = _total(settle(policy, given, services, setting))
            if total < without:
                found.append((total, ProofAsked(proof, until)))
    if not found:
        return None
    least = min(total for total, _ in found)
    never = datetime.max.replace(tzinfo=setting.tz)
    return max((asked for total, asked in found if total == least), key=lambda asked: asked.until or never)


def _total(dues: Sequence[ServiceDue]) -> Decimal:
    return sum((due.amount for due in dues), ZERO)


def _due(policy: AbsencePolicy, case: "_Case", missed: Missed) -> ServiceDue:
    if case.is_cancelled_in_time(missed):
        return ServiceDue(missed.key, ZERO, _("Annulé à temps"))
    if policy.refund_if_taken_again and missed.taken_again:
        return ServiceDue(missed.key, ZERO, _("Place reprise par un autre enfant"))
    waivers = [waiver for waiver in policy.waivers if case.absence.reason in waiver.reasons]
    refusals = {id(waiver): case.refusal(waiver, missed) for waiver in waivers}
    granted = [waiver for waiver in waivers if not refusals[id(waiver)]]
    reason = case.absence.reason
    title = f"{reason.label[:1].upper()}{reason.label[1:]}" if reason else _("Absence non prévenue à temps")
    if granted:
        kindest = min(granted, key=lambda waiver: waiver.due.amount(missed.price))
        note = f" ({kindest.note})" if kindest.note else ""
        text = f"{title}{NBSP}: {kindest.due.words()}{note}"
        return ServiceDue(missed.key, kindest.due.amount(missed.price), text)
    why = and_list(list(dict.fromkeys(refusals.values())), word="ou")
    text = f"{title}{NBSP}: {policy.no_show.words()}"
    if why:
        text = _("%(dues)s, car %(why)s") % {"dues": text, "why": why}
    return ServiceDue(missed.key, policy.no_show.amount(missed.price), text)


@dataclass(frozen=True, slots=True)
class _Case:
    absence: Absence
    services: Sequence[Missed]
    setting: Setting

    def is_cancelled_in_time(self, missed: Missed) -> bool:
        rule = self.setting.cancel_rule
        return rule is not None and self._is_told_in_time(rule, missed)

    def refusal(self, waiver: Waiver, missed: Missed) -> str:
        """Why `waiver` does not hold for this service, as the end of « car … »; empty when it does."""
        checks = (
            self._notice_refusal(waiver, missed),
            self._proof_refusal(waiver),
            self._length_refusal(waiver),
            self._carence_refusal(waiver.carence, missed) if waiver.carence else "",
            self._quota_refusal(waiver, missed),
        )
        return next((text for text in checks if text), "")

    def _is_told_in_time(self, rule: Closing | Window, missed: Missed) -> bool:
        told = self.absence.noticed_at
        return told is not None and self._last_moment(rule, missed).allows(told)

    def _last_moment(self, rule: Closing | Window, missed: Missed) -> LastMoment:
        setting = self.setting
        return last_moment(
            rule,
            service_start=missed.start,
            period=setting.period,
            calendar=setting.calendar,
            tz=setting.tz,
        )

    def _notice_refusal(self, waiver: Waiver, missed: Missed) -> str:
        if waiver.notice is None or self._is_told_in_time(waiver.notice, missed):
            return ""
        at = self._last_moment(waiver.notice, missed).at
        if at is None:
            return _("aucun préavis n’est possible")
        return _("la mairie devait être prévenue avant le %(moment)s") % {"moment": moment(at)}

    def _proof_refusal(self, waiver: Waiver) -> str:
        if not waiver.proofs:
            return ""
        proofs = and_list([proof.label for proof in waiver.proofs], word="ou")
        if self.absence.proof not in waiver.proofs:
            return _("%(proofs)s est demandé") % {"proofs": proofs}
        if waiver.proof_within is None:
            return ""
        limit = self.proof_limit(waiver.proof_within)
        if self.absence.proof_at is not None and is_before_end_of(limit, self.absence.proof_at):
            return ""
        return _("%(proofs)s était attendu avant le %(moment)s") % {
            "proofs": proofs,
            "moment": moment(limit.astimezone(self.setting.tz)),
        }

    def proof_limit(self, within: Within) -> datetime:
        tz = self.setting.tz
        if within.hours is not None:
            first = self.services[0].start.astimezone(tz).replace(tzinfo=None)
            return (first + timedelta(hours=within.hours)).replace(tzinfo=tz)
        day = self.absence.first if within.after == "first_day" else self.absence.last
        return datetime.combine(day + timedelta(days=within.days or 0), END_OF_DAY, tzinfo=tz)

    def _length_refusal(self, waiver: Waiver) -> str:
        if waiver.min_days is None:
            return ""
        length = self._count(self.absence.first, self.absence.last + timedelta(days=1), waiver.min_count)
        if length >= waiver.min_days:
            return ""
        return _("l’absence dure moins de %(days)s") % {
            "days": count_words(waiver.min_days, waiver.min_count)
        }

    def _carence_refusal(self, carence: Carence, missed: Missed) -> str:
        start = self.absence.first
        if carence.start == "notice":
            if self.absence.noticed_at is None:
                return _("la mairie n’a pas été prévenue")
            start = max(start, self.absence.noticed_at.astimezone(self.setting.tz).date())
        day = self._day(missed)
        if day < start:
            return _("la mairie n’était pas encore prévenue")
        if carence.count == "missed":
            earlier = sum(start <= one < day for one in self._days())
        else:
            earlier = self._count(start, day, carence.count)
        return f"{carence.words}" if earlier < carence.days else ""

    def _quota_refusal(self, waiver: Waiver, missed: Missed) -> str:
        if waiver.quota_days is None:
            return ""
        earlier = sum(day < self._day(missed) for day in self._days())
        if self.absence.waived_before + earlier < waiver.quota_days:
            return ""
        text = ngettext(
            "les %(count)s jour de l’année sont épuisés",
            "les %(count)s jours de l’année sont épuisés",
            waiver.quota_days,
        )
        return text % {"count": waiver.quota_days}

    def _days(self) -> list[date]:
        return sorted({self._day(missed) for missed in self.services})

    def _day(self, missed: Missed) -> date:
        return missed.start.astimezone(self.setting.tz).date()

    def _count(self, start: date, end: date, count: DayCount) -> int:
        return days_between(start, end, count=count, calendar=self.setting.calendar)
