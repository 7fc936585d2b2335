"""Rows of the active town that the file names by their code."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, ProtectedError, QuerySet

from core.commune_file.sections import Run
from core.commune_file.values import FileModel
from core.words import NBSP, and_list, plural

Item = TypeVar("Item", bound=FileModel)


def save_by_code(
    rows: QuerySet[Any], wanted: Sequence[Item], values: Callable[[Item], Mapping[str, Any]], **owner: Model
) -> dict[str, Any]:
    """Create or change the row of each item, of `owner` if any. Rows already as wanted are left alone."""
    known = {row.code: row for row in rows}
    saved = {}
    for item in wanted:
        code = str(item.identity)
        row = known.get(code) or rows.model(code=code)
        fields = {**values(item), **owner}
        if row.pk is None or fields != {name: getattr(row, name) for name in fields}:
            for name, value in fields.items():
                setattr(row, name, value)
            row.save()
        saved[code] = row
    return saved


def delete_absent(
    rows: QuerySet[Any],
    kept: Iterable[str],
    run: Run,
    *,
    noun: str,
    people: Iterable[str] = (),
    advice: str = "",
) -> None:
    """Delete the rows whose code the file does not hold; refuse for those that something uses.

    `people` names the relations that the database would silently empty although they are families' own.
    """
    for row in rows.exclude(code__in=list(kept)):
        used = [one for relation in people for one in getattr(row, relation).all()]
        try:
            if not used:
                with transaction.atomic():
                    row.delete()
                continue
        except ProtectedError as error:
            used = list(error.protected_objects)
        run.refuse(
            f"Suppression refusée{NBSP}: {noun} «{NBSP}{row}{NBSP}» sert encore à {_counted(used)}. {advice}".strip()
        )


def _counted(used: Iterable[Model]) -> str:
    """« 12 enfants et 3 lignes de réservation »."""
    counts = Counter(str(row._meta.verbose_name) for row in used)
    return and_list([_plural(count, name) for name, count in sorted(counts.items())])


def _plural(count: int, name: str) -> str:
    """French compounds take their plural on the first word: « lignes de réservation »."""
    head, _, rest = name.partition(" ")
    return f"{plural(count, head)} {rest}".strip()
