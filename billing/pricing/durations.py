"""Prices by time spent: started quarters, halves and hours, tables of durations. A late pick-up is one too."""

from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, model_validator

from billing.pricing.facts import PricingFacts, UnitPrice
from billing.pricing.fields import Euros, Several, TariffModel, tariff_error
from billing.pricing.shape import Settled, Shape
from core.money import ZERO, format_euros
from core.words import NBSP

if TYPE_CHECKING:
    from billing.pricing.rules import TariffRule

Measure = Literal["minutes", "late_minutes"]
"""The time spent, or the time after closing."""

_UNIT_NAMES = {
    15: ("quart d’heure", "quarts d’heure"),
    30: ("demi-heure", "demi-heures"),
    60: ("heure", "heures"),
}


class StartedUnits(Shape):
    """`base` for each started unit of `unit` minutes; `grace` minutes of a further unit are not counted.

    Someone who came pays at least one unit. `cap` in euros for the whole stay. Until the time is known, one unit.
    """

    type: Literal["started_units"]
    unit: Literal[15, 30, 60]
    base: "TariffRule"
    grace: int = Field(0, ge=0)
    cap: Euros | None = None
    measure: Measure = "minutes"

    @model_validator(mode="after")
    def _short_grace(self) -> Self:
        if self.grace >= self.unit:
            raise tariff_error("La tolérance (grace) doit être plus courte que l’unité (unit)")
        return self

    @property
    def own_settled(self) -> Settled:
        return Settled.AFTER_THE_DAY

    def price(self, facts: PricingFacts) -> UnitPrice:
        unit = self.base.price(facts)
        minutes = getattr(facts, self.measure)
        one, several = _UNIT_NAMES[self.unit]
        if minutes is None:
            return UnitPrice(unit.amount, (*unit.reasons, f"Durée pas encore connue{NBSP}: 1 {one}"))
        if minutes == 0:
            return _no_time(self.measure)
        count = self._count(minutes)
        amount = unit.amount * count
        what = f"{count} {one} commencé{_e(one)}" if count == 1 else f"{count} {several} commencé{_e(one)}s"
        reasons = (*unit.reasons, f"{_spent(self.measure, minutes)}, {what}{NBSP}: {format_euros(amount)}")
        if self.cap is not None and amount > self.cap:
            return UnitPrice(self.cap, (*reasons, f"Prix maximal{NBSP}: {format_euros(self.cap)}"))
        return UnitPrice(amount, reasons)

    def _count(self, minutes: int) -> int:
        return max(1, -((self.grace - minutes) // self.unit))


class DurationCase(TariffModel):
    """Up to that many minutes (included). No `up_to`: the last case."""

    up_to: int | None = Field(None, ge=1)
    tariff: "TariffRule"


class DurationTable(Shape):
    """A tariff by length of time. Until the time is known, the first one."""

    type: Literal["duration_table"]
    cases: Several[DurationCase]
    measure: Measure = "minutes"

    @model_validator(mode="after")
    def _all_durations(self) -> Self:
        limits = [case.up_to for case in self.cases]
        known = [limit for limit in limits[:-1] if limit is not None]
        if limits[-1] is not None or len(known) != len(limits) - 1 or known != sorted(set(known)):
            raise tariff_error("Les durées doivent croître, et la dernière être sans limite (up_to)")
        return self

    @property
    def own_settled(self) -> Settled:
        return Settled.AFTER_THE_DAY

    def price(self, facts: PricingFacts) -> UnitPrice:
        minutes = getattr(facts, self.measure)
        if minutes is None:
            unit = self.cases[0].tariff.price(facts)
            return UnitPrice(unit.amount, ("Durée pas encore connue", *unit.reasons))
        if minutes == 0:
            return _no_time(self.measure)
        rule = next(case.tariff for case in self.cases if case.up_to is None or minutes <= case.up_to)
        unit = rule.price(facts)
        return UnitPrice(unit.amount, (_spent(self.measure, minutes), *unit.reasons))


def _no_time(measure: Measure) -> UnitPrice:
    return UnitPrice(ZERO, ("À l’heure" if measure == "late_minutes" else "Aucune durée pointée",))


def _spent(measure: Measure, minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    time = f"{hours}{NBSP}h{NBSP}{rest:02d}" if hours else f"{rest}{NBSP}min"
    return f"Retard de {time}" if measure == "late_minutes" else f"Durée de {time}"


def _e(noun: str) -> str:
    """The feminine of a participle: une heure commencée, un quart d’heure commencé."""
    return "" if noun.startswith("quart") else "e"
