"""The one place that reads the clock. Everything else receives `now`.

`now()` is aware, in UTC. What is a day, and which one it is, depends on the town: `today(tz)`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, tzinfo

_frozen_at: ContextVar[datetime | None] = ContextVar("frozen_at", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen_at.get() or datetime.now(UTC)


def today(tz: tzinfo) -> date:
    """The date it is now in the town whose zone is `tz`."""
    return now().astimezone(tz).date()


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Stop the clock at `at` (aware) inside the block.

    It follows the context, not the process: a thread started inside the block sees the real time
    unless it runs in a copy of the context (`contextvars.copy_context().run`).
    """
    if at.tzinfo is None:
        raise ValueError("frozen() attend une date-heure avec fuseau")
    token = _frozen_at.set(at.astimezone(UTC))
    try:
        yield at
    finally:
        _frozen_at.reset(token)
