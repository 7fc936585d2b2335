"""Leaving on each line what it did to rows, and taking it back as long as nothing was built on it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db.models import Model

from core.imports.base import Trace, UndoRefusedError

# Children first: a household goes once its people are gone.
_ORDER = ("core.child", "core.guardian", "core.household")
_SHOWN = 5


def made(one: Model) -> Trace:
    """The trace of a row that was just inserted."""
    return one._meta.label_lower, one.pk, None, {}


def changed(one: Model, before: Mapping[str, Any]) -> Trace:
    """The trace of a row whose fields were changed, by the name of their column."""
    return one._meta.label_lower, one.pk, dict(before), {name: getattr(one, name) for name in before}


def save_changed(rows: Iterable[Model], changes: Mapping[int, Collection[str]]) -> None:
    """Write the changed columns (by key) of rows of one model, in one statement for each set of columns."""
    by_columns: dict[tuple[str, ...], list[Model]] = defaultdict(list)
    for row in rows:
        by_columns[tuple(sorted(changes[row.pk]))].append(row)
    for columns, same in by_columns.items():
        type(same[0])._base_manager.bulk_update(same, columns, batch_size=500)


def take_back(traces: Sequence[Trace]) -> None:
    """Delete the rows that were made, put back what was changed. All of it, or UndoRefusedError."""
    made_keys: dict[str, set[int]] = defaultdict(set)
    for label, key, before, _ in traces:
        if before is None:
            made_keys[label].add(key)
    changes = [trace for trace in traces if trace[2] is not None]
    reasons = [*_changed_since(changes), *_built_upon(made_keys)]
    if reasons:
        raise UndoRefusedError(reasons)
    _restore(changes)
    for label in sorted(made_keys, key=_ORDER.index):
        # Nothing refers to them any more: no cascade to look for.
        rows = apps.get_model(label)._base_manager.filter(pk__in=made_keys[label])
        rows._raw_delete(rows.db)


def _built_upon(made_keys: Mapping[str, set[int]]) -> list[str]:
    """What other rows say of those that an import made, by what they are. One query a relation."""
    reasons = []
    for label, keys in made_keys.items():
        model = apps.get_model(label)
        for relation in model._meta.related_objects:
            other = relation.related_model
            rows = other._base_manager.filter(**{f"{relation.field.name}__in": keys})
            users = rows.exclude(pk__in=made_keys.get(other._meta.label_lower, ())).order_by(
                relation.field.name
            )
            names = model._base_manager.filter(
                pk__in=users.values_list(f"{relation.field.name}_id", flat=True)[:_SHOWN]
            )
            if found := ", ".join(sorted(map(str, names))):
                reasons.append(
                    f"{found}\u00a0: il y a depuis une ligne dans «\u00a0{other._meta.verbose_name}\u00a0»."
                )
    return reasons


def _changed_since(changes: Sequence[Trace]) -> list[str]:
    rows = _rows(changes)
    names = []
    for label, key, _, after in changes:
        row = rows[label].get(key)
        if row is None or any(_plain(getattr(row, name)) != value for name, value in after.items()):
            names.append(str(row) if row else "une personne effacée")
    if not names:
        return []
    more = f" et {len(names) - _SHOWN} autres" if len(names) > _SHOWN else ""
    return [f"Modifiés depuis\u00a0: {', '.join(names[:_SHOWN])}{more}."]


def _restore(changes: Sequence[Trace]) -> None:
    rows = _rows(changes)
    touched: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for label, key, before, _ in changes:
        for name, value in (before or {}).items():
            setattr(rows[label][key], name, value)
            touched[label][key].add(name)
    for label, columns in touched.items():
        save_changed([rows[label][key] for key in columns], columns)


def _rows(changes: Sequence[Trace]) -> dict[str, dict[int, Model]]:
    keys: dict[str, set[int]] = defaultdict(set)
    for label, key, _, _ in changes:
        keys[label].add(key)
    return defaultdict(dict) | {
        label: apps.get_model(label)._base_manager.in_bulk(wanted) for label, wanted in keys.items()
    }


def _plain(value: Any) -> Any:
    """As JSON holds it."""
    return value.isoformat() if hasattr(value, "isoformat") else value
