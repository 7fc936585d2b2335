"""The civil identity that a fund asks for. It is sent, and not kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.api_particulier import FRANCE, Identity
from billing.services.funds import CONSENT
from core.forms.days import DayField

# Codes of the INSEE; who was born elsewhere joins the attestation.
COUNTRIES = [
    (FRANCE, _("France")),
    ("99352", _("Algérie")),
    ("99109", _("Allemagne")),
    ("99131", _("Belgique")),
    ("99134", _("Espagne")),
    ("99404", _("États-Unis")),
    ("99127", _("Italie")),
    ("99350", _("Maroc")),
    ("99139", _("Portugal")),
    ("99132", _("Royaume-Uni")),
    ("99341", _("Sénégal")),
    ("99140", _("Suisse")),
    ("99351", _("Tunisie")),
    ("99208", _("Turquie")),
]


class FundForm(forms.Form):
    nom = forms.CharField(label=_("Nom de naissance de l’allocataire"), max_length=80)
    prenoms = forms.CharField(
        label=_("Prénoms"),
        max_length=120,
        help_text=_("Séparés par des espaces, comme sur la pièce d’identité."),
    )
    naissance = DayField(label=_("Date de naissance"))
    sexe = forms.ChoiceField(label=_("Sexe à l’état civil"), choices=[("F", _("Femme")), ("M", _("Homme"))])
    pays = forms.ChoiceField(
        label=_("Pays de naissance"),
        choices=COUNTRIES,
        initial=FRANCE,
        help_text=_("Un autre pays ? Joignez votre attestation."),
    )
    commune = forms.CharField(label=_("Commune de naissance, en France"), max_length=80, required=False)
    departement = forms.RegexField(
        r"^(?:\d{2,3}|2[ABab])$",
        label=_("Département de naissance, en France"),
        required=False,
        help_text=_("Son numéro, par exemple 30."),
    )
    accord = forms.BooleanField(label=_(CONSENT))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("pays") == FRANCE:
            for name in ("commune", "departement"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, gettext("La caisse en a besoin pour une naissance en France."))
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
