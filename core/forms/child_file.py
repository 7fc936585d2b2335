"""One part of a family's file as a form: the questions of its fields, built from core.child_file."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from core import clock
from core.child_file import SHAPES, Choices, DossierField, Part, PartKind, Policy, Value
from core.forms.days import DayField
from core.forms.families import readable_birth
from core.forms.papers import PortraitField
from core.phones import readable_phone
from tenants.context import town_timezone

_TEXT = 1000
_POSTCODE = RegexValidator(r"^[0-9]{5}$", _("Un code postal a cinq chiffres."))


@dataclass(frozen=True, kw_only=True)
class Entry:
    """``is_shown``: somebody wrote in it, or it is the next one to write in. ``kept``: the box that names the
    photograph known already, ``photo`` its token."""

    rank: int
    boxes: list[BoundField]
    is_shown: bool
    kept: BoundField | None = None
    photo: str = ""


@dataclass(frozen=True, kw_only=True)
class Question:
    field: DossierField
    policy: Policy
    entries: list[Entry]

    @property
    def is_short(self) -> bool:
        """One box, whose own label says it all."""
        return len(self.entries) == 1 and len(self.entries[0].boxes) == 1


class FileForm(forms.Form):
    """``asked``: the fields and the town's rule for each. ``known``: what is written already.

    ``choices``: those of the town's own. ``photos``: the tokens that the child's photographs have; a new one
    is in ``uploads()`` until its token is given to ``take()``. Parts left empty are not in what ``values()`` gives back.
    """

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        asked: Mapping[DossierField, Policy],
        known: Mapping[DossierField, Value],
        choices: Choices,
        photos: Collection[str] = (),
    ) -> None:
        super().__init__(data.copy() if data is not None else None, files)
        self.asked = asked
        self.known = known
        self.photos = photos
        for field, policy in asked.items():
            shape = SHAPES[field]
            entries = known.get(field, [])
            for rank in range(shape.most):
                entry = entries[rank] if rank < len(entries) else {}
                for part in shape.parts:
                    box = _box(part, choices)
                    box.initial = entry.get(part.key, "")
                    box.required = (policy.is_mandatory or shape.is_needed) and rank == 0 and part.required
                    name = _name(field, rank, part)
                    self.fields[name] = box
                    if part.kind == PartKind.PHOTO:
                        self._ask_photo(name, entry.get(part.key, ""))

    def _ask_photo(self, name: str, known: str) -> None:
        """The photograph of this very entry travels with it: the next entry may be another person meanwhile."""
        self.fields[_kept(name)] = forms.CharField(
            required=False, initial=known, widget=forms.HiddenInput, max_length=32
        )
        self.fields[_gone(name)] = forms.BooleanField(label=_("Retirer la photo"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for field in self.asked:
            for rank in range(SHAPES[field].most):
                self._check_entry(field, rank)
        return data

    def _check_entry(self, field: DossierField, rank: int) -> None:
        entry = self._entry(field, rank)
        names = [_name(field, rank, part) for part in SHAPES[field].parts]
        speaks = bool(entry) or any(self.cleaned_data.get(name) for name in names)
        for part, name in zip(SHAPES[field].parts, names, strict=True):
            needed = part.required or (part.needed_by and entry.get(part.needed_by[0]) == part.needed_by[1])
            if speaks and needed and not entry.get(part.key) and name not in self.errors:
                self.add_error(name, _("Ce champ est obligatoire."))
        if entry.get("from") and entry.get("until") and entry["until"] < entry["from"]:
            self.add_error(f"{field}-{rank}-until", _("Le dernier jour vient après le premier."))

    def _entry(self, field: DossierField, rank: int) -> dict[str, str]:
        """A photograph alone says nothing: whoever empties the other boxes takes the person away."""
        parts = SHAPES[field].parts
        answers = {part.key: self.cleaned_data.get(_name(field, rank, part)) for part in parts}
        said = {
            key: answer.isoformat() if isinstance(answer, date) else answer
            for key, answer in answers.items()
            if answer and not isinstance(answer, bytes)
        }
        for part in parts:
            if said and part.kind == PartKind.PHOTO and (token := self._photo(_name(field, rank, part))):
                said[part.key] = token
        return said

    def _photo(self, name: str) -> str:
        token = self.data.get(self.add_prefix(_kept(name))) or ""
        gone = self.cleaned_data.get(_gone(name)) and not self.cleaned_data.get(name)
        return token if token in self.photos and not gone else ""

    def uploads(self) -> Iterator[tuple[str, bytes]]:
        """The new photographs that may be kept, by the name of their box; also when the form has errors."""
        for name, sent in self.cleaned_data.items():
            if isinstance(sent, bytes):
                yield name, sent

    def take(self, name: str, token: str) -> None:
        """From now on this photograph is known by its token, even if the form is shown again."""
        self.photos = {*self.photos, token}
        self.data[self.add_prefix(_kept(name))] = token

    def values(self) -> dict[DossierField, Value]:
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

    def _entry_boxes(self, field: DossierField, rank: int) -> Entry:
        parts = SHAPES[field].parts
        boxes = [self[_name(field, rank, part)] for part in parts]
        typed = self.is_bound and any(box.data or box.errors for box in boxes)
        shown = typed or rank <= len(self.known.get(field, []))
        name = next((_name(field, rank, part) for part in parts if part.kind == PartKind.PHOTO), None)
        if name is None:
            return Entry(rank=rank + 1, boxes=boxes, is_shown=shown)
        kept = self[_kept(name)]
        photo = kept.value() if kept.value() in self.photos else ""
        if photo:
            boxes.append(self[_gone(name)])
        return Entry(rank=rank + 1, boxes=boxes, is_shown=shown or bool(photo), kept=kept, photo=photo)


class RefusalForm(forms.Form):
    motif = forms.CharField(label="Motif, que la famille lira", max_length=200)


class FromForm(forms.Form):
    """The day from which a diet counts."""

    depuis = DayField(label="À partir du")


class ResidenceForm(forms.Form):
    """Whether a home at its new address is still, or from now on, in the town."""

    habite = forms.BooleanField(label="La famille habite la commune", required=False)


class PhoneField(forms.CharField):
    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        phone = readable_phone(typed) if typed else ""
        if phone is None:
            raise forms.ValidationError(
                _(
                    "Ce n’est pas un numéro de téléphone : dix chiffres (06 12 34 56 78), ou + et l’indicatif du pays."
                )
            )
        return phone


def _name(field: DossierField, rank: int, part: Part) -> str:
    return f"{field}-{rank}-{part.key}"


def _kept(name: str) -> str:
    return f"{name}-kept"


def _gone(name: str) -> str:
    return f"{name}-gone"


def _born(day: date) -> None:
    readable_birth(day, today=clock.today(town_timezone()))


def _box(part: Part, choices: Choices) -> forms.Field:
    named = {"label": part.label, "help_text": part.help, "required": False}
    match part.kind:
        case PartKind.DATE:
            return DayField(
                validators=[_born] if part.is_birth else [],
                **named,
            )
        case PartKind.PHONE:
            return PhoneField(
                max_length=20, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}), **named
            )
        case PartKind.TEXT:
            return forms.CharField(max_length=_TEXT, widget=forms.Textarea(attrs={"rows": 3}), **named)
        case PartKind.CHOICE:
            offered = part.choices or tuple(choices.get(part.key, {}).items())
            return forms.ChoiceField(choices=[("", _("Non précisé")), *offered], **named)
        case PartKind.PHOTO:
            return PortraitField(**named)
        case PartKind.LINE | PartKind.POSTCODE:
            return forms.CharField(
                max_length=part.length,
                validators=[_POSTCODE] if part.kind == PartKind.POSTCODE else [],
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
                **named,
            )
