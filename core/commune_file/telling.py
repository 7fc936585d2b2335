"""How the keys and the values of an object read. The screens say it, in the words of their own forms: there is no second
table of words."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol

from django.utils.module_loading import autodiscover_modules

from core.commune_file.values import FileModel, Titles
from core.commune_file.writing import toml_text

Data = dict[str, Any]
Names = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Side:
    """An object as the file writes it (empty: it is not there), and the whole file, for what it refers to."""

    table: Data
    file: Data


@dataclass(frozen=True, slots=True)
class Said:
    """One value that changes: « Minutes pour payer un panier », « 60 », « 45 »."""

    label: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """« 60 → 45 »; a long text that only changes further on does not show where."""
        return "modifié" if self.before == self.after else f"{self.before} → {self.after}"


class Tongue(Protocol):
    """What tells the objects of one kind."""

    def name(self, item: Mapping[str, Any]) -> str:
        """What people call the object."""

    def said(
        self, names: Names, keys: Collection[str], before: Side, after: Side
    ) -> Mapping[str, list[Said]]:
        """The lines of each key; a key may take several, and those it does not know are left out."""


_tongues: dict[Names, Tongue] = {}


def register_tongue(kind: Names, tongue: Tongue) -> None:
    _tongues[kind] = tongue


def tongue_of(kind: Names) -> Tongue | None:
    """None for a kind that no screen shows. ``kind``: the keys without codes, ``("activites", "periodes")``."""
    autodiscover_modules("settings_screens")
    return _tongues.get(kind)


@dataclass(frozen=True, kw_only=True)
class Files:
    """The two states that are compared: the values of their sections. What is wanted may leave sections as they are."""

    current: Mapping[str, Any]
    wanted: Mapping[str, Any]

    def sides(self, current: FileModel, wanted: FileModel) -> tuple[Side, Side]:
        """Two states of an object, each in its file."""
        return Side(table=_table(current), file=self._before), Side(table=_table(wanted), file=self._after)

    @cached_property
    def titles_before(self) -> Titles:
        return _titles(self.current)

    @cached_property
    def titles_after(self) -> Titles:
        return _titles({**self.current, **self.wanted})

    @cached_property
    def _before(self) -> Data:
        return _written(self.current)

    @cached_property
    def _after(self) -> Data:
        return _written({**self.current, **self.wanted})


def _written(sections: Mapping[str, Any]) -> Data:
    return tomllib.loads(toml_text(sections, heading=()), parse_float=Decimal)


def _table(item: FileModel) -> Data:
    return dict(_written({"objet": item})["objet"])


def _titles(sections: Mapping[str, Any]) -> Titles:
    return {
        (key, item.handle): item.title
        for key, items in sections.items()
        if isinstance(items, Sequence)
        for item in items
    }
