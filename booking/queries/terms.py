"""The réglement of a period in words, for one child: days, deadlines, payment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.enums import BookingMode, PaymentMode, RefundRule
from booking.models import Period
from booking.queries.access import conditions_of
from booking.queries.planning import Planning
from booking.rules.absence import AbsencePolicy, describe_absences
from booking.rules.cutoffs import Description, Verb, describe
from booking.rules.family_file import describe_file
from booking.rules.late import LATE_EFFECT
from booking.rules.minimum import Minimum, describe_minimum
from booking.rules.week_choice import WeekRules, describe_week
from core.models import DocumentKind, Regulation
from core.words import NBSP, and_list
from tenants.context import town_timezone

REFUND_SENTENCES = {
    RefundRule.CREDIT: gettext_lazy(
        "Un jour déjà payé, annulé dans les délais, est gardé en avoir pour votre prochaine facture"
    ),
    RefundRule.LIST: gettext_lazy(
        "Un jour déjà payé, annulé dans les délais, vous est remboursé par la régie"
    ),
    RefundRule.NONE: gettext_lazy("Un jour déjà payé n’est ni remboursé ni gardé en avoir"),
}
WEEKDAYS = (
    gettext_lazy("Lun"),
    gettext_lazy("Mar"),
    gettext_lazy("Mer"),
    gettext_lazy("Jeu"),
    gettext_lazy("Ven"),
    gettext_lazy("Sam"),
    gettext_lazy("Dim"),
)


@dataclass(frozen=True, kw_only=True)
class StageTerms:
    """``label`` is empty when the same rule holds for every column."""

    label: str
    rule: Description


@dataclass(frozen=True, kw_only=True)
class Terms:
    """``until``: the last day to validate bookings for the next open day, or the closing of the period."""

    period: Period
    weekdays: Sequence[tuple[str, bool]]
    until: date | None
    stages: Sequence[StageTerms]
    cancellation: Description
    is_prepaid: bool
    is_request: bool
    others: Sequence[str]  # the other rules of the period, one sentence each, without stop


def booking_terms(planning: Planning) -> Terms:
    period = planning.period
    tz = town_timezone()
    until = period.closes_at or planning.next_deadline
    return Terms(
        period=period,
        weekdays=[(str(name), number in period.weekdays) for number, name in enumerate(WEEKDAYS, start=1)],
        until=until.astimezone(tz).date() if until else None,
        stages=_stages(planning),
        cancellation=describe(planning.cancel_rule, Verb.CANCEL),
        is_prepaid=period.payment == PaymentMode.PREPAID,
        is_request=period.mode == BookingMode.REQUEST,
        others=list(_other_rules(planning)),
    )


def _other_rules(planning: Planning) -> Iterator[str]:
    period = planning.period
    yield from describe_file(conditions_of(period), _paper_names(period))
    for effect, labels in planning.late.by_effect():
        yield f"{and_list(labels)}{NBSP}: {effect.words()}"
    if period.unbooked is not None:
        effect = LATE_EFFECT.validate_python(period.unbooked)
        yield _("Enfant venu sans réservation : %(effect)s") % {"effect": effect.words()}
    if period.week is not None:
        yield from describe_week(WeekRules.model_validate(period.week), planning.slot_names)
    if period.minimum is not None:
        yield describe_minimum(Minimum.model_validate(period.minimum))
    if period.absences is not None:
        yield from describe_absences(AbsencePolicy.model_validate(period.absences))
    if sentence := REFUND_SENTENCES.get(RefundRule(period.refund)):
        yield str(sentence)


def _paper_names(period: Period) -> dict[str, str]:
    """Of the documents and the consents that the period asks for, by their codes; no query when it asks for none."""
    asked = conditions_of(period)
    names: dict[str, str] = {}
    if asked.documents:
        names |= dict(DocumentKind.objects.filter(code__in=asked.documents).values_list("code", "name"))
    if asked.consents:
        names |= dict(Regulation.objects.filter(code__in=asked.consents).values_list("code", "name"))
    return names


def _stages(planning: Planning) -> list[StageTerms]:
    """One sentence a rule, for the columns open to the child's level."""
    columns: dict[Description, list[str]] = {}
    for stage in planning.stage_rules:
        columns.setdefault(describe(stage.rule), []).append(stage.label)
    if len(columns) == 1:
        return [StageTerms(label="", rule=rule) for rule in columns]
    return [StageTerms(label=", ".join(dict.fromkeys(labels)), rule=rule) for rule, labels in columns.items()]
