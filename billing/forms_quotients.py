"""What a family and an agent write about the means of a household."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.models import ChildFacts, QuotientSettings
from billing.quotients import Fund, MeansBasis, QuotientSource
from billing.services.quotients import Proof
from core.forms.days import DayField
from core.forms.papers import HELP, PaperField


def _number(label: str, *, required: bool = True, **options: Any) -> forms.DecimalField:
    """A number as it is typed in French, with a comma."""
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=Decimal(0),
        max_digits=10,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        **options,
    )


class _ProofForm(forms.Form):
    nature = forms.ChoiceField(
        label="Nature", choices=MeansBasis.choices, initial=MeansBasis.QUOTIENT, required=False
    )
    valeur = _number("Valeur")
    caisse = forms.ChoiceField(label="Caisse", choices=[("", "Non précisée"), *Fund.choices], required=False)
    enfants = forms.IntegerField(
        label="Enfants à charge, si le justificatif les compte",
        required=False,
        min_value=1,
        max_value=20,
    )
    recu = DayField(label="Reçu le")
    justificatif = forms.CharField(
        label="Référence du justificatif",
        max_length=200,
        required=False,
        help_text="Par exemple « attestation CAF du 12/01/2026 »",
    )

    def proof(self) -> Proof:
        data = self.cleaned_data
        return Proof(
            value=data["valeur"],
            received_on=data["recu"],
            source=QuotientSource.DOCUMENT if data["justificatif"] else QuotientSource.AGENT,
            basis=MeansBasis(data["nature"] or MeansBasis.QUOTIENT),
            fund=data["caisse"],
            children=data["enfants"],
            reference=data["justificatif"],
        )


class QuotientForm(_ProofForm):
    du = DayField(label="À partir du", required=False, help_text="Vide : la date prévue par la commune.")
    au = DayField(label="Jusqu’au", required=False, help_text="Vide : la durée prévue par la commune.")
    declaration = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("du") and data.get("au") and data["au"] < data["du"]:
            self.add_error("au", "Le dernier jour vient après le premier.")
        return data


class CorrectionForm(_ProofForm):
    motif = forms.CharField(label="Motif de la correction", max_length=200)


class WithdrawalForm(forms.Form):
    motif = forms.CharField(label="Motif", max_length=200)


class DeclarationForm(forms.Form):
    """A change that a family tells of. A value, a document or words: one of them at least."""

    valeur = _number(
        _("Mon quotient familial"),
        required=False,
        help_text=_("Il est écrit sur l’attestation de la CAF ou de la MSA."),
    )
    fichier = PaperField(label=_("Mon attestation"), required=False, help_text=HELP)
    message = forms.CharField(
        label=_("Message"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not (data["valeur"] is not None or data["fichier"] or data["message"].strip()):
            raise forms.ValidationError(
                gettext(
                    "Indiquez votre quotient, joignez votre attestation ou écrivez-nous : l’un des trois suffit."
                )
            )
        return data


class RefusalForm(forms.Form):
    reponse = forms.CharField(label="Réponse à la famille", max_length=200)


class ChildFactsForm(forms.ModelForm):
    class Meta:
        model = ChildFacts
        fields = ("frequency", "special_class")


class QuotientSettingsForm(forms.ModelForm):
    """The token is written and never shown again."""

    siret = forms.CharField(label="SIRET de la commune", max_length=20, required=False)
    jeton = forms.CharField(
        label="Jeton API Particulier",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Vide : le jeton enregistré ne change pas. Il n’est plus jamais affiché.",
    )
    oublier = forms.BooleanField(label="Oublier le jeton enregistré", required=False)

    class Meta:
        model = QuotientSettings
        fields = ("effect", "validity", "reminder_days", "siret")

    def clean_siret(self) -> str:
        siret: str = self.cleaned_data["siret"].replace(" ", "")
        if siret and not (siret.isdecimal() and len(siret) == 14):
            raise forms.ValidationError("Un SIRET a quatorze chiffres.")
        return siret

    def save(self, commit: bool = True) -> QuotientSettings:
        settings: QuotientSettings = super().save(commit=False)
        if self.cleaned_data["oublier"]:
            settings.token = ""
        elif self.cleaned_data["jeton"]:
            settings.token = self.cleaned_data["jeton"]
        if commit:
            settings.save()
        return settings
