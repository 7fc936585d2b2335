"""A form for each shape of tariff that holds others: its fields are named as the rule's keys (``reduced__start`` for a key
inside a key), its rows as those of a list, and each tariff it holds is a part, with brackets of its own.

A part that brackets cannot say is kept as it is, and told in words.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.forms import BaseFormSet

from billing.forms_tariff_fields import euros, filled, row_set
from billing.forms_tariff_grids import BRACKETS_ABOUT, BracketFields, RowTable, VersionForm, bracket_rows
from billing.pricing.choices import ByResidence
from billing.pricing.examples import rule_in_words
from billing.pricing.grids import Grid, GridError, Row, grid_of, read_rule, rule_of
from billing.pricing.rules import Shape
from core.forms.settings_rules import is_blank
from core.money import ZERO

Data = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Part:
    """A tariff inside another. ``outside``: it may have prices for families from elsewhere."""

    title: str
    about: str = ""
    required: bool = True
    outside: bool = True


def part_rule(grid: Grid) -> Shape:
    """Brackets, or one price when there is a single row without limits. Raises GridError."""
    row = grid.rows[0]
    alone = len(grid.rows) == 1 and row.start is None and row.up_to is None and not row.label
    if not alone or grid.without_proof is not None or None not in (row.outside, grid.outside):
        return rule_of(grid)
    outside = grid.outside if row.outside is None else row.outside
    return rule_of(Grid(shape="flat", amount=row.amount, outside=outside))


def part_grid(rule: Shape | None) -> Grid | None:
    """The rows that would write ``rule`` again; None when none would."""
    grid = grid_of(rule) if rule else None
    if grid is None or grid.shape not in {"flat", "brackets"}:
        return None
    if grid.shape == "flat":
        return Grid(shape="brackets", rows=[Row(amount=grid.amount or ZERO, outside=grid.outside)])
    return grid if part_rule(grid) == rule else None


class PartForm(BracketFields):
    """The rows of a part; ``tariff`` once valid, None for a part left empty."""

    garder = forms.BooleanField(required=False)

    def __init__(self, data: Any, *, prefix: str, part: Part, rule: Shape | None) -> None:
        grid = part_grid(rule) if part.outside or not isinstance(rule, ByResidence) else None
        self.part, self.kept = part, rule if grid is None else None
        self.tariff: Shape | None = None
        super().__init__(
            data, prefix=prefix, initial={"garder": True, **(self.initial_of_grid(grid) if grid else {})}
        )
        if self.kept is None:
            del self.fields["garder"]
        else:
            self.fields["garder"].label = f"Garder le prix actuel : {rule_in_words(self.kept)}"
        self.rows = bracket_rows(grid, prefix=f"{prefix}-l", data=data, blank=0 if grid else 1)
        if not part.outside:
            del self.fields["hors"]
            for row in self.rows:
                del row.fields["hors"]
        self.table = RowTable(title=part.title, one="Tranche", rows=self.rows, about=BRACKETS_ABOUT)

    @property
    def options(self) -> list[forms.BoundField]:
        """What only brackets need."""
        return [field for field in self.visible_fields() if field.name != "garder"]

    @property
    def shown(self) -> bool:
        """Whether the rows are what counts: neither kept as it is, nor an optional price that nobody gives."""
        if self.kept is not None:
            return "garder" in self.errors or (self.is_bound and not self["garder"].value())
        return self.part.required or self.is_bound or self.rows.initial_form_count() > 0

    @property
    def opened(self) -> bool:
        """Whether an option says something, or is wrong."""
        return any(field.errors or field.value() not in (None, "", "inclusive") for field in self.options)

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.rows.is_valid()])

    def clean(self) -> Data:
        data: Data = super().clean() or self.cleaned_data
        if data.get("garder") and filled(self.rows):
            self.add_error("garder", "Décochez pour remplacer ce prix, ou videz les lignes ci-dessous.")
        elif data.get("garder"):
            self.tariff = self.kept
        elif filled(self.rows):
            self._read()
        elif self.part.required:
            raise forms.ValidationError("Donnez un prix, ou des tranches.")
        return data

    def _read(self) -> None:
        if self.errors or not self.rows.is_valid():
            return
        try:
            self.tariff = part_rule(self.grid_with(self.rows))
        except GridError as error:
            raise forms.ValidationError(error.faults) from None


class ItemForm(forms.Form):
    """A row of a list. Its fields are the item's keys."""

    @classmethod
    def initial_of(cls, item: Data) -> Data | None:
        """None when a row cannot say the item."""
        return item

    @classmethod
    def written(cls, values: Data) -> Data:
        return {key: value for key, value in values.items() if not is_blank(value)}


