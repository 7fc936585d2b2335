"""What every shape of a tariff is: facts in, a unit price and its reasons out."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import IntEnum
from typing import Any, TypeVar

from billing.pricing.facts import PricingFacts, UnitPrice
from billing.pricing.fields import TariffModel
from core.words import NBSP

ESTIMATE = "Estimation"
"""How the announcement of a price that is not final begins."""


class Settled(IntEnum):
    """When the price of a unit stops moving, from the soonest to the latest."""

    AT_BOOKING = 0
    AFTER_THE_DAY = 1
    AFTER_THE_WEEK = 2
    AFTER_THE_MONTH = 3
    AFTER_THE_PERIOD = 4
    AFTER_THE_YEAR = 5
    WITH_THE_REAL_COST = 6

    @property
    def notice(self) -> str:
        """The sentence an estimate carries; empty when the price is already the final one."""
        if self is Settled.AT_BOOKING:
            return ""
        return f"{ESTIMATE}{NBSP}: le prix définitif sera connu {_SETTLED_WORDS[self]}."


_SETTLED_WORDS = {
    Settled.AFTER_THE_DAY: "après le pointage du jour",
    Settled.AFTER_THE_WEEK: "à la fin de la semaine",
    Settled.AFTER_THE_MONTH: "à la fin du mois",
    Settled.AFTER_THE_PERIOD: "à la fin de la période",
    Settled.AFTER_THE_YEAR: "à la fin de l’année scolaire",
    Settled.WITH_THE_REAL_COST: "avec le coût réel de la sortie",
}


class Shape(TariffModel, ABC):
    """A tariff, or a part of one. The price is in whole cents and never negative."""

    @abstractmethod
    def price(self, facts: PricingFacts) -> UnitPrice:
        """What one unit costs this family, and why."""

    @property
    def own_settled(self) -> Settled:
        """When what this shape itself looks at is known, its parts aside."""
        return Settled.AT_BOOKING

    @property
    def settled(self) -> Settled:
        """When the price is known for good: with the last of its parts."""
        return max([self.own_settled, *(part.settled for part in _parts(self))])


def _parts(value: Any) -> Iterator[Shape]:
    """The tariffs held by a tariff, at the first depth."""
    inside: Iterable[Any] = ()
    if isinstance(value, TariffModel):
        inside = (getattr(value, name) for name in type(value).model_fields)
    elif isinstance(value, dict):
        inside = value.values()
    elif isinstance(value, tuple):
        inside = value
    for item in inside:
        if isinstance(item, Shape):
            yield item
        else:
            yield from _parts(item)


def held(rule: Shape) -> Iterator[Shape]:
    """A tariff and all those it holds, outermost first."""
    yield rule
    for part in _parts(rule):
        yield from held(part)


def dearest(shapes: Iterable[Shape], facts: PricingFacts, why: str) -> UnitPrice:
    """What is due when the fact that chooses is not known: the highest price, and `why` it is."""
    unit = max((shape.price(facts) for shape in shapes), key=lambda price: price.amount)
    return UnitPrice(unit.amount, (f"{why}, tarif le plus élevé", *unit.reasons))


T = TypeVar("T")


def nth_of(values: tuple[T, ...], count: int) -> T:
    """The value for the `count`-th (from 1); the last one holds for all that follow."""
    return values[min(count, len(values)) - 1]


def plain(number: Decimal | None) -> str:
    """A quotient or a percentage as it is said: « 642 », « 642,5 »."""
    return "" if number is None else f"{number.normalize():f}".replace(".", ",")
