"""What depends on the age, the school and the class of a child, above this application: groups, prices, bookings.

An explicit registry, as for payments: each application names who follows a child in ``ready()``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from core.models import Child


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One kind of effect, in French, for an agent. ``is_warning``: somebody has something to do about it."""

    title: str
    lines: tuple[str, ...]
    is_warning: bool = False


class Follower(Protocol):
    """All but ``effects`` run in the caller's transaction; ``child`` is as the database has it."""

    def lock(self, child: Child, *, now: datetime) -> None:
        """Lock what ``follow`` changes: it comes before the child in the project's order."""

    def follow(self, child: Child, *, now: datetime) -> None:
        """Put in order what the child's new age or class decides."""

    def state(self, child: Child, *, now: datetime) -> Any:
        """What ``effects`` compares."""

    def effects(self, before: Any, after: Any) -> Iterable[Effect]: ...


_followers: dict[str, Follower] = {}


def register(key: str, follower: Follower) -> None:
    _followers[key] = follower


def followers() -> list[Follower]:
    return list(_followers.values())
