"""The objects of a town's file as plain data, each named by the keys and codes that lead to it:
``("activites", "restauration", "periodes", "cantine")``, or ``("commune",)`` for a table that stands alone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import slugify

from core.commune_file.keys import key_of, models_in, tables_in
from core.commune_file.lines import Path
from core.commune_file.reading import load_sections
from core.commune_file.sections import all_sections
from core.commune_file.values import FileModel

Data = dict[str, Any]
Names = tuple[str, ...]

_HANDLES = ("code", "rubrique", "numero", "a_partir_du")


@dataclass(frozen=True, kw_only=True)
class Edit:
    """What is changed of one object: keys given, keys taken away, the whole object, or the order of a list."""

    names: Names
    values: Mapping[str, Any] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    removes: bool = False
    order: tuple[str, ...] = ()


def handle(item: Mapping[str, Any]) -> str:
    """What tells an object from the others of its list."""
    for key in _HANDLES:
        if key in item:
            return str(item[key])
    if "du" in item:  # days of the calendar have no code: they are what they say
        return "_".join(str(item.get(key, "")) for key in ("du", "au", "effet", "etablissement"))
    return slugify(str(item.get("nom", "")))


def find(data: Mapping[str, Any], names: Names) -> Data | None:
    """The object of that name, None when it is not there."""
    found: Any = data
    for path, item in _steps(data, names):
        if path is None:
            return None
        found = item
    return found if isinstance(found, dict) else None


def place_of(data: Mapping[str, Any], names: Names) -> Path:
    """Where an object stands, with ranks; as far as it exists."""
    place: Path = ()
    for path, _ in _steps(data, names):
        if path is None:
            break
        place = path
    return place


def names_at(data: Mapping[str, Any], place: Path) -> Names:
    """The object in which a place of the data is: ``("activites", 0, "jours")`` → ``("activites", "restauration")``."""
    names: Names = (str(place[0]),)
    found: Any = data.get(str(place[0]))
    rest = list(place[1:])
    while rest and isinstance(rest[0], int) and isinstance(found, list):
        found = found[rest.pop(0)]
        names = (*names, handle(found))
        if len(rest) > 1 and isinstance(rest[1], int) and _is_list_of_tables(found.get(rest[0])):
            key = str(rest.pop(0))
            found, names = found[key], (*names, key)
    return names


def _steps(data: Mapping[str, Any], names: Names) -> Iterator[tuple[Path | None, Any]]:
    found: Any = data
    path: Path = ()
    rest = list(names)
    while rest:
        key = rest.pop(0)
        found = found.get(key)
        path = (*path, key)
        if isinstance(found, list) and rest:
            wanted = rest.pop(0)
            rank = next((rank for rank, one in enumerate(found) if handle(one) == wanted), None)
            if rank is None:
                yield None, None
                return
            found, path = found[rank], (*path, rank)
        if found is None:
            yield None, None
            return
        yield path, found


def items(data: Mapping[str, Any], names: Names) -> list[Data]:
    """The objects of a list, named by the path that ends with its key."""
    owner = find(data, names[:-1]) if len(names) > 1 else data
    return list((owner or {}).get(names[-1], ()))


def spoken(name: str) -> str:
    """A name as people say it: where the file writes the school year by itself, « (chaque année) »."""
    return name.replace("{annees}", "(chaque année)")


def own_values(item: Mapping[str, Any]) -> Data:
    """An object without the lists of objects that it holds."""
    return {key: value for key, value in item.items() if not _is_list_of_tables(value)}


def _is_list_of_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def kind_of(names: Names) -> Names:
    """The keys alone, without codes: ``("activites", "periodes")``."""
    return names if len(names) == 1 else names[::2]


def model_of(kind: Names) -> type[FileModel]:
    """The table that objects of a kind are. Raises KeyError for a kind that no section holds."""
    load_sections()
    model = {section.key: section.model for section in all_sections()}[kind[0]]
    for key in kind[1:]:
        fields = {key_of(name, info): info for name, info in model.model_fields.items()}
        model = tables_in(fields[key])
    return model


def lists_of(model: type[FileModel]) -> dict[str, type[FileModel]]:
    """The lists of objects that an object holds: key → their table."""
    found = {}
    for name, info in model.model_fields.items():
        tables = [one for one in models_in(info.annotation) if issubclass(one, FileModel)]
        if tables and str(info.annotation).startswith("list["):
            found[key_of(name, info)] = tables[0]
    return found


def edit(data: Data, change: Edit) -> None:
    """Make one change, in place. Changing an object that is no longer there creates what is given of it."""
    if change.order:
        owner = find(data, change.names[:-1]) if len(change.names) > 1 else data
        ranks = {name: rank for rank, name in enumerate(change.order)}
        if owner:
            owner.get(change.names[-1], []).sort(key=lambda one: ranks.get(handle(one), len(ranks)))
        return
    item = find(data, change.names)
    if len(change.names) == 1:
        target = data.setdefault(change.names[0], {}) if item is None else item
    else:
        owner = find(data, change.names[:-2]) if len(change.names) > 2 else data
        if owner is None:  # what held it was taken away
            return
        siblings = owner.setdefault(change.names[-2], [])
        if change.removes:
            siblings[:] = [one for one in siblings if handle(one) != change.names[-1]]
            return
        if item is None:
            siblings.append(item := {})
        target = item
    target.update(change.values)
    for key in change.dropped:
        target.pop(key, None)


def free_code(data: Mapping[str, Any], key: str, wanted: str) -> str:
    """A code for a new object of the lists called `key`, unique in the whole file."""
    base = slugify(wanted)[:50].strip("-") or "nouveau"
    taken = {handle(one) for one in _all_items(data, key)}
    return next(
        code for code in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if code not in taken
    )


def _all_items(data: Mapping[str, Any], key: str) -> Iterator[Mapping[str, Any]]:
    for name, value in data.items():
        if _is_list_of_tables(value):
            for item in value:
                if name == key:
                    yield item
                yield from _all_items(item, key)
