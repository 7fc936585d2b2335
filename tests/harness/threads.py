"""Several database connections at the same instant."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier
from typing import TypeVar

from django.db import connections

from tenants.context import current_commune, use_commune

Result = TypeVar("Result")


def run_together(actions: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """Runs each action in its own thread and connection, all released at once, in the active town.

    Gives, in the same order, what each returned or the exception it raised. A frozen clock stays frozen in the
    threads. Needs ``transactional_db``: other connections see only what is committed.
    """
    town = current_commune()
    barrier = Barrier(len(actions))

    def run(action: Callable[[], Result]) -> Result | Exception:
        try:
            with use_commune(town):
                barrier.wait(timeout=30)
                return action()
        except Exception as error:  # noqa: BLE001 — the caller compares outcomes, refusals included
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        futures = [pool.submit(copy_context().run, run, action) for action in actions]
        return [future.result() for future in futures]
