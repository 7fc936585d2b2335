"""What a message may be about, above this application: a reservation, an invoice.

An explicit registry, as for payments: each application names its own kind in ``ready()``; a conversation keeps the key
« facture:12 » and the words of the day. A family can only name what is its own.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core.models import Household


@dataclass(frozen=True, kw_only=True)
class About:
    """One thing of a family's, as its messages name it. The addresses are paths; empty: no page shows it."""

    key: str
    label: str
    family_url: str = ""
    agent_url: str = ""


Finder = Callable[[int, Household], "About | None"]
"""The thing of that number, None when it is not the household's (or not shown to it)."""

_finders: dict[str, Finder] = {}


def register(kind: str, finder: Finder) -> None:
    if _finders.get(kind, finder) is not finder:
        raise ValueError(f"les messages à propos de « {kind} » ont déjà un responsable")
    _finders[kind] = finder


def find_about(key: str, household: Household) -> About | None:
    """What a key of an address or of a conversation names; None for anything unknown to this household."""
    kind, _, number = key.partition(":")
    finder = _finders.get(kind)
    if finder is None or not (number.isdecimal() and len(number) < 10):
        return None
    return finder(int(number), household)
