"""The price of a child who came without being booked, as the period's rule says it, and why."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Subquery

from billing.pricing.facts import NO_FACTS, PricingFacts
from billing.pricing.rules import Flat, Shape
from billing.queries.prices import load_prices
from booking.enums import TAKING, Mark
from booking.models import AttendanceAct, Opening, Period, Place, Stage
from booking.rules.late import LATE_EFFECT, Effect, FromNth, LateCase, OnlyLevels, Several, Span, late_outcome
from core.models import Child
from core.money import ZERO

UNBOOKED = "Présence sans réservation"
LABEL_LENGTH = 120
SCHOOL_YEAR_BEGINS = 9  # the month


@dataclass(frozen=True, kw_only=True)
class UnbookedPrice:
    label: str
    amount: Decimal  # euros
    reasons: tuple[str, ...]
    tariff_id: int | None = None
    facts: PricingFacts = NO_FACTS
    rated_later: bool = False


class UnbookedPrices:
    """For the children of one opening. Five queries for all of them.

    ``Period.unbooked`` says what it costs, from the price of the first stage for the child's level; without a rule it
    is the dearest stage for that level: at that moment every other one is over.
    """

    def __init__(self, opening: Opening, *, households: Collection[int]) -> None:
        self._day = opening.date
        self._effect = _effect_of(opening.slot.period)
        self._stages = list(
            Stage.objects.filter(slot=opening.slot_id).select_related("tariff").order_by("position", "pk")
        )
        self._prices = load_prices(
            {stage.tariff_id for stage in self._stages if stage.tariff_id}, households=households
        )
        self._before = _times_before(opening, self._effect, households) if self._effect else Counter()

    def of(self, child: Child) -> UnbookedPrice:
        stages = [stage for stage in self._stages if not stage.levels or child.level in stage.levels]
        if not stages:
            return UnbookedPrice(label=UNBOOKED, amount=ZERO, reasons=())
        return self._ruled(self._effect, stages[0], child) if self._effect else self._dearest(stages, child)

    def _dearest(self, stages: Collection[Stage], child: Child) -> UnbookedPrice:
        offers = [(self._prices.price(stage.tariff_id, child, self._day), stage) for stage in stages]
        price, stage = max(offers, key=lambda offer: (offer[0].amount, offer[1].position))
        return UnbookedPrice(
            label=_label(stage),
            amount=price.amount,
            reasons=(UNBOOKED, *price.reasons),
            tariff_id=price.tariff_id,
            facts=price.facts,
            rated_later=price.rated_later,
        )

    def _ruled(self, effect: Effect, stage: Stage, child: Child) -> UnbookedPrice:
        tariff: Shape = (
            self._prices.rule(stage.tariff_id, self._day)
            if stage.tariff_id
            else Flat(type="flat", amount=ZERO)
        )
        times = self._before[child.household_id] + 1
        facts = self._prices.facts(child, self._day)
        outcome = late_outcome(effect, LateCase(tariff=tariff, facts=facts, time=times))
        return UnbookedPrice(
            label=_label(stage),
            amount=outcome.unit.amount + sum((fee.amount for fee in outcome.fees), ZERO),
            reasons=(UNBOOKED, *outcome.unit.reasons, *(fee.reason for fee in outcome.fees)),
            tariff_id=stage.tariff_id,
            facts=facts,
        )


def _label(stage: Stage) -> str:
    name = stage.tariff.label if stage.tariff else stage.label
    return f"{name} – {UNBOOKED.lower()}"[:LABEL_LENGTH]


def _effect_of(period: Period) -> Effect | None:
    return None if period.unbooked is None else LATE_EFFECT.validate_python(period.unbooked)


def _times_before(opening: Opening, effect: Effect, households: Collection[int]) -> Counter[int]:
    """On how many earlier days of the span each household already had a child come to this service unbooked."""
    latest = AttendanceAct.objects.filter(opening=OuterRef("opening"), child=OuterRef("child")).order_by(
        "-at", "-pk"
    )
    booked = Place.objects.filter(opening=OuterRef("opening"), child=OuterRef("child"), state__in=TAKING)
    came = (
        AttendanceAct.objects.filter(
            ~Exists(booked),
            pk=Subquery(latest.values("pk")[:1]),
            mark=Mark.PRESENT,
            child__household__in=households,
            opening__slot__period__activity=opening.slot.period.activity_id,
            opening__attendance_sheet__isnull=False,
            opening__date__gte=_begins(effect, opening),
            opening__date__lt=opening.date,
        )
        .order_by()
        .values_list("child__household_id", "opening__date")
        .distinct()
    )
    return Counter(household for household, _ in came)


def _begins(effect: Effect, opening: Opening) -> date:
    day = opening.date
    span = _span(effect)
    if span == "month":
        return day.replace(day=1)
    if span == "period":
        return opening.slot.period.start
    return date(day.year if day.month >= SCHOOL_YEAR_BEGINS else day.year - 1, SCHOOL_YEAR_BEGINS, 1)


def _span(effect: Effect) -> Span:
    """The span in which the effect counts how often; the school year when it does not count."""
    if isinstance(effect, FromNth):
        return effect.per
    inside = (
        effect.of if isinstance(effect, Several) else (effect.then,) if isinstance(effect, OnlyLevels) else ()
    )
    return next((part.per for part in inside if isinstance(part, FromNth)), "school_year")
