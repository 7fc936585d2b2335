"""A child changes age, school or class: what depends on it follows in the same transaction, and is told beforehand."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from core.consequences import Effect, followers
from core.locks import lock_rows, locking_transaction
from core.models import Child

COLUMNS = frozenset({"birth_date", "school", "level", "class_name"})


def lock_before_move(*, child: Child, now: datetime) -> None:
    """In the caller's transaction, before the child itself is locked."""
    for follower in followers():
        follower.lock(child, now=now)


def follow_move(*, child: Child, now: datetime) -> None:
    """In the caller's transaction, once the child is saved."""
    saved = _saved(child)
    for follower in followers():
        follower.follow(saved, now=now)


def foresee_move(*, child: Child, columns: Mapping[str, object], now: datetime) -> list[Effect]:
    """What these values of a child would change elsewhere: written, compared, and taken back at once. Raises BusyError."""
    with locking_transaction():
        lock_before_move(child=child, now=now)
        lock_rows(Child.objects.filter(pk=child.pk))
        known = _saved(child)
        before = [(follower, follower.state(known, now=now)) for follower in followers()]
        Child.objects.filter(pk=child.pk).update(**columns)
        follow_move(child=child, now=now)
        moved = _saved(child)
        effects = [
            effect
            for follower, state in before
            for effect in follower.effects(state, follower.state(moved, now=now))
        ]
        transaction.set_rollback(True)
    return effects


def _saved(child: Child) -> Child:
    return Child.objects.select_related("household", "school").get(pk=child.pk)
