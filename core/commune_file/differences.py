"""What changes from one state of a town to another, in French lines."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic.fields import FieldInfo

from core.commune_file.changes import ADDED, CHANGED, REMOVED, Change
from core.commune_file.keys import holds_tables, key_of
from core.commune_file.telling import Files, Names, Said, tongue_of
from core.commune_file.values import FileModel, Shown
from core.commune_file.writing import plain, toml_value
from core.words import NBSP

_LONGEST = 70
_FIRST_WORDS = re.compile(r"[.:;,(]")


def differences(current: Any, wanted: Any, *, key: str = "", files: Files | None = None) -> list[Change]:
    """The changes from a section's value to another: a table (or None), or a list of tables.

    ``key``: the section's. ``files``: both states, whole; without them the lines are told for want of better words.
    """
    walk = _Walk(files)
    if isinstance(wanted, Sequence):
        return list(walk.lists(current, wanted, "", (key,)))
    return list(walk.tables(current, wanted, "", (key,)))


@dataclass(frozen=True)
class _Walk:
    """From an object to those it holds. ``above`` names what holds them: « activité RESTAURATION (École) › période Cantine
    2022-2023 › »; ``names`` leads to them."""

    files: Files | None

    def lists(
        self, current: Sequence[FileModel], wanted: Sequence[FileModel], above: str, names: Names
    ) -> Iterator[Change]:
        before = {item.identity: item for item in current}
        after = {item.identity: item for item in wanted}
        for identity, item in after.items():
            yield from self.tables(before.get(identity), item, above, (*names, item.handle))
        for identity, item in before.items():
            if identity not in after:
                yield Change(REMOVED, above + self.title(item, is_gone=True), names=names)
        common = [identity for identity in before if identity in after]
        if common and wanted[0].ordered and common != [one for one in after if one in before]:
            order = ", ".join(item.title for item in wanted)
            yield Change(CHANGED, f"{above}{wanted[0].noun}", f"Ordre{NBSP}: {order}", names)

    def tables(
        self, current: FileModel | None, wanted: FileModel | None, above: str, names: Names
    ) -> Iterator[Change]:
        if wanted is None:
            if current is not None:
                yield Change(REMOVED, above + self.title(current, is_gone=True), names=names)
            return
        name = above + self.title(wanted)
        if current is None:
            yield Change(ADDED, name, names=names)
        else:
            yield from self.values(current, wanted, name, names)
        for attribute, info in type(wanted).model_fields.items():
            if holds_tables(info):
                after, inside = getattr(wanted, attribute), (*names, key_of(attribute, info))
                if isinstance(after, list):
                    yield from self.lists(getattr(current, attribute, []), after, f"{name} › ", inside)
                else:
                    yield from self.tables(getattr(current, attribute, None), after, f"{name} › ", inside)

    def values(self, current: FileModel, wanted: FileModel, name: str, names: Names) -> Iterator[Change]:
        """A line for each value that changes, in the words of its screen, else in those of the file's documentation."""
        plainly = {**_plainly(current, wanted), **_extras(current, wanted)}
        told: Mapping[str, list[Said]] = {}
        if plainly and self.files and (tongue := tongue_of(names[::2])):
            before, after = self.files.sides(current, wanted)
            told = tongue.said(names, plainly, before, after)
        for key, said in plainly.items():
            for one in told.get(key, [said]):
                yield Change(CHANGED, name, f"{one.label}{NBSP}: {one.words}", names)

    def title(self, item: FileModel, *, is_gone: bool = False) -> str:
        if self.files is None:
            return item.full_name
        names = self.files.titles_before if is_gone else self.files.titles_after
        return f"{item.noun} {item.title_in(names)}".strip()


def _plainly(current: FileModel, wanted: FileModel) -> dict[str, Said]:
    """The values that change, told by what the file's documentation says of their keys."""
    return {
        key_of(attribute, info): Said(
            _label(key_of(attribute, info), info),
            _words(current, attribute, info),
            _words(wanted, attribute, info),
        )
        for attribute, info in type(wanted).model_fields.items()
        if not holds_tables(info) and getattr(current, attribute) != getattr(wanted, attribute)
    }


def _extras(current: FileModel, wanted: FileModel) -> dict[str, Said]:
    """Keys that only the object itself knows, such as the fields of a payment provider's account."""
    before, after = current.model_extra or {}, wanted.model_extra or {}
    return {
        key: Said(key, shown(before.get(key)), shown(after.get(key)))
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    }


def _label(key: str, info: FieldInfo) -> str:
    """The first words of a key's description."""
    return _FIRST_WORDS.split(info.description or key, maxsplit=1)[0].strip()


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
