"""Who a child lives with, as an agent writes it from what the parents or a judge decided."""

from datetime import date
from typing import Any

from django import forms

from core.custody import CustodyMode
from core.forms.days import DayField
from core.models import Household
from core.words import NBSP

LINE = f"Une ligne par séjour, comme « 19/12/2026 - 26/12/2026 »{NBSP}: premier et dernier jour chez le second parent."


class CustodyForm(forms.Form):
    dossier = forms.CharField(label="N° du dossier du second parent", max_length=12)
    partage = forms.ChoiceField(
        label="Partage", choices=CustodyMode.choices, widget=forms.RadioSelect, initial=CustodyMode.WEEKS
    )
    paires = forms.ChoiceField(
        label="Semaines chez le second parent",
        choices=[("oui", "Semaines paires"), ("non", "Semaines impaires")],
        initial="oui",
        help_text="Pour une semaine sur deux. Le numéro est celui du calendrier, du lundi au dimanche.",
    )
    jours = forms.CharField(
        label="Jours chez le second parent",
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=f"Pour des jours choisis. {LINE}",
    )
    part = forms.DecimalField(
        label="Part payée par le second parent (%)",
        min_value=1,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        required=False,
        localize=True,
        help_text="Pour un pourcentage de chaque jour.",
    )
    du = DayField(label="À partir du")
    au = DayField(label="Jusqu’au", required=False, help_text="Vide : jusqu’à nouvel ordre.")
    justificatif = forms.CharField(
        label="Justificatif",
        max_length=200,
        required=False,
        help_text="Sa référence : jugement du…, convention du…",
    )

    def clean_dossier(self) -> Household:
        found = Household.objects.filter(number__iexact=self.cleaned_data["dossier"].strip()).first()
        if found is None:
            raise forms.ValidationError("Aucun dossier ne porte ce numéro.")
        return found

    def clean_jours(self) -> list[tuple[date, date]]:
        day = DayField()
        periods = []
        for line in filter(str.strip, self.cleaned_data["jours"].splitlines()):
            first, _, last = line.partition(" - ")
            try:
                period = day.clean(first.strip()), day.clean((last or first).strip())
            except forms.ValidationError as error:
                raise forms.ValidationError(f"« {line.strip()} » ne se lit pas. {LINE}") from error
            if period[0] > period[1]:
                raise forms.ValidationError(f"« {line.strip()} » finit avant de commencer.")
            periods.append(period)
        return periods

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        mode = data.get("partage")
        if mode == CustodyMode.SHARE and not data.get("part") and "part" not in self.errors:
            self.add_error("part", "Dites quelle part le second parent paie.")
        if mode == CustodyMode.DAYS and not data.get("jours") and "jours" not in self.errors:
            self.add_error("jours", "Écrivez au moins un séjour.")
        if (first := data.get("du")) and (last := data.get("au")) and last < first:
            self.add_error("au", "La fin précède le début.")
        return data


class EndForm(forms.Form):
    fin = DayField(label="Dernier jour de la garde partagée")
