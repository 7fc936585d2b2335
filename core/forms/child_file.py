"""One part of a child's file as a form: the questions of its fields, built from core.child_file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField

from core.child_file import SHAPES, ChildField, Part, PartKind, Policy, Value
from core.phones import readable_phone

_LINE, _TEXT = 120, 1000


@dataclass(frozen=True, kw_only=True)
class Entry:
    """``is_shown``: somebody wrote in it, or it is the next one to write in."""

    rank: int
    boxes: list[BoundField]
    is_shown: bool


@dataclass(frozen=True, kw_only=True)
class Question:
    field: ChildField
    policy: Policy
    entries: list[Entry]

    @property
    def is_short(self) -> bool:
        """One box, whose own label says it all."""
        return len(self.entries) == 1 and len(self.entries[0].boxes) == 1


class FileForm(forms.Form):
    """``asked``: the fields and the town's rule for each. ``known``: what is written already.

    ``meals``: the choices of meal by their code. Parts left empty are not in what ``values()`` gives back.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        asked: Mapping[ChildField, Policy],
        known: Mapping[ChildField, Value],
        meals: Mapping[str, str],
    ) -> None:
        super().__init__(data)
        self.asked = asked
        self.known = known
        for field, policy in asked.items():
            shape = SHAPES[field]
            entries = known.get(field, [])
            for rank in range(shape.most):
                entry = entries[rank] if rank < len(entries) else {}
                for part in shape.parts:
                    box = _box(part, meals)
                    box.initial = entry.get(part.key, "")
                    box.required = policy.is_mandatory and rank == 0 and part.required
                    self.fields[_name(field, rank, part)] = box

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for field in self.asked:
            for rank in range(SHAPES[field].most):
                self._check_entry(field, rank)
        return data

    def _check_entry(self, field: ChildField, rank: int) -> None:
        entry = self._entry(field, rank)
        for part in SHAPES[field].parts:
            name = _name(field, rank, part)
            needed = part.required or (part.needed_by and entry.get(part.needed_by[0]) == part.needed_by[1])
            if entry and needed and not entry.get(part.key) and name not in self.errors:
                self.add_error(name, "Ce champ est obligatoire.")
        if entry.get("from") and entry.get("until") and entry["until"] < entry["from"]:
            self.add_error(f"{field}-{rank}-until", "Le dernier jour vient après le premier.")

    def _entry(self, field: ChildField, rank: int) -> dict[str, str]:
        answers = {part.key: self.cleaned_data.get(_name(field, rank, part)) for part in SHAPES[field].parts}
        return {
            key: answer.isoformat() if isinstance(answer, date) else answer
            for key, answer in answers.items()
            if answer
        }

    def values(self) -> dict[ChildField, Value]:
        return {
            field: [entry for rank in range(SHAPES[field].most) if (entry := self._entry(field, rank))]
            for field in self.asked
        }

    def questions(self) -> list[Question]:
        return [
            Question(
                field=field,
                policy=policy,
                entries=[self._entry_boxes(field, rank) for rank in range(SHAPES[field].most)],
            )
            for field, policy in self.asked.items()
        ]

    def _entry_boxes(self, field: ChildField, rank: int) -> Entry:
        boxes = [self[_name(field, rank, part)] for part in SHAPES[field].parts]
        typed = self.is_bound and any(box.data for box in boxes)
        return Entry(rank=rank + 1, boxes=boxes, is_shown=typed or rank <= len(self.known.get(field, [])))


class RefusalForm(forms.Form):
    motif = forms.CharField(label="Motif, que la famille lira", max_length=200)


class FromForm(forms.Form):
    """The day from which a diet counts."""

    depuis = forms.DateField(
        label="À partir du",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )


class PhoneField(forms.CharField):
    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        phone = readable_phone(typed) if typed else ""
        if phone is None:
            raise forms.ValidationError(
                "Ce n’est pas un numéro de téléphone : dix chiffres (06 12 34 56 78), ou + et l’indicatif du pays."
            )
        return phone


def _name(field: ChildField, rank: int, part: Part) -> str:
    return f"{field}-{rank}-{part.key}"


def _box(part: Part, meals: Mapping[str, str]) -> forms.Field:
    named = {"label": part.label, "help_text": part.help, "required": False}
    match part.kind:
        case PartKind.DATE:
            return forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **named)
        case PartKind.PHONE:
            return PhoneField(
                max_length=20, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}), **named
            )
        case PartKind.TEXT:
            return forms.CharField(max_length=_TEXT, widget=forms.Textarea(attrs={"rows": 3}), **named)
        case PartKind.CHOICE:
            choices = part.choices or tuple(meals.items())
            return forms.ChoiceField(choices=[("", "Non précisé"), *choices], **named)
        case PartKind.LINE:
            return forms.CharField(
                max_length=_LINE, widget=forms.TextInput(attrs={"autocomplete": "off"}), **named
            )
