"""The pages of a paper, one by one, until the family sends them together: see core.services.documents."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.files.base import File
from django.db.models import QuerySet

from core.locks import lock_rows, locking_transaction
from core.models import Child, DocumentKind, DraftPage, Household, User
from core.services.files import forget_replaced

DRAFT_KEPT = timedelta(days=7)


def keep_pages(
    *,
    kind: DocumentKind,
    household: Household,
    child: Child | None,
    files: Sequence[File],
    by: User,
    now: datetime,
) -> None:
    """Keep files that were checked, after those that wait already. They go after DRAFT_KEPT."""
    for file in files:
        page = DraftPage(kind=kind, household=household, child=child, at=now, by=by)
        page.file.save(file.name or "page", file, save=False)
        page.save()


def drop_pages(pages: QuerySet[DraftPage]) -> None:
    """Take these back before they are sent."""
    with locking_transaction():
        forget_drafts(pages)


def forget_drafts(pages: QuerySet[DraftPage]) -> int:
    """Erase pages and, once that is committed, their files; inside the caller's transaction. Returns how many.
    One that is being sent is waited for, and is a draft no more."""
    locked = lock_rows(pages)
    for page in locked:
        forget_replaced(page, None)
    DraftPage.objects.filter(pk__in=[page.pk for page in locked]).delete()
    return len(locked)


def forget_abandoned_pages(*, now: datetime) -> int:
    with locking_transaction():
        return forget_drafts(DraftPage.objects.filter(at__lt=now - DRAFT_KEPT))
