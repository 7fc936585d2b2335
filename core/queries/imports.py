"""Imports as pages show them: the journal, the columns of the last files, how far a job is."""

from collections.abc import Collection, Iterator

from django.core.cache import cache
from django.db.models import QuerySet

from core.imports.states import ImportState
from core.models import FileImport

_REMEMBERED = 5  # files of a kind whose headings still count


def find_imports(kinds: Collection[str]) -> QuerySet[FileImport]:
    """The journal, without the content of files."""
    rows = FileImport.objects.filter(kind__in=kinds).select_related("created_by", "undone_by")
    return rows.defer("rows", "numbers", "headings")


def remembered_columns(kind: str) -> Iterator[dict[str, str]]:
    """What the last files of this kind called each field, the latest first. One query."""
    used = FileImport.objects.filter(kind=kind).exclude(state=ImportState.DROPPED).order_by("-pk")
    for headings, mapping in used.values_list("headings", "mapping")[:_REMEMBERED]:
        yield {key: headings[rank] for key, rank in mapping.items()}


def written_lines(file: FileImport) -> int:
    """How many lines a running job has written: it is told apart from the transaction, which shows nothing yet."""
    return cache.get(progress_key(file.pk)) or 0


def progress_key(import_id: int) -> str:
    return f"import-progress-{import_id}"
