"""Activities, periods, slots and stages as objects of the town's file."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from booking.commune_file.places import GroupTable
from booking.commune_file.tables import (
    WEEKDAY_WORDS,
    YEARS,
    ActivityTable,
    PeriodTable,
    SlotTable,
    StageTable,
    read_school_date,
)
from core.commune_file.objects import Data
from core.forms.settings import (
    ChoicesField,
    ClockField,
    LocalMomentField,
    TableForm,
    choices_of,
    levels_field,
)
from core.words import WEEKDAYS


class ActivityForm(TableForm):
    model = ActivityTable
    nom = forms.CharField(
        label="Nom", max_length=120, help_text="Tel que le lisent les familles : RESTAURATION."
    )
    etablissement = forms.ChoiceField(label="Où")
    regie = forms.ChoiceField(label="Qui l’encaisse", required=False)
    eleves_seulement = forms.BooleanField(label="Réservée aux élèves de l’établissement", required=False)
    inscription_prealable = forms.BooleanField(
        label="Le service inscrit l’enfant avant toute réservation", required=False
    )

    def prepare(self, table: Mapping[str, Any]) -> None:  # noqa: ARG002
        self.fields["etablissement"].choices = choices_of(self.draft, "etablissements")
        self.fields["regie"].choices = choices_of(self.draft, "regies", blank="Rien à payer")

    def code_wish(self) -> str:
        return f"{self.cleaned_data['nom']}-{self.cleaned_data['etablissement']}"


class SchoolDateField(forms.CharField):
    """A day, written out, or « 01/09 » for every school year."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        for read in (forms.DateField().clean, read_school_date):
            try:
                return read(text)
            except (forms.ValidationError, ValueError):
                continue
        raise forms.ValidationError("Écrivez 01/09/2026, ou 01/09 pour chaque année scolaire.")

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) or value is None else f"{value:%d/%m/%Y}"


