"""The life of an import: a file is read, its columns are named, each line is tried, then all is written at once by a job."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from django.core.cache import cache
from django.db import DataError, IntegrityError, transaction
from django.db.models import Q

from core.audit_acts import AuditAct
from core.bulk import insert_rows
from core.clock import today
from core.errors import DomainError
from core.imports.base import Plan, UndoRefusedError, kinds, read_lines
from core.imports.mapping import guess
from core.imports.states import IMPORT_MOVES, ImportState
from core.jobs import enqueue
from core.locks import lock_rows, locking_transaction
from core.models import FileImport, ImportLine, User
from core.queries.imports import progress_key, remembered_columns
from core.services.audit import record
from core.spreadsheets import read_table
from core.states import check_move
from core.words import plural
from tenants.context import town_timezone

log = structlog.get_logger(__name__)

# After that, the cells of a file and what would take it back are forgotten; the journal keeps who, when, how many.
KEPT = timedelta(days=60)
# A job that has not ended by then was lost.
LOST = timedelta(minutes=5)
# Lines taken back while the agent waits; more are a job's.
UNDONE_AT_ONCE = 200
_NAME_LENGTH = 200
_BUSY = "Des dossiers ont changé pendant l’import\u00a0: rien n’a été écrit. Relancez-le."


class UndoRunningError(DomainError):
    code = "undo_running"
    message = "L’annulation de cet import est déjà en cours."


class NothingToImportError(DomainError):
    code = "nothing_to_import"
    message = "Aucune ligne n’est à écrire\u00a0: corrigez le fichier ou les colonnes."


def open_import(*, kind: str, file_name: str, content: bytes, by: User, now: datetime) -> FileImport:
    """Read a file, guess its columns and try its lines. Nothing of the town changes. Raises TableError."""
    table = read_table(content)
    fields = kinds()[kind].fields
    one = FileImport(
        kind=kind,
        file_name=file_name[-_NAME_LENGTH:],
        headings=table.headings,
        rows=table.rows,
        numbers=table.numbers,
        mapping=guess(fields, table.headings, remembered_columns(kind)),
        created_at=now,
        created_by=by,
    )
    with transaction.atomic():
        one.save()
        _store(one, _plan(one))
    return one


def name_columns(*, file: FileImport, mapping: Mapping[str, int]) -> None:
    """Say which column is which field, and try the lines again."""
    with locking_transaction():
        (one,) = lock_rows(FileImport.objects.filter(pk=file.pk))
        if not one.is_checkable:
            check_move(IMPORT_MOVES, ImportState(one.state), ImportState.DRAFT)
        one.mapping = dict(mapping)
        one.save(update_fields=["mapping"])
        _store(one, _plan(one))


@transaction.atomic
def start_import(*, file: FileImport, by: User, now: datetime) -> None:
    """Hand an import that was tried to a job. Raises NothingToImportError."""
    if not file.to_write:
        raise NothingToImportError
    _move(file, ImportState.RUNNING, started_at=now, failure="")
    note = f"{kinds()[file.kind].label}, {plural(file.to_write, 'ligne')}"
    record(act=AuditAct.IMPORT_STARTED, by=by, now=now, on=file, note=note)
    enqueue("core.tasks.run_import", file.pk)


def drop_import(*, file: FileImport) -> None:
    _move(file, ImportState.DROPPED)


def run_import(*, import_id: int, now: datetime) -> None:
    """Write all the lines that are not refused in one transaction. An import that is not running is left alone: the job
    may be run twice."""
    try:
        with locking_transaction():
            (one,) = lock_rows(FileImport.objects.filter(pk=import_id).select_related("created_by"))
            if one.state != ImportState.RUNNING:
                return
            plan = _plan(one)
            plan.write(
                import_id=one.pk,
                by=one.created_by,
                now=now,
                progress=lambda done: cache.set(progress_key(one.pk), done, timeout=3600),
            )
            _store(one, plan)
            one.state, one.done_at = ImportState.DONE, now
            one.save(update_fields=["state", "done_at"])
    except (IntegrityError, DataError) as error:
        log.warning("import_failed", file=import_id, error=str(error))
        FileImport.objects.filter(pk=import_id, state=ImportState.RUNNING).update(
            state=ImportState.FAILED, failure=_BUSY
        )


def follow_imports(*, now: datetime) -> None:
    """Run again the imports whose job was lost, and what was to be taken back."""
    lost = FileImport.objects.filter(started_at__lt=now - LOST).order_by("pk")
    for import_id in lost.filter(state=ImportState.RUNNING).values_list("pk", flat=True):
        run_import(import_id=import_id, now=now)
    for import_id in lost.filter(_undoing()).values_list("pk", flat=True):
        run_undo(import_id=import_id, now=now)


def ask_undo(*, file: FileImport, by: User, now: datetime) -> bool:
    """Take back an import at once, or hand a large one to a job. Returns whether it is done.

    Raises UndoRefusedError for one that is taken back at once, UndoRunningError.
    """
    if file.to_write <= UNDONE_AT_ONCE:
        undo_import(file=file, by=by, now=now)
        return True
    with locking_transaction():
        (one,) = lock_rows(FileImport.objects.filter(pk=file.pk))
        if one.is_undoing:
            raise UndoRunningError
        check_move(IMPORT_MOVES, ImportState(one.state), ImportState.UNDONE)
        one.undone_by, one.started_at, one.failure = by, now, ""
        one.save(update_fields=["undone_by", "started_at", "failure"])
        enqueue("core.tasks.undo_import", one.pk)
    return False


def run_undo(*, import_id: int, now: datetime) -> None:
    """Take back an import for which somebody asked it. What refuses it is told on its page; the job may be run twice."""
    try:
        with locking_transaction():
            asked = FileImport.objects.filter(_undoing(), pk=import_id).select_related("undone_by")
            for one in lock_rows(asked):
                assert one.undone_by is not None  # _undoing
                undo_import(file=one, by=one.undone_by, now=now)
    except UndoRefusedError as refusal:
        asked.update(undone_by=None, failure=refusal.message[:300])


def _undoing() -> Q:
    return Q(state=ImportState.DONE, undone_by__isnull=False)


def undo_import(*, file: FileImport, by: User, now: datetime) -> None:
    """Take back all that an import did. Raises UndoRefusedError when something was built on it."""
    with locking_transaction():
        (one,) = lock_rows(FileImport.objects.filter(pk=file.pk))
        check_move(IMPORT_MOVES, ImportState(one.state), ImportState.UNDONE)
        traces = [tuple(trace) for line in one.lines.exclude(trace=[]) for trace in line.trace]
        kinds()[one.kind].undo(traces, import_id=one.pk, by=by, now=now)
        one.state, one.undone_at, one.undone_by = ImportState.UNDONE, now, by
        one.save(update_fields=["state", "undone_at", "undone_by"])
        record(act=AuditAct.IMPORT_UNDONE, by=by, now=now, on=one, note=kinds()[one.kind].label)


def forget_imports(*, now: datetime) -> None:
    """Empty the imports whose content has been kept long enough."""
    old = FileImport.objects.filter(created_at__lt=now - KEPT, forgotten_at=None).exclude(
        state=ImportState.RUNNING
    )
    ImportLine.objects.filter(file__in=old).delete()
    old.update(rows=[], numbers=[], forgotten_at=now)


def _plan(one: FileImport) -> Plan:
    kind = kinds()[one.kind]
    lines = read_lines(kind.fields, one.rows, one.numbers, one.mapping)
    return kind.plan(lines, today=today(town_timezone()))


def _store(one: FileImport, plan: Plan) -> None:
    one.lines.all().delete()
    insert_rows(
        [
            ImportLine(
                file=one,
                number=line.number,
                title=line.title[:250],
                outcome=line.outcome,
                errors=line.errors,
                warnings=line.warnings,
                changes=line.changes,
                trace=line.trace,
            )
            for line in plan.lines
        ]
    )
    one.notes, one.counts = plan.notes, Counter(line.outcome.value for line in plan.lines)
    one.save(update_fields=["notes", "counts"])


def _move(file: FileImport, to: ImportState, **values: object) -> None:
    with locking_transaction():
        (one,) = lock_rows(FileImport.objects.filter(pk=file.pk))
        check_move(IMPORT_MOVES, ImportState(one.state), to)
        FileImport.objects.filter(pk=one.pk).update(state=to, **values)
