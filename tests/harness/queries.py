"""The number of SQL queries is part of the contract of a page."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext


def count_queries(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def assert_constant_queries(*, act: Callable[[], object], add_row: Callable[[], object]) -> None:
    """``act`` (a page, a service) costs the same number of queries with 1 and with 3 rows.

    ``add_row`` adds one row to what ``act`` shows; it is called three times, the first before measuring.
    """
    add_row()
    act()  # fills the caches that are allowed to be cold
    with CaptureQueriesContext(connection) as one:
        act()
    add_row()
    add_row()
    with CaptureQueriesContext(connection) as three:
        act()
    if len(one) != len(three):
        listing = "\n".join(f"  {query['sql'][:200]}" for query in three.captured_queries)
        raise AssertionError(f"{len(one)} requêtes SQL pour 1 ligne, {len(three)} pour 3 :\n{listing}")
