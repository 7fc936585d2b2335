"""The files joined to a message: written before it is sent, its own once it is, erased when nobody sends it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet

from core.models import ConversationMessage, MessageFile, User
from core.services.files import forget_replaced

NAME_LENGTH = 120
# A message that was refused keeps its good files while its author corrects it.
DRAFT_KEPT = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Attached:
    """``sent``: checked files of this form; ``kept``: keys of those that ``keep_files`` kept of an earlier try."""

    sent: Sequence[File] = ()
    kept: Collection[int] = ()


NOTHING = Attached()


def keep_files(*, nonce: UUID, files: Sequence[File], by: User, now: datetime) -> list[MessageFile]:
    """Keep the good files of a message that must be corrected, until it is sent or DRAFT_KEPT is over."""
    return MessageFile.objects.bulk_create(written_files(nonce=nonce, files=files, by=by, now=now))


def written_files(*, nonce: UUID, files: Sequence[File], by: User | None, now: datetime) -> list[MessageFile]:
    """Files in their place and rows still to be saved: the transaction that follows must be short."""
    rows = []
    for file in files:
        path = PurePath(file.name or "document")
        name = f"{path.stem[: NAME_LENGTH - len(path.suffix)]}{path.suffix}"
        row = MessageFile(nonce=nonce, by=by, at=now, name=name)
        row.file.save(path.name, file, save=False)
        rows.append(row)
    return rows


def unwrite_files(rows: Sequence[MessageFile]) -> None:
    """Take back files whose rows were never saved."""
    for row in rows:
        row.file.storage.delete(row.file.name or "")


def join_files(
    *, message: ConversationMessage, written: Sequence[MessageFile], kept: Collection[int]
) -> None:
    """Give a message its files, the kept ones first; those that its author took off again are erased.
    Inside the caller's transaction."""
    drafts = _drafts().filter(nonce=message.nonce, by=message.author)
    drafts.filter(pk__in=kept).update(message=message)
    _forget(drafts)
    for row in written:
        row.message = message
    MessageFile.objects.bulk_create(written)


def forget_unsent_files(*, now: datetime) -> int:
    """Erase the files of messages that were never sent. Returns how many."""
    with transaction.atomic():
        return _forget(_drafts().filter(at__lt=now - DRAFT_KEPT))


def _drafts() -> QuerySet[MessageFile]:
    return MessageFile.objects.filter(message=None)


def _forget(rows: QuerySet[MessageFile]) -> int:
    gone = list(rows)
    for row in gone:
        forget_replaced(row, None)
    MessageFile.objects.filter(pk__in=[row.pk for row in gone], message=None).delete()
    return len(gone)
