"""From models to the text of a file. Comments and the order of keys are the models' own."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import tomlkit

from core.commune_file.keys import holds_tables, key_of
from core.commune_file.values import FileModel


def toml_text(
    sections: Mapping[str, FileModel | Sequence[FileModel] | None], *, heading: Sequence[str]
) -> str:
    """A whole file; `heading` is its first comment."""
    lines = [f"# {line}" for line in heading]
    for key, value in sections.items():
        lines += _tables(key, value)
    return "\n".join(lines) + "\n"


def toml_value(value: Any) -> str:
    """One value, on one line unless it is a text of several."""
    if isinstance(value, Mapping):
        ordered = sorted(value.items(), key=lambda pair: pair[0] != "type")  # a rule says first what it is
        pairs = (f"{_key(key)} = {toml_value(item)}" for key, item in ordered)
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml_value(item) for item in value)}]"
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, str) and "\n" in value:
        # A line break just after the opening quotes is not part of a TOML text.
        return tomlkit.string(f"{value}\n", multiline=True).as_string().replace('"""', '"""\n', 1)
    return tomlkit.item(value).as_string()


def plain(model: FileModel, name: str) -> Any:
    """The value of an attribute as TOML writes it. What a rule leaves to its defaults is left out."""
    written = name in model.model_fields_set
    return model.model_dump(include={name}, exclude_unset=written, by_alias=False)[name]


def _tables(path: str, value: FileModel | Sequence[FileModel] | None) -> Iterator[str]:
    if isinstance(value, FileModel):
        yield from _table(f"[{path}]", path, value)
    else:
        for item in value or ():
            yield from _table(f"[[{path}]]", path, item)


def _table(header: str, path: str, model: FileModel) -> Iterator[str]:
    yield from ("", header)
    inner: list[tuple[str, Any]] = []
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if value == field.get_default(call_default_factory=True):
            continue
        if holds_tables(field):
            inner.append((f"{path}.{key_of(name, field)}", value))
        else:
            yield f"{key_of(name, field)} = {toml_value(plain(model, name))}"
    for key, value in (model.model_extra or {}).items():
        yield f"{_key(key)} = {toml_value(value)}"
    for table, value in inner:
        yield from _tables(table, value)


def _key(key: str) -> str:
    return tomlkit.key(key).as_string()
