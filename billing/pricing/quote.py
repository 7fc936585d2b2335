"""What a family pays for what it asks, line by line, with the reason of each price.

Rounding: a unit price is rounded to the cent first, then multiplied; a total is the plain sum of lines.
So every amount a family can compute from the screen is the one it pays.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from billing.pricing.rules import PricingFacts, Shape
from core.money import ZERO
from core.words import long_date


class NoTariffError(LookupError):
    """No version of the tariff is valid at that date. Its text is for people."""


@dataclass(frozen=True, slots=True)
class TariffVersion:
    """A tariff from a day (included) until the next version."""

    valid_from: date
    rule: Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class PricingLine:
    """One thing to price. No `day`: it is priced as of the day of the quote."""

    key: Hashable
    label: str
    day: date | None = None
    quantity: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLine:
    key: Hashable
    label: str
    day: date | None
    quantity: int
    unit_price: Decimal
    reasons: tuple[str, ...]

    @property
    def amount(self) -> Decimal:
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteGroup:
    """Lines of the same label and price put together, as an estimate or an invoice shows them."""

    label: str
    days: tuple[date, ...]
    quantity: int
    unit_price: Decimal

    @property
    def amount(self) -> Decimal:
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class Quote:
    lines: tuple[QuoteLine, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Each reason once, in the order of the lines."""
        return tuple(dict.fromkeys(reason for line in self.lines for reason in line.reasons))

    def groups(self) -> tuple[QuoteGroup, ...]:
        together: dict[tuple[str, Decimal], list[QuoteLine]] = {}
        for line in self.lines:
            together.setdefault((line.label, line.unit_price), []).append(line)
        return tuple(
            QuoteGroup(
                label=label,
                days=tuple(sorted(line.day for line in lines if line.day)),
                quantity=sum(line.quantity for line in lines),
                unit_price=unit_price,
            )
            for (label, unit_price), lines in together.items()
        )


def quote(
    versions: Sequence[TariffVersion],
    *,
    facts: PricingFacts,
    lines: Sequence[PricingLine],
    on: date,
) -> Quote:
    """Price `lines` with the version valid on the day of each. Raises `NoTariffError`.

    To price lines of several tariffs, quote each tariff and add the lines: `Quote((*one.lines, *other.lines))`.
    """
    return Quote(tuple(_price(versions, facts, line, on) for line in lines))


def version_on(versions: Sequence[TariffVersion], day: date) -> TariffVersion:
    """The version valid on `day`; raises `NoTariffError` before the first one."""
    started = [version for version in versions if version.valid_from <= day]
    if not started:
        raise NoTariffError(f"Aucun tarif n’est défini pour le {long_date(day)}")
    return max(started, key=lambda version: version.valid_from)


def _price(versions: Sequence[TariffVersion], facts: PricingFacts, line: PricingLine, on: date) -> QuoteLine:
    day = line.day or on
    unit = version_on(versions, day).rule.price(replace(facts, day=day))
    return QuoteLine(
        key=line.key,
        label=line.label,
        day=line.day,
        quantity=line.quantity,
        unit_price=unit.amount,
        reasons=unit.reasons,
    )
