"""The nightly proof of the books, and who is told when they are wrong."""

from datetime import datetime

import structlog

from billing.queries.check import check_ledger
from core.enums import TaskKind
from core.models import StaffTask
from core.services.office import open_task
from core.words import plural
from tenants.context import town_timezone

log = structlog.get_logger(__name__)

SOURCE = "books:"
TOLD = 20  # problems in the task; the page of the régie tells them all


def prove_books(*, now: datetime) -> list[str]:
    """Check the active town's books. The vendor reads each problem in the logs; the town gets one task, until it is done.

    Returns the problems.
    """
    problems = check_ledger()
    for problem in problems:
        log.error("books_are_wrong", problem=problem)
    if problems and not StaffTask.objects.filter(source__startswith=SOURCE, done_at=None).exists():
        count = plural(len(problems), "anomalie", "anomalies")
        more = (
            []
            if len(problems) <= TOLD
            else [f"… et {len(problems) - TOLD} autres (Régie, Contrôler les comptes)."]
        )
        open_task(
            kind=TaskKind.WRONG_BOOKS,
            source=f"{SOURCE}{now.astimezone(town_timezone()).date():%Y-%m-%d}",
            title=f"Comptes à vérifier : {count} au contrôle de la nuit",
            body="\n".join(
                [*problems[:TOLD], *more, "Ne corrigez rien à la main : prévenez l’éditeur du portail."]
            ),
            now=now,
        )
    return problems
