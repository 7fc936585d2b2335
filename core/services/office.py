from datetime import datetime

from core.enums import TaskKind
from core.models import StaffTask, User


def open_task(
    *, kind: TaskKind, source: str, title: str, body: str, now: datetime, regie: str = ""
) -> StaffTask:
    """Ask a person of the town to look at something. One task for one ``source``, however often it is seen.

    ``regie``: the code of the one whose money it is about.
    """
    task, _ = StaffTask.objects.get_or_create(
        source=source,
        defaults={"kind": kind, "title": title, "body": body, "regie": regie, "created_at": now},
    )
    return task


def close_task(*, task: StaffTask, by: User, now: datetime) -> None:
    """Mark a task done. The first who does it is remembered."""
    StaffTask.objects.filter(pk=task.pk, done_at=None).update(done_at=now, done_by=by)
