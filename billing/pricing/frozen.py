"""The facts that made a price, as they are kept with it: only what is known, in words that JSON can hold.

What is counted (positions) and the day are not facts of a family: the first is counted again, the second is the
day of the service.
"""

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from billing.pricing.facts import NO_FACTS, Meal, PricingFacts, Public, Regularity, Scheme, Tie
from core.levels import Level

Frozen = dict[str, Any]

_LEFT_OUT = {"day", "positions"}
_KEPT = [field.name for field in fields(PricingFacts) if field.name not in _LEFT_OUT]
_READERS: dict[str, Any] = {
    "quotient": Decimal,
    "own_quotient": Decimal,
    "yearly_income": Decimal,
    "cost": Decimal,
    "scheme": Scheme,
    "public": Public,
    "regularity": Regularity,
    "meal": Meal,
    "level": Level,
    "ties": lambda names: frozenset(map(Tie, names)),
    "options": frozenset,
}


def freeze(facts: PricingFacts) -> Frozen:
    """Empty when nothing is known, or when the price depends on nothing."""
    known = ((name, getattr(facts, name)) for name in _KEPT)
    return {name: _plain(value) for name, value in known if value != getattr(NO_FACTS, name)}


def thaw(frozen: Mapping[str, Any]) -> PricingFacts:
    """The facts as they were. Raises TypeError for a fact that the engine does not know."""
    return PricingFacts(**{name: _READERS.get(name, _same)(value) for name, value in frozen.items()})


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(str(one) for one in value)
    return str(value) if isinstance(value, Decimal) else value


def _same(value: object) -> object:
    return value
