"""« Estimation de votre facture »: lines of the same designation and price put together, with their days."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.pricing.facts_words import frozen_in_words
from billing.pricing.shape import ESTIMATE
from booking.enums import LineState
from booking.models import ReservationLine
from booking.queries.planning import Cell
from core.speech import speech
from core.words import days_summary


@dataclass(frozen=True, kw_only=True)
class EstimateRow:
    """``price`` and ``amount`` in euros; ``reasons`` say why this price."""

    label: str
    days: tuple[date, ...]
    price: Decimal
    reasons: tuple[str, ...]

    @property
    def designation(self) -> str:
        """« Repas Tarif Réduit : Ve 10, Lu 13 »."""
        return f"{self.label}{speech().colon}{days_summary(self.days)}"

    @property
    def why(self) -> tuple[str, ...]:
        """The reasons, without the announcement of an estimate."""
        return tuple(reason for reason in self.reasons if not reason.startswith(ESTIMATE))

    @property
    def notice(self) -> str:
        """Says that the price is not the final one yet; empty when it is."""
        return next((reason for reason in self.reasons if reason.startswith(ESTIMATE)), "")

    @property
    def quantity(self) -> int:
        return len(self.days)

    @property
    def amount(self) -> Decimal:
        return self.price * self.quantity


@dataclass(frozen=True, kw_only=True)
class UsedFacts:
    """The days whose price was made with these facts, in words; no fact: the price depended on none."""

    days: tuple[date, ...]
    facts: list[tuple[str, str]]

    @property
    def when(self) -> str:
        return days_summary(self.days)


def used_facts(lines: Iterable[ReservationLine]) -> list[UsedFacts]:
    """What was kept with the prices of these lines, days of the same facts together. Needs their opening."""
    together: dict[str, list[ReservationLine]] = {}
    for line in lines:
        together.setdefault(json.dumps(line.price_facts, sort_keys=True), []).append(line)
    return [
        UsedFacts(
            days=tuple(sorted(line.opening.date for line in group)),
            facts=frozen_in_words(group[0].price_facts),
        )
        for group in together.values()
    ]


def estimate_cells(cells: Iterable[Cell]) -> list[EstimateRow]:
    return _group((cell.tariff_label, cell.date, cell.price, cell.price_reasons) for cell in cells)


def estimate_lines(lines: Iterable[ReservationLine]) -> list[EstimateRow]:
    """``lines`` need their opening loaded."""
    return _group(
        (line.tariff_label, line.opening.date, line.price, tuple(line.price_reasons)) for line in lines
    )


def asked(lines: Iterable[ReservationLine]) -> Iterator[ReservationLine]:
    """The priced lines that make the amount of a demand: not those that were refused."""
    return (line for line in lines if line.price and line.state != LineState.REFUSED)


def _group(priced: Iterable[tuple[str, date, Decimal, tuple[str, ...]]]) -> list[EstimateRow]:
    together: dict[tuple[str, Decimal, tuple[str, ...]], list[date]] = {}
    for label, day, price, reasons in priced:
        together.setdefault((label, price, reasons), []).append(day)
    return [
        EstimateRow(label=label, days=tuple(sorted(days)), price=price, reasons=reasons)
        for (label, price, reasons), days in together.items()
    ]
