"""What changes from one state of a town to another, in French lines."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from pydantic.fields import FieldInfo

from core.commune_file.changes import ADDED, CHANGED, REMOVED, Change
from core.commune_file.keys import holds_tables, key_of
from core.commune_file.values import FileModel, Shown
from core.commune_file.writing import plain, toml_value
from core.words import NBSP

_LONGEST = 70


def differences(current: Any, wanted: Any) -> list[Change]:
    """The changes from a section's value to another: a table (or None), or a list of tables."""
    if isinstance(wanted, Sequence):
        return list(_between_lists(current, wanted, ""))
    return list(_between_tables(current, wanted, ""))


def _between_lists(current: Sequence[FileModel], wanted: Sequence[FileModel], above: str) -> Iterator[Change]:
    """`above` names what holds the lists: « activité RESTAURATION › période Cantine 2022-2023 › »."""
    before = {item.identity: item for item in current}
    after = {item.identity: item for item in wanted}
    for identity, item in after.items():
        yield from _between_tables(before.get(identity), item, above)
    for identity, item in before.items():
        if identity not in after:
            yield Change(REMOVED, above + item.full_name)
    common = [identity for identity in before if identity in after]
    if common and wanted[0].ordered and common != [identity for identity in after if identity in before]:
        yield Change(CHANGED, f"{above}ordre{NBSP}: {', '.join(item.title for item in wanted)}")


def _between_tables(current: FileModel | None, wanted: FileModel | None, above: str) -> Iterator[Change]:
    if wanted is None:
        if current is not None:
            yield Change(REMOVED, above + current.full_name)
        return
    name = above + wanted.full_name
    if current is None:
        yield Change(ADDED, name)
    for attribute, info in type(wanted).model_fields.items():
        after = getattr(wanted, attribute)
        if not holds_tables(info):
            if current is not None and getattr(current, attribute) != after:
                words = [_words(table, attribute, info) for table in (current, wanted)]
                yield _changed(name, key_of(attribute, info), *words)
        elif isinstance(after, list):
            yield from _between_lists(getattr(current, attribute, []), after, f"{name} › ")
        else:
            yield from _between_tables(getattr(current, attribute, None), after, f"{name} › ")
    if current is not None:
        yield from _between_extras(current, wanted, name)


def _between_extras(current: FileModel, wanted: FileModel, name: str) -> Iterator[Change]:
    """Keys that only the object itself knows, such as the fields of a payment provider's account."""
    before, after = current.model_extra or {}, wanted.model_extra or {}
    for key in sorted({*before, *after}):
        if before.get(key) != after.get(key):
            yield _changed(name, key, shown(before.get(key)), shown(after.get(key)))


def _changed(name: str, key: str, before: str, after: str) -> Change:
    return Change(CHANGED, f"{name}{NBSP}: {key}{NBSP}: {before} → {after}")


def _words(table: FileModel, attribute: str, info: FieldInfo) -> str:
    value = getattr(table, attribute)
    mark = next((mark for mark in info.metadata if isinstance(mark, Shown)), None)
    if mark and value is not None:
        return mark.words(value)
    return shown(plain(table, attribute))


def shown(value: Any) -> str:
    """A value as an agent reads it."""
    if value is None or value in ("", []):
        return "rien"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    text = value if isinstance(value, str) else toml_value(value)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
