from datetime import datetime

from core.enums import TaskKind
from core.models import StaffTask


def open_task(*, kind: TaskKind, source: str, title: str, body: str, now: datetime) -> StaffTask:
    """Ask a person of the town to look at something. One task for one ``source``, however often it is seen."""
    task, _ = StaffTask.objects.get_or_create(
        source=source, defaults={"kind": kind, "title": title, "body": body, "created_at": now}
    )
    return task
