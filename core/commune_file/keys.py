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


def keys_at(tables: Mapping[str, type[BaseModel]], path: Path, kind: str) -> set[str]:
    """The keys that the table at `path` (without ranks) may hold; of the rule of that `kind` where there are several.

    Rules hold rules without end: their keys are looked for along one path, never listed.
    """
    found: list[type[BaseModel]] = [tables[str(path[0])]]
    for part in path[1:]:
        inner = [held for model in found for held in _held_under(model, part)]
        found = list(dict.fromkeys(inner)) or found  # the names of a mapping are no keys of a model
    exact = [model for model in found if kind and kind in _kinds(model)]
    return {key_of(name, field) for model in exact or found for name, field in model.model_fields.items()}


def _held_under(model: type[BaseModel], key: object) -> Iterator[type[BaseModel]]:
    for name, field in model.model_fields.items():
        if key_of(name, field) == key:
            yield from models_in(field.annotation)


def _kinds(model: type[BaseModel]) -> tuple[str, ...]:
    field = model.model_fields.get("type")
    return get_args(field.annotation) if field else ()
