"""What the models of the file say of their keys: for suggestions on a misspelt key, and for the documentation."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from core.commune_file.lines import Path
from core.commune_file.values import FileModel


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a value of this type may be made of, looked for in lists, unions and annotations."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is Annotated:
        yield from models_in(get_args(annotation)[0])
    elif get_origin(annotation) is not None:
        for part in get_args(annotation):
            yield from models_in(part)


def holds_tables(field: FieldInfo) -> bool:
    """Whether the field is a table of the file, or a list of tables, rather than a value."""
    return any(issubclass(model, FileModel) for model in models_in(field.annotation))


def tables_in(field: FieldInfo) -> type[FileModel]:
    """The model of the tables that a field holds (`holds_tables`)."""
    return next(model for model in models_in(field.annotation) if issubclass(model, FileModel))


def key_of(name: str, field: FieldInfo) -> str:
    return field.alias or name


def known_keys(tables: Mapping[str, type[BaseModel]]) -> dict[Path, set[str]]:
    """For each table of the file, by its path without ranks, the keys it may hold.

    A rule of one type, among several that may stand there, is also under its path followed by that type.
    """
    keys: dict[Path, set[str]] = {}
    for name, model in tables.items():
        _collect(keys, (name,), model, above=())
    return keys


def _collect(keys: dict[Path, set[str]], path: Path, model: type[BaseModel], above: tuple[type, ...]) -> None:
    if model in above:  # a rule may hold rules: one turn is enough
        return
    held = {key_of(name, field) for name, field in model.model_fields.items()}
    keys.setdefault(path, set()).update(held)
    if "type" in model.model_fields:
        keys[(*path, *get_args(model.model_fields["type"].annotation))] = held
    for name, field in model.model_fields.items():
        for inner in models_in(field.annotation):
            _collect(keys, (*path, key_of(name, field)), inner, (*above, model))
