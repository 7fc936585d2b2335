"""The keys of a town's file as Markdown tables, written from the models themselves so that they cannot drift."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from core.commune_file.keys import holds_tables, key_of, tables_in
from core.commune_file.problems import typographic
from core.commune_file.reading import load_sections
from core.commune_file.sections import all_sections
from core.commune_file.values import FileModel, OneOf
from core.commune_file.writing import toml_value
from core.words import and_list

_WORDS: dict[Any, str] = {
    str: "texte",
    bool: "`true` ou `false`",
    int: "nombre entier",
    Decimal: "nombre",
    date: "date",
    datetime: "date et heure",
    time: "heure",
    frozenset: "liste de classes ou d’écoles",
}


def key_tables() -> str:
    """One table of keys for each table of the file, in the order of the file."""
    load_sections()
    lines: list[str] = []
    for section in all_sections():
        head = f"[[{section.key}]]" if section.many else f"[{section.key}]"
        lines += _chapter(head, section.key, section.model, about=section.about)
    return typographic("\n".join(lines).strip()) + "\n"


def _chapter(head: str, path: str, model: type[FileModel], *, about: str = "") -> Iterator[str]:
    yield from (f"### `{head}`", "")
    if about:
        yield from (about, "")
    yield from ("| Clé | Valeur | Sans elle | Sens |", "|---|---|---|---|")
    inner = []
    for name, field in model.model_fields.items():
        key = key_of(name, field)
        yield f"| `{key}` | {_kind(field)} | {_default(field)} | {field.description} |"
        if holds_tables(field):
            inner.append((f"{path}.{key}", tables_in(field), get_origin(field.annotation) is list))
    yield ""
    for table, inner_model, many in inner:
        yield from _chapter(f"[[{table}]]" if many else f"[{table}]", table, inner_model)


def _kind(field: FieldInfo) -> str:
    if holds_tables(field):
        return "tables" if get_origin(field.annotation) is list else "table"
    choice = next((mark.words for mark in field.metadata if isinstance(mark, OneOf)), None)
    return _choice(choice) if choice else _words(field.annotation)


def _choice(words: Iterable[object]) -> str:
    return and_list([f"`{word}`" for word in words], word="ou")


def _words(annotation: Any) -> str:
    origin, parts = get_origin(annotation), [part for part in get_args(annotation) if part is not type(None)]
    if origin is Annotated:
        choice = next((mark.words for mark in parts[1:] if isinstance(mark, OneOf)), None)
        return _choice(choice) if choice else _words(parts[0])
    if origin is Literal:
        return _choice(parts)
    if origin is list:
        return f"liste : {_words(parts[0])}"
    if origin in {Union, UnionType}:
        return and_list(list(dict.fromkeys(_words(part) for part in parts)), word="ou")
    return _WORDS.get(origin or annotation, "règle")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**obligatoire**"
    value = field.get_default(call_default_factory=True)
    if value in (None, "", [], frozenset()):
        return "–"
    return f"`{toml_value(value)}`"
