"""Uniting two files of one family: what becomes of everything they own.

A key to a file, a child or a guardian that no unique rule limits simply moves to the one that is kept. For the others
the application they belong to registers what to do, and what must be settled before (obstacles). A table that
nobody thought of fails a test, not a family.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from core.models import Child, Household, User


@dataclass(frozen=True, kw_only=True)
class Reunion:
    """Two files about to be one. ``children`` and ``guardians``: who of the emptied file is who of the other one."""

    gone: Household
    kept: Household
    children: Mapping[int, int] = field(default_factory=dict)
    guardians: Mapping[int, int] = field(default_factory=dict)
    by: User
    now: datetime

    @property
    def households(self) -> tuple[Household, Household]:
        return self.gone, self.kept

    @property
    def everyone(self) -> QuerySet[Child]:
        """The children of both files."""
        return Child.objects.filter(household__in=self.households)

    def pairs(self, owner: type[models.Model]) -> Mapping[int, int]:
        if owner is Household:
            return {self.gone.pk: self.kept.pk}
        return self.children if owner is Child else self.guardians


class Rank(IntEnum):
    """The project's lock order, for the kinds of rows that a reunion waits for: see core/locks.py."""

    PAYMENT, CART, OPENING, RESERVATION, MANDATE, CHARGE, INVOICE = range(7)


Key = models.ForeignKey
Mover = Callable[[Key, Reunion], None]
Obstacles = Callable[[Reunion], Iterable[str]]
Locked = Callable[[Reunion], QuerySet]

_movers: dict[str, Mover] = {}
_obstacles: dict[str, Obstacles] = {}
_locks: dict[Rank, Locked] = {}
_words: dict[str, str] = {}


def register_mover(key: str, mover: Mover) -> None:
    """``key``: « booking.Cart.household »."""
    _movers[key] = mover


def register_obstacles(key: str, obstacles: Obstacles) -> None:
    """French sentences: what an agent must settle before."""
    _obstacles[key] = obstacles


def register_lock(rank: Rank, rows: Locked) -> None:
    _locks[rank] = rows


def register_words(words: Mapping[str, str]) -> None:
    """By table (« core.Agreement »), what an agent calls its rows, many of them, where the table's own name is no such
    word."""
    _words.update(words)


def words_for(key: Key) -> str:
    return _words.get(key.model._meta.label, str(key.model._meta.verbose_name_plural))


def locked_rows(reunion: Reunion) -> Iterator[QuerySet]:
    for rank in sorted(_locks):
        yield _locks[rank](reunion)


def obstacles(reunion: Reunion) -> list[str]:
    return [sentence for find in _obstacles.values() for sentence in find(reunion)]


def owned_keys(owner: type[models.Model]) -> list[Key]:
    """Every key of the town's tables to files, children or guardians."""
    return [
        one
        for model in apps.get_models()
        for one in model._meta.local_fields
        if isinstance(one, models.ForeignKey) and one.related_model is owner and model is not owner
    ]


def name_of(key: Key) -> str:
    return f"{key.model._meta.label}.{key.name}"


def is_dealt_with(key: Key) -> bool:
    return name_of(key) in _movers or not _is_limited(key)


def move_all(owner: type[models.Model], reunion: Reunion) -> None:
    """Move whatever belongs to those that go. Their rows stay, with nothing of their own."""
    for key in owned_keys(owner):
        _movers.get(name_of(key), move_plainly)(key, reunion)


def move_plainly(key: Key, reunion: Reunion) -> None:
    for gone, kept in reunion.pairs(key.related_model).items():
        key.model._default_manager.filter(**{key.attname: gone}).update(**{key.attname: kept})


def leave_as_it_is(_key: Key, _reunion: Reunion) -> None:
    """The row tells what was, of whom it was."""


def keep_the_others(*same: str, among: Q | None = None) -> Mover:
    """Of two rows that are equal by ``same``, the one of the kept file stays and the other one goes. ``among``: the
    rows that the unique rule is about."""

    def move(key: Key, reunion: Reunion) -> None:
        rows = key.model._default_manager.filter(among or Q())
        for gone, kept in reunion.pairs(key.related_model).items():
            equal = rows.filter(**{key.attname: kept}, **{name: OuterRef(name) for name in same})
            rows.filter(Exists(equal), **{key.attname: gone}).delete()
        move_plainly(key, reunion)

    return move


def leave_the_others(*same: str) -> Mover:
    """Rows that the kept file has as well stay with the emptied one: nothing of theirs may be deleted."""

    def move(key: Key, reunion: Reunion) -> None:
        rows = key.model._default_manager.all()
        for gone, kept in reunion.pairs(key.related_model).items():
            equal = rows.filter(**{key.attname: kept}, **{name: OuterRef(name) for name in same})
            rows.filter(~Exists(equal), **{key.attname: gone}).update(**{key.attname: kept})

    return move


def _is_limited(key: Key) -> bool:
    limits: list[Sequence[str]] = [
        one.fields for one in key.model._meta.constraints if isinstance(one, models.UniqueConstraint)
    ]
    return key.unique or any(key.name in fields for fields in limits)
