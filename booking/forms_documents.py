"""What families and agents send about documents and règlements."""

from typing import Any

from django import forms

from core.forms.papers import HELP, PaperField
from core.models import Child, DocumentKind, Household


def _day(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options
    )


class DocumentForm(forms.Form):
    fichier = PaperField(
        label="Le document",
        help_text=f"{HELP} Plusieurs pages{chr(0xA0)}: un seul PDF, ou une photo des pages côte à côte.",
        error_messages={"required": "Prenez le document en photo, ou choisissez un fichier."},
    )


class AnswerForm(forms.Form):
    """The version that was read, and « accepter » or « refuser »."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reponse = forms.ChoiceField(choices=[("accepter", ""), ("refuser", "")])

    @property
    def agrees(self) -> bool:
        return self.cleaned_data["reponse"] == "accepter"


class DecisionForm(forms.Form):
    """« accepter » with the dates the agent reads, or « refuser » with a reason."""

    decision = forms.ChoiceField(choices=[("accepter", ""), ("refuser", "")])
    du = _day("Date écrite sur le document", required=False)
    au = _day("Valable jusqu’au", required=False)
    motif = forms.CharField(
        label="Motif du refus", max_length=200, required=False, help_text="La famille le lira."
    )

    def __init__(self, *args: Any, kind: DocumentKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["au"].help_text = {
            "read": "À lire sur le document.",
            "forever": "Vide : sans limite.",
        }.get(kind.validity, "Proposé selon la règle de la commune.")
        if kind.max_age_days is not None:
            self.fields["du"].help_text = f"Nécessaire : {kind.max_age_days} jours au plus à sa réception."

    @property
    def accepts(self) -> bool:
        return self.cleaned_data["decision"] == "accepter"


class DeskDocumentForm(forms.Form):
    """A paper that an agent has in hand: which one, whose, and its dates."""

    quoi = forms.ModelChoiceField(DocumentKind.objects.none(), label="Document", empty_label=None)
    enfant = forms.ModelChoiceField(
        Child.objects.none(), label="Enfant", required=False, empty_label="Toute la famille"
    )
    du = _day("Date écrite sur le document", required=False)
    au = _day("Valable jusqu’au", required=False, help_text="Vide : selon la règle de la commune.")

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quoi"].queryset = DocumentKind.objects.all()
        self.fields["enfant"].queryset = household.children.all()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind = data.get("quoi")
        if kind and kind.is_about_child and not data.get("enfant"):
            self.add_error("enfant", "Ce document est demandé pour chaque enfant : choisissez lequel.")
        if kind and not kind.is_about_child:
            data["enfant"] = None
        return data