class PeriodForm(TableForm):
    model = PeriodTable
    only_new = ("annee_scolaire",)
    nom = forms.CharField(
        label="Nom",
        max_length=120,
        help_text="« Cantine 2026-2027 ». Si elle revient chaque année : « Cantine », l’année s’y ajoute.",
    )
    annee_scolaire = forms.BooleanField(label="Revient chaque année scolaire", required=False)
    debut = SchoolDateField(
        label="Premier jour", help_text="01/09/2026 ; ou 01/09 si elle revient chaque année."
    )
    fin = SchoolDateField(label="Dernier jour", help_text="Compris ; de la même forme.")
    jours = ChoicesField(label="Jours d’ouverture", choices=list(zip(WEEKDAY_WORDS, WEEKDAYS, strict=True)))
    vacances = forms.ChoiceField(
        label="Pendant les vacances scolaires",
        choices=[
            ("ferme", "Fermé"),
            ("seulement", "Ouvert seulement pendant les vacances"),
            ("ouvert", "Ouvert"),
        ],
        help_text="Un jour férié est toujours fermé.",
    )
    niveaux = levels_field("Classes admises")
    mode = forms.ChoiceField(
        label="Une réservation est",
        choices=[("immediate", "Acquise aussitôt"), ("demande", "Une demande, qu’un agent décide")],
    )
    paiement = forms.ChoiceField(
        label="Paiement",
        choices=[
            ("facture", "Plus tard, sur facture"),
            ("panier", "À la réservation, au panier"),
            ("gratuit", "Gratuit"),
        ],
    )
    ouverture = LocalMomentField(
        label="Ouverture des réservations", required=False, help_text="Vide : dès la publication."
    )
    cloture = LocalMomentField(
        label="Clôture des réservations", required=False, help_text="Vide : jusqu’aux délais de chaque jour."
    )
    presentation = forms.ChoiceField(
        label="Le planning montre", choices=[("mois", "Un mois"), ("semaine", "Une semaine")]
    )
    places_affichees = forms.BooleanField(label="Montrer les places restantes", required=False)
    liste_attente = forms.ChoiceField(
        label="Liste d’attente",
        required=False,
        choices=[
            ("", "Pas de liste"),
            ("automatique", "La place libérée est proposée à la famille suivante"),
            ("agent", "Un agent choisit à qui proposer"),
        ],
    )
    minutes_proposition = forms.IntegerField(label="Minutes pendant lesquelles une place proposée est gardée")
    remboursement = forms.ChoiceField(
        label="Un jour payé, annulé à temps",
        choices=[
            ("agent", "Un agent décide"),
            ("avoir", "Avoir sur le compte"),
            ("liste", "À rembourser par la régie"),
            ("aucun", "Rien"),
        ],
    )
    aide_annulation = forms.CharField(
        label="Ce que lit une famille qui ne peut plus annuler",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def initial_of(self, table: Mapping[str, Any]) -> Data:
        initial = super().initial_of(table)
        name = str(initial.get("nom") or "").removesuffix(f" {YEARS}")
        return {**initial, "nom": name, "annee_scolaire": bool(initial["annee_scolaire"])}

    def clean(self) -> Data:
        """What the file's own check says only once the period has its slots."""
        data = super().clean() or self.cleaned_data
        start, end = data.get("debut"), data.get("fin")
        for key, day in (("debut", start), ("fin", end)):
            if day is not None and isinstance(day, str) != self._returns():
                wanted = "01/09, sans année" if self._returns() else "un jour entier, par exemple 01/09/2026"
                self.add_error(key, f"Écrivez {wanted}.")
        if isinstance(start, date) and isinstance(end, date) and end < start:
            self.add_error("fin", "La fin précède le début.")
        return data

    def values(self) -> Data:
        values = super().values()
        if self._returns() and YEARS not in values["nom"]:
            values["nom"] = f"{values['nom']} {YEARS}"
        if self.is_new:
            values["annee_scolaire"] = "courante" if self._returns() else None
            # A period must say one; its own page changes it.
            values["annulation"] = {"type": "days_before", "days": 1, "time": "23:55"}
        return values

    def code_wish(self) -> str:
        return str(self.cleaned_data["nom"]).replace(YEARS, "")

    def code(self, free: str) -> str:
        return f"{free}-{YEARS}" if self._returns() else free

    def _returns(self) -> bool:
        if self.is_new:
            return bool(self.cleaned_data.get("annee_scolaire"))
        return YEARS in self.names[-1]


class SlotForm(TableForm):
    model = SlotTable
    libelle = forms.CharField(label="Nom", max_length=80, help_text="REPAS, ACCUEIL DU MATIN…")
    debut = ClockField(label="Début")
    fin = ClockField(label="Fin")
    places = forms.IntegerField(
        label="Places par jour", required=False, min_value=0, help_text="Vide : pas de limite."
    )

    def clean(self) -> Data:
        data = super().clean() or self.cleaned_data
        if data.get("debut") and data.get("fin") and data["fin"] <= data["debut"]:
            self.add_error("fin", "La fin précède le début.")
        return data


class StageForm(TableForm):
    model = StageTable
    libelle = forms.CharField(
        label="Titre de la colonne", max_length=80, help_text="Ce que lit la famille : REPAS ENFANT 3,30."
    )
    tarif = forms.ChoiceField(label="Tarif", required=False)
    niveaux = levels_field("Classes admises à ce stade")

    def prepare(self, table: Mapping[str, Any]) -> None:  # noqa: ARG002
        self.fields["tarif"].choices = choices_of(self.draft, "tarifs", "libelle", blank="Aucun prix annoncé")

    def values(self) -> Data:
        values = super().values()
        # A stage must say one; its own page changes it.
        first = {"delai": {"type": "week_before", "weekday": "sun", "time": "23:55"}}
        return {**values, **first} if self.is_new else values


class GroupForm(TableForm):
    """Places shared by class or age."""

    model = GroupTable
    parts = {"ages": ("age_min", "age_max")}
    libelle = forms.CharField(label="Nom", max_length=80, help_text="« Moins de 6 ans ».")
    places = forms.IntegerField(
        label="Places par jour", required=False, min_value=0, help_text="Vide : pas de limite."
    )
    niveaux = levels_field("Classes du groupe", "Rien de coché : seulement l’âge.")
    age_min = forms.IntegerField(label="Âge minimum, en ans", required=False, min_value=0)
    age_max = forms.IntegerField(label="Âge maximum, en ans", required=False, min_value=0)

    def initial_of(self, table: Mapping[str, Any]) -> Data:
        ages = table.get("ages") or {}
        return {**super().initial_of(table), "age_min": ages.get("min"), "age_max": ages.get("max")}

    def values(self) -> Data:
        low, high = self.cleaned_data.pop("age_min"), self.cleaned_data.pop("age_max")
        ages = {key: value for key, value in (("min", low), ("max", high)) if value is not None}
        return {**super().values(), "ages": ages or None}
