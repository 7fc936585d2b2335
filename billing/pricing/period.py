"""Prices that a day, a week or a month must close to be known: announced as estimates, then rated for good.

Both computations are the same one, on what was booked before and on what was recorded after: an estimate is
wrong only by what has changed since, and says when it will be final.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from billing.pricing.facts import Position, Positions, PricingFacts, Span
from billing.pricing.quote import Quote, QuoteLine, TariffVersion, version_on
from billing.pricing.shape import Settled
from core.money import ZERO, format_euros
from core.words import NBSP

SCHOOL_YEAR_STARTS = 9  # the month


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodLine:
    """One unit of one child on one day, with the facts of that day. `period` names the booking period, if any.

    Units are counted by child and formula. A tariff of family-days takes one line a child and day. What is asked for
    now is counted after what is booked already: ``turn`` 1, after 0.
    """

    key: Hashable
    child: str
    label: str
    day: date
    facts: PricingFacts
    period: str = ""
    turn: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdAid:
    """An aid granted to a household: euros a unit, as long as there is some `left`."""

    payer: str
    per_unit: Decimal
    left: Decimal


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is known before closing. `notice` is for people, and empty when the price is already final."""

    quote: Quote
    settled: Settled

    @property
    def final(self) -> bool:
        return self.settled is Settled.AT_BOOKING

    @property
    def notice(self) -> str:
        return self.settled.notice


def rate_period(
    versions: Sequence[TariffVersion],
    *,
    lines: Sequence[PeriodLine],
    earlier: Sequence[PeriodLine] = (),
    aids: Sequence[HouseholdAid] = (),
) -> Quote:
    """The final price of `lines`: one household, one tariff, spans that are closed. Raises `NoTariffError`.

    `earlier` lines are counted and not priced: those of spans already begun, such as the former months of a year.
    Lines come back in the order given; their prices do not depend on it.
    """
    positions = _positions([*earlier, *lines])
    priced = {line.key: _price(versions, line, positions[line.key]) for line in lines}
    for aid in aids:
        _deduct(aid, sorted(lines, key=_order), priced)
    return Quote(tuple(priced[line.key] for line in lines))


def estimate(
    versions: Sequence[TariffVersion],
    *,
    lines: Sequence[PeriodLine],
    earlier: Sequence[PeriodLine] = (),
    aids: Sequence[HouseholdAid] = (),
) -> Estimate:
    """What `lines` would cost if nothing else happened, and when their price is final. Raises `NoTariffError`."""
    quote = rate_period(versions, lines=lines, earlier=earlier, aids=aids)
    settled = (version_on(versions, line.day).rule.settled for line in lines)
    return Estimate(quote, max(settled, default=Settled.AT_BOOKING))


def _price(versions: Sequence[TariffVersion], line: PeriodLine, positions: Positions) -> QuoteLine:
    facts = replace(line.facts, positions=positions, day=line.day)
    unit = version_on(versions, line.day).rule.price(facts)
    return QuoteLine(
        key=line.key,
        label=line.label,
        day=line.day,
        quantity=1,
        unit_price=unit.amount,
        reasons=unit.reasons,
    )


def year_start(day: date) -> date:
    """The first day of the school year of a day."""
    return date(day.year - (day.month < SCHOOL_YEAR_STARTS), SCHOOL_YEAR_STARTS, 1)


def _positions(lines: Sequence[PeriodLine]) -> dict[Hashable, Positions]:
    found: dict[Hashable, dict[str, Position]] = defaultdict(dict)
    for span in _SPANS:
        together: dict[Hashable, list[PeriodLine]] = defaultdict(list)
        for line in lines:
            together[_group(span, line)].append(line)
        for group in together.values():
            for rank, line in enumerate(sorted(group, key=_order), start=1):
                found[line.key][span] = Position(rank, len(group))
    return {key: Positions(**spans) for key, spans in found.items()}


_SPANS: tuple[Span, ...] = ("family_day", "family_year", "week", "month", "period", "year")


def _group(span: Span, line: PeriodLine) -> Hashable:
    """What `line` is counted with."""
    day, who = line.day, (line.child, line.facts.formula)
    school_year = year_start(day)
    groups: dict[Span, Hashable] = {
        "family_day": (day, line.facts.formula),
        "family_year": (school_year, line.facts.formula),
        "week": (*who, day.isocalendar()[:2]),
        "month": (*who, day.year, day.month),
        "period": (*who, line.period),
        "year": (*who, school_year),
    }
    return groups[span]


def _order(line: PeriodLine) -> tuple[int, date, int, str, str]:
    """First come, first counted; on one day the eldest first. The key only decides between equals."""
    return (line.turn, line.day, line.facts.sibling_rank, line.child, str(line.key))


def _deduct(aid: HouseholdAid, lines: Sequence[PeriodLine], priced: dict[Hashable, QuoteLine]) -> None:
    """Take `aid` from the lines one after the other, until it is used up."""
    left = aid.left
    for line in lines:
        before = priced[line.key]
        part = min(aid.per_unit, left, before.unit_price)
        if part <= ZERO:
            continue
        left -= part
        reason = f"Aide {aid.payer}{NBSP}: −{format_euros(part)}, solde de l’aide {format_euros(left)}"
        priced[line.key] = replace(
            before, unit_price=before.unit_price - part, reasons=(*before.reasons, reason)
        )
