"""Rows of the active town that the file names by their code."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from core.commune_file.sections import Run
from core.commune_file.values import FileModel
from core.words import NBSP, and_list, plural

I = TypeVar("I", bound=FileModel)

Uses = Mapping[str, tuple[str, str]]
"""Reverse relation → its singular and plural: what keeps a row from being deleted."""


def save_by_code(
    rows: QuerySet[Any], wanted: Sequence[I], values: Callable[[I], Mapping[str, Any]], **owner: Model
) -> dict[str, Any]:
    """Create or change the row of each item, of `owner` if any. Rows already as wanted are left alone."""
    known = {row.code: row for row in rows}
    saved = {}
    for item in wanted:
        code = item.identity
        row = known.get(code) or rows.model(code=code)
        before = {name: getattr(row, name) for name in (fields := {**values(item), **owner})}
        if row.pk is None or before != fields:
            for name, value in fields.items():
                setattr(row, name, value)
            row.save()
        saved[code] = row
    return saved


def delete_absent(
    rows: QuerySet[Any], kept: Iterable[str], run: Run, *, noun: str, uses: Uses, advice: str
) -> None:
    """Delete the rows whose code the file does not hold; refuse for those that something uses."""
    for row in rows.exclude(code__in=list(kept)):
        if used := uses_of(row, uses):
            run.refuse(f"{noun} «{NBSP}{row}{NBSP}» n’est pas supprimable{NBSP}: {used}. {advice}")
        else:
            row.delete()


def uses_of(row: Model, uses: Uses) -> str:
    """« 12 enfants et 3 activités », empty when nothing uses the row."""
    counts = [(getattr(row, relation).count(), words) for relation, words in uses.items()]
    return and_list([plural(count, *words) for count, words in counts if count])
