"""What agents write about campaigns and credit."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from billing.models import Regie
from billing.queries.campaigns import waiting_services
from core.forms.days import DayField
from core.models import Household
from core.money import format_euros
from core.words import NBSP, plural


class CampaignForm(forms.Form):
    regie = forms.ModelChoiceField(Regie.objects.none(), label="Régie", empty_label=None)
    libelle = forms.CharField(label="Libellé", max_length=120, help_text="Par exemple « Novembre 2026 ».")
    du = DayField(label="Facturer du")
    au = DayField(label="Au")
    services = forms.MultipleChoiceField(
        label="Services",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucun coché : tous. Les reports et les avoirs de la régie sont toujours pris. Entre parenthèses, "
        "ce qui attend d’être facturé, tous jours confondus.",
    )
    corrective = forms.BooleanField(
        label="Campagne corrective : seulement ce qui corrige des factures déjà émises", required=False
    )
    facture = DayField(label="Date des factures")
    publication = DayField(label="Visibles des familles le", help_text="Le courriel part ce jour-là.")
    echeance = DayField(
        label="À payer avant le",
        help_text="Vide : le délai de la régie, à partir de la publication.",
        required=False,
    )

    def __init__(self, *args: Any, regies: QuerySet[Regie], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting = waiting_services(regies)
        names = {regie.pk: f"{regie}{NBSP}: " for regie in regies} if len(regies) > 1 else {}
        self.fields["regie"].queryset = regies
        if self.waiting:
            self.fields["regie"].initial = max(self.waiting, key=lambda one: one.count).regie_id
        self.fields["services"].choices = [
            (
                one.label,
                f"{names.get(one.regie_id, '')}{one.label} ({plural(one.count, 'ligne')}, {format_euros(one.amount)})",
            )
            for one in self.waiting
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if regie := data.get("regie"):
            own = {one.label for one in self.waiting if one.regie_id == regie.pk}
            if strange := [label for label in data.get("services", ()) if label not in own]:
                self.add_error(
                    "services", f"Cette régie n’a rien à facturer pour{NBSP}: {', '.join(strange)}."
                )
        return data


class DropForm(forms.Form):
    """``lignes`` are the identifiers of draft lines; ``action``: what to do with them."""

    action = forms.ChoiceField(choices=[("ecarter", ""), ("reprendre", "")])
    lignes = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": "Cochez au moins une ligne."}
    )
    motif = forms.CharField(label="Motif", max_length=200, required=False)

    def __init__(self, data: Any, *, lines: list[int]) -> None:
        super().__init__(data)
        self.fields["lignes"].choices = [(line, str(line)) for line in lines]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("action") == "ecarter" and not data.get("motif"):
            self.add_error("motif", "Dites pourquoi ces lignes sont écartées.")
        return data


class LineForm(forms.Form):
    dossier = forms.CharField(label="N° de dossier", max_length=12)
    jour = DayField(label="Date")
    libelle = forms.CharField(label="Désignation", max_length=120)
    quantite = forms.DecimalField(
        label="Quantité", min_value=0, max_digits=8, decimal_places=2, initial=1, localize=True
    )
    prix = forms.DecimalField(
        label="Prix",
        max_digits=8,
        decimal_places=2,
        localize=True,
        help_text="Négatif pour rendre de l’argent.",
    )

    def clean_dossier(self) -> Household:
        found = Household.objects.filter(number__iexact=self.cleaned_data["dossier"].strip()).first()
        if found is None:
            raise forms.ValidationError("Aucun dossier ne porte ce numéro.")
        return found

    def clean_prix(self) -> Any:
        if not self.cleaned_data["prix"]:
            raise forms.ValidationError("Une ligne à zéro ne sert à rien.")
        return self.cleaned_data["prix"]


def month_before(today: date) -> tuple[date, date]:
    """The whole month before a day: what is usually invoiced."""
    last = date.fromordinal(today.replace(day=1).toordinal() - 1)
    return last.replace(day=1), last
