"""Where a role may hold, besides the establishments: what the apps above name (activities, régies).

They register themselves in their ``ready()``; core knows their codes only, the ones of the town's file.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core.rights import ScopeKind


@dataclass(frozen=True, kw_only=True)
class Place:
    kind: ScopeKind
    code: str
    label: str

    @property
    def value(self) -> str:
        """As forms name it."""
        return f"{self.kind}:{self.code}"


TOWN = Place(kind=ScopeKind.TOWN, code="", label="Toute la commune")
Lister = Callable[[], list[Place]]
_listers: dict[ScopeKind, Lister] = {}


def register(kind: ScopeKind, lister: Lister) -> None:
    _listers[kind] = lister


def registered_places() -> list[Place]:
    """A query a kind."""
    return [place for lister in _listers.values() for place in lister()]
