"""Moves between states: a table anyone can read, checked in one place."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TypeVar

from core.errors import DomainError

S = TypeVar("S", bound=str)


class ForbiddenMoveError(DomainError):
    code = "forbidden_move"


def check_move(table: Mapping[S, AbstractSet[S]], from_state: S, to_state: S) -> None:
    """Raises ForbiddenMoveError unless the table allows the move."""
    if to_state not in table.get(from_state, frozenset()):
        raise ForbiddenMoveError(f"Passage impossible de « {from_state} » à « {to_state} ».")
