"""What an agent writes of a family, for the office alone."""

from typing import Any

from django import forms

from core.forms.days import DayInput
from core.models import StaffTask
from core.queries.rights import agents_who_may
from core.rights import Right

MAY_BE_ASKED = (
    "La famille ne voit pas cette note, mais elle peut demander à la lire (RGPD) : elle est dans l’archive de ses "
    "données. Écrivez des faits, rien sur la santé."
)


class NoteForm(forms.Form):
    text = forms.CharField(
        label="Note",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=MAY_BE_ASKED,
        error_messages={"required": "Écrivez la note."},
    )
    is_pinned = forms.BooleanField(label="Épingler en tête", required=False)


class FamilyTaskForm(forms.ModelForm):
    class Meta:
        model = StaffTask
        fields = ("title", "body", "due_on", "assignee")
        labels = {"title": "À faire", "due_on": "Pour le", "assignee": "Confiée à"}
        widgets = {
            "body": forms.Textarea(attrs={"rows": 3}),
            "due_on": DayInput,
        }
        help_texts = {
            "body": "La famille peut demander à lire ce qui est écrit d’elle (RGPD).",
            "assignee": "Vide : à qui la prend.",
        }
        error_messages = {"title": {"required": "Dites ce qu’il faut faire."}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].queryset = agents_who_may(Right.TASKS)
        self.fields["assignee"].empty_label = "Personne en particulier"