class PricedForm(ItemForm):
    """A row with a price of its own; the price is asked last."""

    amount = euros("Prix")
    outside = euros("Hors commune")

    @classmethod
    def initial_of(cls, item: Data) -> Data | None:
        grid = grid_of(read_rule(item["tariff"]))
        if grid is None or grid.shape != "flat":
            return None
        own = {key: value for key, value in item.items() if key != "tariff"}
        return {**own, "amount": grid.amount, "outside": grid.outside}

    @classmethod
    def written(cls, values: Data) -> Data:
        own = {key: value for key, value in values.items() if key not in {"amount", "outside"}}
        tariff = rule_of(Grid(shape="flat", amount=values["amount"], outside=values["outside"]))
        return {**super().written(own), "tariff": tariff}

    def clean(self) -> Data:
        data: Data = super().clean() or self.cleaned_data
        if self.has_changed() and data.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", "Cette ligne n’a pas de prix.")
        return data


@dataclass(frozen=True, kw_only=True)
class Items:
    """The list at ``key``. ``word``: it is not a list but a dictionary, whose keys are this field of a row."""

    key: str
    title: str
    one: str
    row: type[ItemForm]
    about: str = ""
    word: str = ""


class ShapeForm(VersionForm):
    """One shape. ``fixed``: keys it always writes; the first of ``parts`` starts from the price of today."""

    shape: ClassVar[str]
    fixed: ClassVar[Mapping[str, Any]] = {}
    parts: ClassVar[Mapping[str, Part]] = {}
    items: ClassVar[Items | None] = None
    around: ClassVar[Sequence[str]] = ()  # fields of what holds the shape

    def __init__(self, data: Any = None, *, rule: Shape | None = None) -> None:
        own = rule if rule and self.holds(rule) else None
        super().__init__(data, rule=own)
        main = next(iter(self.parts), None)
        self.part_forms = {
            path: PartForm(
                data,
                prefix=path,
                part=part,
                rule=_at(self.opened(own)[0], path) if own else rule if path == main else None,
            )
            for path, part in self.parts.items()
        }
        self.keeps = own is None and rule is not None and main is not None
        self.rows: BaseFormSet | None = None
        if self.items:
            initial = (self._items_of(own) if own else None) or ()
            self.rows = row_set(self.items.row, prefix="l", data=data, initial=initial)
            self.tables = [
                RowTable(title=self.items.title, one=self.items.one, rows=self.rows, about=self.items.about)
            ]

    @classmethod
    def opened(cls, rule: Shape) -> tuple[Shape, Data]:
        """The shape itself, when the form also writes what holds it; and the fields that say so."""
        return rule, {}

    @classmethod
    def closed(cls, written: Data, values: Data) -> Data:  # noqa: ARG003 - for the forms that also write what holds it
        """``opened`` undone."""
        return written

    @classmethod
    def holds(cls, rule: Shape) -> bool:
        """Whether the rule is of this shape, with rows that say all of its list."""
        inside = cls.opened(rule)[0]
        if getattr(inside, "type", "") != cls.shape:
            return False
        if any(getattr(inside, key) != value for key, value in cls.fixed.items()):
            return False
        return cls.items is None or cls._items_of(rule) is not None

    @classmethod
    def shows(cls, rule: Shape) -> bool:
        if not cls.holds(rule):
            return False
        inside, _ = cls.opened(rule)
        parts = {path: _at(inside, path) for path in cls.parts}
        try:
            return cls._rule(cls.initial_of(rule), cls._items_of(rule) or [], parts) == rule
        except GridError:  # none of the cases of the rule is one of the form's
            return False

    @classmethod
    def initial_of(cls, rule: Shape) -> Data:
        inside, around = cls.opened(rule)
        written = inside.model_dump()
        own = {path: _at(written, path) for path in cls._keys()}
        return {**own, **around}

    def is_valid(self) -> bool:
        rows = self.rows is None or self.rows.is_valid()
        return all([super().is_valid(), rows, *(part.is_valid() for part in self.part_forms.values())])

    def rule(self) -> Shape:
        items = [row.cleaned_data for row in filled(self.rows)] if self.rows else []
        parts = {path: part.tariff for path, part in self.part_forms.items()}
        return self._rule(self.cleaned_data, items, parts)

    def place(self, error: GridError) -> None:
        """Beside the field, the row or the part it speaks of."""
        if not error.places:
            super().place(error)
        for where, fault in error.places:
            inside = where[where.index(self.shape) + 1 :] if self.shape in where else where
            form, field = self._spot(tuple(map(str, inside)))
            titles = {path: part.title for path, part in self.parts.items()}
            text = in_labels(fault, {**titles, **_labels(self), **_labels(form)}).rstrip(".")
            form.add_error(field, f"{text[:1].upper()}{text[1:]}.")

    def _spot(self, where: Sequence[str]) -> tuple[forms.Form, str | None]:
        path = "__".join(where)
        if path in self.fields:
            return self, path
        for name, part in self.part_forms.items():
            if path == name or path.startswith(f"{name}__"):
                return part, None
        if self.rows and self.items and where[:1] == (self.items.key,) and where[1:2]:
            rows = filled(self.rows)
            if where[1].isdecimal() and int(where[1]) < len(rows):
                row = rows[int(where[1])]
                return row, where[2] if where[2:3] and where[2] in row.fields else None
        return self, None

    @classmethod
    def _rule(cls, values: Data, items: Sequence[Data], parts: Mapping[str, Shape | None]) -> Shape:
        written: Data = {"type": cls.shape, **cls.fixed}
        for path in cls._keys():
            _put(written, path, values.get(path))
        for path, part in parts.items():
            _put(written, path, part)
        if cls.items:
            written[cls.items.key] = cls._items_written(cls.items, items)
        return read_rule(cls.closed(written, values))

    @staticmethod
    def _items_written(told: Items, rows: Sequence[Data]) -> Any:
        items = [told.row.written(row) for row in rows]
        return {item[told.word]: item["tariff"] for item in items} if told.word else items

    @classmethod
    def _items_of(cls, rule: Shape) -> list[Data] | None:
        """The rows of the rule's list; None when rows cannot say all of it."""
        if cls.items is None:
            return None
        told = cls.opened(rule)[0].model_dump()[cls.items.key]
        items = (
            [{cls.items.word: word, "tariff": tariff} for word, tariff in told.items()]
            if cls.items.word
            else told
        )
        rows = [cls.items.row.initial_of(item) for item in items]
        said = [row for row in rows if row is not None]
        return said if len(said) == len(rows) else None

    @classmethod
    def _keys(cls) -> Iterator[str]:
        """The fields that are keys of the rule."""
        return (name for name in cls.base_fields if name != "du" and name not in cls.around)


def _at(value: Any, path: str) -> Any:
    """What is at ``cases__served``; None where there is nothing."""
    for key in path.split("__"):
        if value is None:
            return None
        value = value.get(key) if isinstance(value, dict) else getattr(value, key)
    return value


def _put(written: Data, path: str, value: Any) -> None:
    if is_blank(value):
        return
    *holders, last = path.split("__")
    for key in holders:
        written = written.setdefault(key, {})
    written[last] = value


def _labels(form: forms.Form) -> dict[str, str]:
    return {name.rpartition("__")[2]: str(field.label) for name, field in form.fields.items()}


def in_labels(fault: str, labels: Mapping[str, str]) -> str:
    """A sentence of the engine, which names the keys of the file, with the labels of a form."""
    text = re.sub(r" \(\w+\)", "", fault)
    return re.sub(
        r"\b[a-z_]+\b", lambda word: f"« {labels[word[0]]} »" if word[0] in labels else word[0], text
    )
