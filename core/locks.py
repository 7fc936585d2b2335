"""The one lock order of the project:

**import → settings of the town → payment → cart → openings → reservations → campaign → debit batch → mandates → debits → charges → invoices →
document sequence → books of a régie**.

Every function that needs several of them takes them in that order, all rows of one kind at once, sorted by
primary key, as late as possible. Two transactions can then wait for each other but never in a circle.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import OperationalError, connection, models, transaction
from psycopg import errors

from core.errors import BusyError

M = TypeVar("M", bound=models.Model)

LOCK_TIMEOUT_MS = 5000


@contextmanager
def locking_transaction() -> Iterator[None]:
    """One transaction in which waiting for a lock is bounded. Raises BusyError when the wait was too long."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = %s", [f"{LOCK_TIMEOUT_MS}ms"])
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, errors.LockNotAvailable | errors.DeadlockDetected):
            raise BusyError from error
        raise


def lock_rows(queryset: models.QuerySet[M]) -> list[M]:
    """Lock the rows of a queryset in the project's order within their kind, and return them."""
    return list(queryset.order_by("pk").select_for_update(of=("self",), no_key=True))


def lock_ids(queryset: models.QuerySet) -> list[int]:
    """``lock_rows`` for many rows of which only the keys are wanted."""
    locked = queryset.order_by("pk").select_for_update(of=("self",), no_key=True)
    return list(locked.values_list("pk", flat=True))
