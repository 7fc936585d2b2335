"""What the tables above ``core`` say of a family's data: what belongs to it, what keeps it, what must be forgotten.

Tables with a key to the file or to a child are found by themselves (core.merging.owned_keys); applications register
the rest.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from django.db.models import QuerySet

from core.models import Household

Obstacles = Callable[[Household, datetime], Iterable[str]]
Signs = Callable[[datetime], QuerySet]
Eraser = Callable[[Household, Collection[int]], None]

# What stands where a name or a sentence was that no row may be without.
FORGOTTEN = "Effacé"

_details: dict[str, str] = {}
_obstacles: dict[str, Obstacles] = {}
_signs: dict[str, Signs] = {}
_erasers: dict[str, Eraser] = {}


def register_detail(model: str, path: str) -> None:
    """``path``: from a row of « booking.ReservationLine » to its household."""
    _details[model] = path


def details() -> dict[str, str]:
    return dict(_details)


def register_obstacles(key: str, obstacles: Obstacles) -> None:
    """French sentences: what must be settled before a family can be forgotten."""
    _obstacles[key] = obstacles


def erasure_obstacles(household: Household, *, now: datetime) -> list[str]:
    return [sentence for find in _obstacles.values() for sentence in find(household, now)]


def register_signs(key: str, signs: Signs) -> None:
    """Households (their keys) that did something since a moment."""
    _signs[key] = signs


def active_households(since: datetime) -> set[int]:
    return {pk for signs in _signs.values() for pk in signs(since)}


def register_eraser(key: str, eraser: Eraser) -> None:
    """Forgets what a household and its children (keys) no longer need, inside the transaction of the erasure."""
    _erasers[key] = eraser


def erase_elsewhere(household: Household, children: Collection[int]) -> None:
    for erase in _erasers.values():
        erase(household, children)
