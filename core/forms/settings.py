"""Forms over the objects of the town's file: a field is named after the key it writes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django import forms

from core.commune_file.differences import shown
from core.commune_file.keys import key_of
from core.commune_file.objects import Data, Names, items
from core.commune_file.problems import Fault, typographic
from core.commune_file.values import FileModel
from core.levels import Level, LevelGroup
from core.money import format_euros


class ClockField(forms.TimeField):
    """A time of day, as the file writes it: « 23:55 »."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})

    def clean(self, value: Any) -> Any:
        at: time | None = super().clean(value)
        return at.strftime("%H:%M") if at else None


class LocalMomentField(forms.CharField):
    """A day and a time on the town's clock, without zone."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return datetime.fromisoformat(text).replace(tzinfo=None, second=0, microsecond=0)
        except ValueError:
            raise forms.ValidationError(
                "Écrivez un jour et une heure, par exemple 2026-09-01T08:30."
            ) from None

    def prepare_value(self, value: Any) -> Any:
        return value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value


class EurosField(forms.DecimalField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        defaults = {"min_value": Decimal(0), "max_digits": 8, "decimal_places": 2, "localize": True}
        super().__init__(**{**defaults, "widget": widget, **kwargs})


class ChoicesField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


def levels_field(label: str, help_text: str = "Rien de coché : toutes les classes.") -> ChoicesField:
    choices = [*LevelGroup.choices(), *Level.choices()]
    return ChoicesField(label=label, choices=choices, required=False, help_text=help_text)


def words_of(field: forms.Field, value: Any) -> str:
    """A value of the file as people read it in the form: choices by their labels, euros as prices."""
    if isinstance(field, forms.MultipleChoiceField):
        labels = dict(field.choices)
        return ", ".join(str(labels.get(one, one)) for one in value or ()) or "rien de coché"
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get("" if value is None else value) or shown(value))
    if isinstance(field, EurosField) and value not in (None, ""):
        return format_euros(Decimal(value))
    return shown(value)


class TableForm(forms.Form):
    """One object. ``model`` says what its keys are worth when they are not written.

    ``draft``: the whole file as it is prepared, for choices among its objects. ``is_new``: the object is not in it yet.
    """

    model: type[FileModel]
    only_new: Collection[str] = ()  # fields that an object keeps for ever
    parts: Mapping[str, Collection[str]] = MappingProxyType(
        {}
    )  # key that several fields write → those fields

    def __init__(
        self,
        data: Any = None,
        *,
        table: Mapping[str, Any],
        draft: Data,
        names: Names,
        is_new: bool,
        **kwargs: Any,
    ) -> None:
        self.draft, self.names, self.is_new = draft, names, is_new
        super().__init__(data, initial=self.initial_of(table), **kwargs)
        for name in self.only_new if not is_new else ():
            del self.fields[name]
        self.prepare(table)

    def prepare(self, table: Mapping[str, Any]) -> None:
        """Give the fields their choices."""

    def initial_of(self, table: Mapping[str, Any]) -> Data:
        return {**self.defaults(), **table}

    def defaults(self) -> Data:
        """What a key that is not written is worth, as the file would write it."""
        return {
            key_of(name, info): _written_default(info.get_default(call_default_factory=True))
            for name, info in self.model.model_fields.items()
            if not info.is_required()
        }

    def values(self) -> Data:
        """The keys to write; None for those that go without saying."""
        defaults = self.defaults()
        return {
            key: None if _is_said_by(defaults.get(key), value) else value
            for key, value in self.cleaned_data.items()
        }

    def said(self, key: str) -> list[tuple[str, str]]:
        """What the object says of a key: the label of each field that writes it, and its value in words."""
        return [
            (str(self.fields[name].label), words_of(self.fields[name], self.initial.get(name)))
            for name in self.parts.get(key, (key,))
            if name in self.fields
        ]

    def code_wish(self) -> str:
        """What the code of a new object is made of."""
        return str(self.cleaned_data.get("nom") or self.cleaned_data.get("libelle") or "")

    def code(self, free: str) -> str:
        """The code of a new object, from one that nothing has."""
        return free

    def new_name(self) -> str:
        """The name among its list of an object that has no code; empty for the others."""
        return ""

    def show(self, faults: Sequence[Fault]) -> None:
        """Put what the file's own check says beside the fields."""
        for fault in faults:
            key = str(fault.path[0]) if fault.path else ""
            message = typographic(fault.message[:1].upper() + fault.message[1:])
            self.add_error(key if key in self.fields else None, message)


def choices_of(draft: Data, key: str, name: str = "nom", *, blank: str = "") -> list[tuple[str, str]]:
    """The objects of a list as choices, with a first one for none."""
    found = [(one["code"], str(one.get(name, one["code"]))) for one in items(draft, (key,))]
    return [("", blank), *found] if blank else found


def _written_default(value: Any) -> Any:
    if isinstance(value, frozenset | set | tuple):
        return sorted(value)
    return value


def _is_said_by(default: Any, value: Any) -> bool:
    if value in (None, "") or (value == [] and not default):
        return True
    return bool(value == default)
