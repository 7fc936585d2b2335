"""Prices that depend on how many: forfaits, packs, steps, discounts of a full week, what is due from the nth time.

Each unit bears its own part: the parts of a span add up to the price of the span, whatever their order.
"""

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from billing.pricing.facts import PricingFacts, Span, UnitPrice
from billing.pricing.fields import Euros, Number, Several, TariffModel, tariff_error
from billing.pricing.rounding import round_price
from billing.pricing.shape import Settled, Shape, plain
from core.money import ZERO, format_euros
from core.words import NBSP, plural

if TYPE_CHECKING:
    from billing.pricing.rules import TariffRule

_SETTLED: dict[Span, Settled] = {
    "family_day": Settled.AFTER_THE_DAY,
    "family_year": Settled.AFTER_THE_YEAR,
    "week": Settled.AFTER_THE_WEEK,
    "month": Settled.AFTER_THE_MONTH,
    "period": Settled.AFTER_THE_PERIOD,
    "year": Settled.AFTER_THE_YEAR,
}
_IN_SPAN: dict[Span, str] = {
    "family_day": "de la famille ce jour-là",
    "family_year": "de la famille pour l’année",
    "week": "de la semaine",
    "month": "du mois",
    "period": "de la période",
    "year": "de l’année",
}


def _nth(rank: int) -> str:
    return "1re fois" if rank == 1 else f"{rank}e fois"


def nth_in(span: Span, rank: int) -> str:
    """« 3e fois de la semaine »."""
    return f"{_nth(rank)} {_IN_SPAN[span]}"


class Forfait(Shape):
    """`base` once for the whole span, however many units: the first one bears it.

    `included` units are covered, each one after them costs `beyond`.
    """

    type: Literal["forfait"]
    per: Span
    base: "TariffRule"
    included: int | None = Field(None, ge=1)
    beyond: "TariffRule | None" = None

    @model_validator(mode="after")
    def _both(self) -> Self:
        if (self.included is None) != (self.beyond is None):
            raise tariff_error("included et beyond vont ensemble")
        return self

    @property
    def own_settled(self) -> Settled:
        return _SETTLED[self.per]

    def price(self, facts: PricingFacts) -> UnitPrice:
        rank = facts.positions.in_(self.per).rank
        if rank == 1:
            unit = self.base.price(facts)
            return UnitPrice(unit.amount, (f"Forfait {_IN_SPAN[self.per]}", *unit.reasons))
        if self.beyond is not None and self.included is not None and rank > self.included:
            unit = self.beyond.price(facts)
            return UnitPrice(unit.amount, (f"Au-delà du forfait {_IN_SPAN[self.per]}", *unit.reasons))
        return UnitPrice(ZERO, (f"Compris dans le forfait {_IN_SPAN[self.per]}",))


class Pack(Shape):
    """A book of `size` units bought whole: the first unit of each book bears its price."""

    type: Literal["pack"]
    size: int = Field(ge=2)
    base: "TariffRule"
    per: Literal["month", "period", "year"] = "year"

    @property
    def own_settled(self) -> Settled:
        return _SETTLED[self.per]

    def price(self, facts: PricingFacts) -> UnitPrice:
        book, place = divmod(facts.positions.in_(self.per).rank - 1, self.size)
        if place:
            return UnitPrice(ZERO, (f"Compris dans le carnet n°{NBSP}{book + 1}",))
        unit = self.base.price(facts)
        return UnitPrice(unit.amount, (f"Carnet n°{NBSP}{book + 1} de {self.size}", *unit.reasons))


class Steps(Shape):
    """The price of one unit in the span, of two, of three…: each one bears what it adds.

    After the last total, each further unit costs `beyond`, or nothing more.
    """

    type: Literal["steps"]
    per: Span
    totals: Several[Euros]
    beyond: "TariffRule | None" = None

    @model_validator(mode="after")
    def _growing(self) -> Self:
        for before, after in pairwise(self.totals):
            if after < before:
                raise tariff_error(f"Le total {format_euros(after)} est plus bas que le précédent")
        return self

    @property
    def own_settled(self) -> Settled:
        return _SETTLED[self.per]

    def price(self, facts: PricingFacts) -> UnitPrice:
        rank = facts.positions.in_(self.per).rank
        if rank > len(self.totals):
            if self.beyond is not None:
                return self.beyond.price(facts)
            return UnitPrice(
                ZERO, (f"Prix {_IN_SPAN[self.per]} déjà atteint{NBSP}: {format_euros(self.totals[-1])}",)
            )
        total = self.totals[rank - 1]
        part = total - (self.totals[rank - 2] if rank > 1 else ZERO)
        who = plural(rank, "enfant") if self.per == "family_day" else plural(rank, "unité")
        reason = (
            f"Prix {_IN_SPAN[self.per]} pour {who}{NBSP}: {format_euros(total)}, soit +{format_euros(part)}"
        )
        return UnitPrice(part, (reason,))


class VolumeStep(TariffModel):
    start: int = Field(ge=2)
    percent: Annotated[Number, Field(le=100)]


class VolumeDiscount(Shape):
    """A percentage off from so many units in the span: for all of them, or only for the units from there on."""

    type: Literal["volume_discount"]
    per: Span
    base: "TariffRule"
    steps: Several[VolumeStep]
    applies: Literal["all", "further"] = "all"

    @model_validator(mode="after")
    def _growing(self) -> Self:
        starts = [step.start for step in self.steps]
        if starts != sorted(set(starts)):
            raise tariff_error("Les seuils (start) doivent croître")
        return self

    @property
    def own_settled(self) -> Settled:
        return _SETTLED[self.per]

    def price(self, facts: PricingFacts) -> UnitPrice:
        unit = self.base.price(facts)
        position = facts.positions.in_(self.per)
        count = position.total if self.applies == "all" else position.rank
        reached = [step for step in self.steps if step.start <= count]
        if not reached:
            return unit
        percent = reached[-1].percent
        price = round_price(unit.amount * (100 - percent) / 100)
        what = f"{plural(count, 'unité')}" if self.applies == "all" else f"{count}e unité"
        reason = (
            f"Réduction de volume, {what} {_IN_SPAN[self.per]}{NBSP}: "
            f"−{plain(percent)}{NBSP}%, soit {format_euros(price)}"
        )
        return UnitPrice(price, (*unit.reasons, reason))


class FromNth(Shape):
    """Nothing the first times; `base` from the `time`-th one in the span."""

    type: Literal["from_nth"]
    time: int = Field(ge=2)
    base: "TariffRule"
    per: Span = "year"

    @property
    def own_settled(self) -> Settled:
        return _SETTLED[self.per]

    def price(self, facts: PricingFacts) -> UnitPrice:
        rank = facts.positions.in_(self.per).rank
        which = nth_in(self.per, rank)
        if rank < self.time:
            return UnitPrice(ZERO, (f"{which}{NBSP}: rien n’est dû avant la {_nth(self.time)}",))
        unit = self.base.price(facts)
        return UnitPrice(unit.amount, (which[:1].upper() + which[1:], *unit.reasons))
