from typing import Any

from django import forms

from core.rights import PRESETS, Given, Role, ScopeKind
from core.scope_places import Place


class RoleForm(forms.Form):
    """A role and where it holds. ``where`` is the place in words, once valid."""

    role = forms.ChoiceField(label="Rôle", choices=Role.choices)
    place = forms.ChoiceField(
        label="Pour", help_text="Un animateur se limite à son école, un régisseur à sa régie."
    )

    def __init__(self, *args: Any, places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = {place.value: place for place in places}
        self.fields["place"].choices = [
            (kind.label, [(place.value, place.label) for place in places if place.kind == kind])
            for kind in ScopeKind
            if any(place.kind == kind for place in places)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if {"role", "place"} <= cleaned.keys():
            preset, kind = PRESETS[Role(cleaned["role"])], self._place.kind
            if kind not in preset.kinds:
                kinds = ", ".join(kind.label.lower() for kind in preset.kinds)
                self.add_error("place", f"Le rôle « {Role(cleaned['role']).label} » se donne pour : {kinds}.")
        return cleaned

    @property
    def given(self) -> Given:
        return Given(role=Role(self.cleaned_data["role"]), kind=self._place.kind, code=self._place.code)

    @property
    def where(self) -> str:
        return self._place.label

    @property
    def _place(self) -> Place:
        return self._places[self.cleaned_data["place"]]
