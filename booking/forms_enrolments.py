"""What the desk’s pages of enrolments send."""

from typing import Any

from django import forms

from booking.forms_office import NumbersField
from booking.models import Activity
from core.forms.days import DayField


class EnrolForm(forms.Form):
    enfants = NumbersField(required=False)
    debut = DayField(label="Inscrits à partir du")
    fin = DayField(
        label="Jusqu’au",
        required=False,
        help_text="Vide : sans fin.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("debut") and data.get("fin") and data["fin"] < data["debut"]:
            self.add_error("fin", "La fin précède le début.")
        if not data.get("enfants"):
            self.add_error(None, "Cochez au moins un enfant.")
        return data


class FamilyEnrolForm(EnrolForm):
    """Children of one family, and the activity that they may book from then on."""

    activite = forms.ModelChoiceField(
        Activity.objects.filter(needs_enrolment=True),
        error_messages={"required": "Choisissez une activité."},
    )


class EndForm(forms.Form):
    inscriptions = NumbersField(required=False)
    dernier_jour = DayField(label="Dernier jour")
