"""The civil identity that a fund asks for. It is sent, and not kept."""

from typing import Any

from django import forms

from billing.api_particulier import FRANCE, Identity
from billing.services.funds import CONSENT
from core.words import NBSP

# Codes of the INSEE; who was born elsewhere joins the attestation.
COUNTRIES = [
    (FRANCE, "France"),
    ("99352", "Algérie"),
    ("99109", "Allemagne"),
    ("99131", "Belgique"),
    ("99134", "Espagne"),
    ("99404", "États-Unis"),
    ("99127", "Italie"),
    ("99350", "Maroc"),
    ("99139", "Portugal"),
    ("99132", "Royaume-Uni"),
    ("99341", "Sénégal"),
    ("99140", "Suisse"),
    ("99351", "Tunisie"),
    ("99208", "Turquie"),
]


class FundForm(forms.Form):
    nom = forms.CharField(label="Nom de naissance de l’allocataire", max_length=80)
    prenoms = forms.CharField(
        label="Prénoms", max_length=120, help_text="Séparés par des espaces, comme sur la pièce d’identité."
    )
    naissance = forms.DateField(
        label="Date de naissance", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    sexe = forms.ChoiceField(label="Sexe à l’état civil", choices=[("F", "Femme"), ("M", "Homme")])
    pays = forms.ChoiceField(
        label="Pays de naissance",
        choices=COUNTRIES,
        initial=FRANCE,
        help_text=f"Un autre pays{NBSP}? Joignez votre attestation.",
    )
    commune = forms.CharField(label="Commune de naissance, en France", max_length=80, required=False)
    departement = forms.RegexField(
        r"^(?:\d{2,3}|2[ABab])$",
        label="Département de naissance, en France",
        required=False,
        help_text="Son numéro, par exemple 30.",
    )
    accord = forms.BooleanField(label=CONSENT)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("pays") == FRANCE:
            for name in ("commune", "departement"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, "La caisse en a besoin pour une naissance en France.")
        return data

    def identity(self) -> Identity:
        data = self.cleaned_data
        here = data["pays"] == FRANCE
        return Identity(
            last_name=data["nom"],
            first_names=data["prenoms"].split(),
            born=data["naissance"],
            sex=data["sexe"],
            country=data["pays"],
            town=data["commune"] if here else "",
            department=data["departement"].upper() if here else "",
        )
