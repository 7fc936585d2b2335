"""What booking late costs a family: each stage's own rule, read with what the family was late for before."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from billing.pricing.rules import Flat, Shape
from billing.queries.prices import PriceList
from booking.enums import LineAction, LineState
from booking.models import Period, ReservationLine, Stage
from booking.rules.late import LATE_EFFECT, Access, Effect, LateCase, counted_span, late_outcome
from booking.rules.late_orders import OrderLine, PricedLine, price_order
from core.calendars import Calendar
from core.models import Child

FREE = Flat(type="flat", amount=Decimal(0))
# A line that was refused or cancelled was not late after all.
STANDING = (LineState.PENDING, LineState.AWAITING_PAYMENT, LineState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One service that is asked for. ``key`` is the caller's own."""

    key: Hashable
    stage_id: int
    day: date


@dataclass(frozen=True, slots=True)
class LatePrice:
    """Euros, fees included, why, and who decides."""

    amount: Decimal
    reasons: tuple[str, ...]
    access: Access


class LateRules:
    """The late rules of a period's stages, for one child. ``earlier``: days on which the family was late before."""

    def __init__(
        self, *, child: Child, stages: Sequence[Stage], prices: PriceList, calendar: Calendar, period: Period
    ) -> None:
        self.child, self.period, self.prices, self.calendar = child, period, prices, calendar
        self.stages = stages
        self.tariffs: Mapping[int, int | None] = {stage.pk: stage.tariff_id for stage in stages}
        self.effects: dict[int, Effect] = {
            stage.pk: LATE_EFFECT.validate_python(stage.late) for stage in stages if stage.late is not None
        }
        self.earlier: frozenset[date] = self._earlier() if self.effects else frozenset()

    def by_effect(self) -> list[tuple[Effect, list[str]]]:
        """Each rule with the titles of its columns, those of the child's class only."""
        found: dict[str, tuple[Effect, list[str]]] = {}
        for stage in self.stages:
            if stage.pk in self.effects and (not stage.levels or self.child.level in stage.levels):
                effect = self.effects[stage.pk]
                found.setdefault(effect.model_dump_json(), (effect, []))[1].append(stage.label)
        return list(found.values())

    def price(self, stage_id: int, day: date) -> LatePrice | None:
        """What one service costs if it is the only one asked for; None when the stage has no rule of its own."""
        effect = self.effects.get(stage_id)
        if effect is None:
            return None
        case = LateCase(
            tariff=self._tariff(stage_id, day),
            facts=self.prices.facts(self.child, day),
            time=self._late_before(effect, day, {day}) + 1,
        )
        outcome = late_outcome(effect, case)
        return LatePrice(outcome.unit.amount, outcome.unit.reasons, outcome.access)

    def price_order(self, wanted: Sequence[Wanted]) -> dict[Hashable, LatePrice]:
        """The prices of an order read as a whole, where they differ from each service's own: late ones, those they
        drag along, and the fees due once, on the first service that incurs them."""
        on_time = [one for one in wanted if one.stage_id not in self.effects]
        late = [one for one in wanted if one.stage_id in self.effects]
        found: dict[Hashable, LatePrice] = {}
        told: set[str] = set()
        for effect, group in self._by_rule(late):
            days = {one.day for one in group}
            order = price_order(
                effect,
                [self._line(one, late=one in group) for one in sorted([*group, *on_time], key=_order)],
                late_before=self._late_before(effect, min(days), days),
                family_fee_due=not self._was_late_in_year(min(days)),
            )
            dragged = {one.key for one in on_time}
            for line in order.lines:
                price = _with_fees(line, told)
                if line.key in dragged and price.amount <= self._plain(line.key, on_time):
                    continue
                if line.key not in found or price.amount > found[line.key].amount:
                    found[line.key] = price
        return found

    def _by_rule(self, late: Sequence[Wanted]) -> list[tuple[Effect, list[Wanted]]]:
        """Services of the same rule, counted together; month by month for a rule that counts by month."""

        def key(one: Wanted) -> tuple[str, str]:
            effect = self.effects[one.stage_id]
            month = f"{one.day:%Y-%m}" if counted_span(effect) == "month" else ""
            return effect.model_dump_json(), month

        ordered = sorted(late, key=key)
        groups = [list(group) for _, group in groupby(ordered, key=key)]
        return [(self.effects[group[0].stage_id], group) for group in groups]

    def _line(self, one: Wanted, *, late: bool) -> OrderLine:
        return OrderLine(
            key=one.key,
            child=self.child.pk,
            day=one.day,
            tariff=self._tariff(one.stage_id, one.day),
            facts=self.prices.facts(self.child, one.day),
            late=late,
        )

    def _plain(self, key: Hashable, on_time: Sequence[Wanted]) -> Decimal:
        one = next(one for one in on_time if one.key == key)
        return self._tariff(one.stage_id, one.day).price(self.prices.facts(self.child, one.day)).amount

    def _tariff(self, stage_id: int, day: date) -> Shape:
        tariff_id = self.tariffs[stage_id]
        return FREE if tariff_id is None else self.prices.rule(tariff_id, day)

    def _late_before(self, effect: Effect, day: date, ordered: set[date]) -> int:
        """The family's other late days in the span that the rule counts in."""
        span = counted_span(effect)
        if span is None:
            return 0
        others = self.earlier - ordered
        if span == "month":
            return sum((one.year, one.month) == (day.year, day.month) for one in others)
        first, last = self.period.dates
        if span == "school_year":
            year = self.calendar.school_year(day)
            first, last = year.first_day, year.last_day
        return sum(first <= one <= last for one in others)

    def _was_late_in_year(self, day: date) -> bool:
        year = self.calendar.school_year(day)
        return any(year.first_day <= one <= year.last_day for one in self.earlier)

    def _earlier(self) -> frozenset[date]:
        """In the activity, since the school year in which the period begins."""
        lines = ReservationLine.objects.filter(
            reservation__household=self.child.household_id,
            reservation__period__activity=self.period.activity_id,
            stage__late__isnull=False,
            action=LineAction.ADD,
            state__in=STANDING,
            opening__date__gte=self.calendar.school_year(self.period.start).first_day,
        )
        return frozenset(lines.order_by().values_list("opening__date", flat=True).distinct())


def _order(one: Wanted) -> date:
    return one.day


def _with_fees(line: PricedLine, told: set[str]) -> LatePrice:
    """Fees of an order are due once, whatever the number of rules that ask for them."""
    amount, reasons = line.unit.amount, list(line.unit.reasons)
    for fee in line.fees:
        if fee.scope in {"order", "family"} and fee.reason in told:
            continue
        told.add(fee.reason)
        amount += fee.amount
        reasons.append(fee.reason)
    return LatePrice(amount, tuple(reasons), line.access)
