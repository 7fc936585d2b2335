"""What agents write for themselves on a family's page: notes that stay, tasks to do for a day."""

from datetime import date, datetime
from uuid import uuid4

from django.db import transaction

from core.audit_acts import AuditAct
from core.enums import TaskKind
from core.models import FamilyNote, Household, StaffTask, User
from core.services.audit import record


def write_note(*, household: Household, text: str, is_pinned: bool, by: User, now: datetime) -> FamilyNote:
    return FamilyNote.objects.create(household=household, text=text, is_pinned=is_pinned, by=by, at=now)


def pin_note(*, note: FamilyNote, is_pinned: bool) -> None:
    """Keep a note above the others, or let it go down with its date."""
    FamilyNote.objects.filter(pk=note.pk).update(is_pinned=is_pinned)


@transaction.atomic
def remove_note(*, note: FamilyNote, by: User, now: datetime) -> None:
    """The journal keeps whose it was and when, not what it said."""
    record(
        act=AuditAct.FAMILY_CORRECTED,
        by=by,
        now=now,
        on=note.household,
        note=f"Note du {note.at:%d/%m/%Y} retirée, écrite par {note.by.name}",
    )
    note.delete()


def open_family_task(
    *,
    household: Household,
    title: str,
    body: str,
    due_on: date | None,
    assignee: User | None,
    by: User,
    now: datetime,
) -> StaffTask:
    """A task that an agent writes: on the office's home until somebody does it."""
    return StaffTask.objects.create(
        kind=TaskKind.FAMILY,
        source=f"family:{household.pk}:{uuid4()}",
        household=household,
        title=title,
        body=body,
        due_on=due_on,
        assignee=assignee,
        created_by=by,
        created_at=now,
    )
