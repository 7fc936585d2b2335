"""Régies and tariffs as objects of the town's file."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from billing.commune_file import COUNTER_WORDS, NATURE_WORDS, RegieTable, TariffTable
from billing.enums import CreditUse, Means
from core.commune_file.objects import Data
from core.forms.days import DayField
from core.forms.settings import ChoicesField, EurosField, TableForm


class RegieForm(TableForm):
    model = RegieTable
    nom = forms.CharField(label="Nom", max_length=120, help_text="Tel qu’il paraît dans le panier.")
    titre_bloc = forms.CharField(
        label="Titre de son bloc",
        max_length=120,
        required=False,
        help_text="Après « Mes Factures & Paiements – ». Vide : rien, s’il n’y a qu’une régie.",
    )
    prefixe = forms.CharField(
        label="Préfixe",
        max_length=6,
        help_text="De 2 à 6 capitales, en tête des références de paiement : CANT.",
    )
    mentions = forms.CharField(
        label="Mentions des factures et reçus",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Adresse, acte constitutif, voies de recours.",
    )
    guichet = ChoicesField(
        label="Moyens encaissés au guichet",
        choices=[(word, Means(means).label) for word, means in COUNTER_WORDS.items()],
        required=False,
        help_text="Ceux que permet l’acte de la régie.",
    )
    delai_paiement = forms.IntegerField(label="Jours laissés pour payer une facture")
    relances = forms.CharField(
        label="Relances, en jours après l’échéance",
        required=False,
        help_text="Séparés par des virgules : 8, 15. Vide : jamais.",
    )
    facture_minimale = EurosField(
        label="Facture minimale, en euros", help_text="En dessous, la somme attend la facture suivante."
    )
    paiement_partiel = EurosField(
        label="Plus petit paiement partiel en ligne, en euros",
        required=False,
        min_value=Decimal("0.01"),
        help_text="Vide : une facture se paie en entier.",
    )
    avoirs = forms.ChoiceField(label="Un avoir", choices=CreditUse.choices)
    seuil_tresor = EurosField(label="Dette qui va au Trésor, en euros", help_text="15 € dans la loi.")

    def initial_of(self, table: Mapping[str, Any]) -> Data:
        initial = super().initial_of(table)
        return {**initial, "relances": ", ".join(map(str, initial["relances"]))}

    def clean_prefixe(self) -> str:
        return str(self.cleaned_data["prefixe"]).upper()

    def clean_relances(self) -> list[int]:
        words = re.split(r"[\s,;]+", self.cleaned_data["relances"].strip())
        try:
            return sorted({int(word) for word in words if word})
        except ValueError:
            raise forms.ValidationError("Écrivez des nombres de jours, par exemple 8, 15.") from None


class TariffForm(TableForm):
    """A new tariff has one price; the grids are written on their own screen, from a day on."""

    model = TariffTable
    libelle = forms.CharField(
        label="Nom", max_length=120, help_text="Tel qu’il paraît sur l’estimation et la facture."
    )
    nature = forms.ChoiceField(
        label="Ce qu’il paie",
        required=False,
        choices=[
            ("", "À lire dans les mots de la ligne"),
            *((word, one.label) for word, one in NATURE_WORDS.items()),
        ],
        help_text="Un CESU ne paie pas de repas ; l’attestation fiscale compte la garde à part.",
    )
    prix = EurosField(label="Prix, en euros", help_text="Une grille selon le quotient se règle ensuite.")
    des_le = DayField(label="À partir du")

    only_new = ("prix", "des_le")

    def values(self) -> Data:
        values = {
            "libelle": self.cleaned_data["libelle"],
            "nature": self.cleaned_data["nature"] or None,
        }
        if not self.is_new:
            return values
        price: Decimal = self.cleaned_data["prix"]
        rule = {"type": "flat", "amount": price}
        return {**values, "versions": [{"a_partir_du": self.cleaned_data["des_le"], "regle": rule}]}
