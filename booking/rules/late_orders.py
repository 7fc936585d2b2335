"""An order priced whole: late lines, on-time lines that a late one drags along, and fees due once."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.pricing.rules import PricingFacts, Shape, UnitPrice
from booking.rules.late import Access, Effect, Fee, LateCase, LateOutcome, dragged_outcome, late_outcome
from core.money import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One service that a family asks for. `late`: after the deadline that the effect is about."""

    key: Hashable
    child: Hashable
    day: date
    tariff: Shape
    facts: PricingFacts
    late: bool


@dataclass(frozen=True, slots=True)
class PricedLine:
    """`fees`: those due once for more than this line, which is the first to incur them."""

    key: Hashable
    access: Access
    unit: UnitPrice
    fees: tuple[Fee, ...] = ()


@dataclass(frozen=True, slots=True)
class PricedOrder:
    """Lines in the order given."""

    lines: tuple[PricedLine, ...]

    @property
    def fees(self) -> tuple[Fee, ...]:
        """Once for each of what they are due for."""
        return tuple(fee for line in self.lines for fee in line.fees)

    @property
    def total(self) -> Decimal:
        """What is due if all that may be had is granted: closed lines cost nothing."""
        units = (line.unit.amount for line in self.lines if line.access is not Access.CLOSED)
        return sum(units, ZERO) + sum((fee.amount for fee in self.fees), ZERO)


def price_order(
    effect: Effect, lines: Sequence[OrderLine], *, late_before: int = 0, family_fee_due: bool = True
) -> PricedOrder:
    """Price one family's order.

    `late_before` counts the family's earlier late days in the span the town counts in; children late on the same
    day are late once. `family_fee_due` is False when the family has already been charged its fee.
    """
    outcomes = _late_outcomes(effect, lines, late_before)
    last_time = late_before + len({line.day for line in lines if line.late})
    drags = any(outcome.access is not Access.CLOSED for outcome in outcomes.values())
    for line in lines:
        if line.key not in outcomes:
            case = LateCase(tariff=line.tariff, facts=line.facts, time=last_time)
            normal = LateOutcome(unit=line.tariff.price(line.facts))
            outcomes[line.key] = dragged_outcome(effect, case) if drags else normal
    fees = _fees(lines, outcomes, family_fee_due)
    return PricedOrder(
        tuple(
            PricedLine(line.key, outcomes[line.key].access, outcomes[line.key].unit, tuple(fees[line.key]))
            for line in lines
        )
    )


def _late_outcomes(
    effect: Effect, lines: Sequence[OrderLine], late_before: int
) -> dict[Hashable, LateOutcome]:
    """What becomes of each late line, by its key."""
    late = sorted((line for line in lines if line.late), key=lambda line: line.day)
    days = sorted({line.day for line in late})
    places: dict[Hashable, int] = {}
    outcomes: dict[Hashable, LateOutcome] = {}
    for line in late:
        places[line.child] = places.get(line.child, 0) + 1
        case = LateCase(
            tariff=line.tariff,
            facts=line.facts,
            time=late_before + 1 + days.index(line.day),
            place=places[line.child],
        )
        outcomes[line.key] = late_outcome(effect, case)
    return outcomes


def _fees(
    lines: Sequence[OrderLine], outcomes: dict[Hashable, LateOutcome], family_fee_due: bool
) -> dict[Hashable, list[Fee]]:
    """By line: the fees that no line before it has incurred."""
    seen: set[Hashable] = set()
    fees: dict[Hashable, list[Fee]] = {line.key: [] for line in lines}
    for line in lines:
        outcome = outcomes[line.key]
        if outcome.access is Access.CLOSED:
            continue
        for fee in outcome.fees:
            if fee.scope == "family" and not family_fee_due:
                continue
            who = {"day": (line.child, line.day), "child": line.child}.get(fee.scope)
            if (fee, who) not in seen:
                seen.add((fee, who))
                fees[line.key].append(fee)
    return fees
