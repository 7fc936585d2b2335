"""From where the act in hand comes, for the journal: kept beside the request so that no service has to carry it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_origin: ContextVar[str] = ContextVar("origin", default="")


def current_origin() -> str:
    """The network address of who asks; empty for a task or a command."""
    return _origin.get()


@contextmanager
def coming_from(address: str) -> Iterator[None]:
    token = _origin.set(address)
    try:
        yield
    finally:
        _origin.reset(token)
