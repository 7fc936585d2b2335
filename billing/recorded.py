"""What other applications know of a unit once its day is over, such as its real length; registered when they start."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from billing.models import Charge

# Facts of billing.pricing.facts by the source of the charge: those that were recorded only.
Recorded = Mapping[str, Mapping[str, Any]]
Reader = Callable[[Collection[Charge]], Recorded]

_readers: dict[str, Reader] = {}


def register(key: str, reader: Reader) -> None:
    """``reader(charges)`` answers for all of them at once, in a constant number of queries."""
    _readers[key] = reader


def recorded_facts(charges: Collection[Charge]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for reader in _readers.values():
        for source, facts in reader(charges).items():
            found.setdefault(source, {}).update(facts)
    return found
