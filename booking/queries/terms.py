"""The réglement of a period in words, for one child: days, deadlines, payment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from booking.enums import BookingMode, PaymentMode
from booking.models import Period
from booking.queries.planning import Planning
from booking.rules.cutoffs import Description, Verb, describe
from tenants.context import town_timezone

WEEKDAYS = ("Lun", "Mar", "Mer", "Jeu", "Ven", "Sam", "Dim")


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


def booking_terms(planning: Planning) -> Terms:
    period = planning.period
    tz = town_timezone()
    until = period.closes_at or planning.next_deadline
    return Terms(
        period=period,
        weekdays=[(name, number in period.weekdays) for number, name in enumerate(WEEKDAYS, start=1)],
        until=until.astimezone(tz).date() if until else None,
        stages=_stages(planning),
        cancellation=describe(planning.cancel_rule, Verb.CANCEL),
        is_prepaid=period.payment == PaymentMode.PREPAID,
        is_request=period.mode == BookingMode.REQUEST,
    )


def _stages(planning: Planning) -> list[StageTerms]:
    """One sentence a rule, for the columns open to the child's level."""
    columns: dict[Description, list[str]] = {}
    for stage in planning.stage_rules:
        columns.setdefault(describe(stage.rule), []).append(stage.label)
    if len(columns) == 1:
        return [StageTerms(label="", rule=rule) for rule in columns]
    return [StageTerms(label=", ".join(dict.fromkeys(labels)), rule=rule) for rule, labels in columns.items()]
