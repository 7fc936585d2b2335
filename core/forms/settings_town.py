"""The town, its places, its days, its papers and its meals, as objects of the town's file."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from core.calendars import HolidayRegion, SchoolZone
from core.child_file import Access, DossierField, MealKind
from core.commune_file.child_file import ACCESS_WORDS, FIELD_WORDS, KIND_WORDS, FieldTable, MealTable
from core.commune_file.mail_texts import MailTable, SendingTable
from core.commune_file.objects import Data
from core.commune_file.papers import DocumentTable, RegulationTable, VersionTable
from core.commune_file.places import DayTable, PlaceTable
from core.commune_file.town import TownTable
from core.enums import EstablishmentKind
from core.forms.content import MarkupField
from core.forms.days import DayField
from core.forms.settings import TableForm, choices_of
from core.mail_texts import MAIL_NAMES, SUBJECT_WORDS

SUBJECTS = [("enfant", "Un par enfant"), ("famille", "Un pour toute la famille")]
VALIDITIES = [
    ("illimitee", "Sans limite"),
    ("annee_scolaire", "Jusqu’à la fin de l’année scolaire"),
    ("mois", "Un nombre de mois"),
    ("lue", "Jusqu’à la date que l’agent lit sur le document"),
]


class TownForm(TableForm):
    model = TownTable
    nom = forms.CharField(label="Nom de la commune", max_length=120)
    zone_scolaire = forms.ChoiceField(label="Zone des vacances scolaires", choices=SchoolZone.choices())
    jours_feries = forms.ChoiceField(
        label="Jours fériés de",
        choices=[(value.lower(), label) for value, label in HolidayRegion.choices()],
    )
    minutes_panier = forms.IntegerField(
        label="Minutes pour payer un panier", help_text="Au-delà, les places sont rendues."
    )
    heures_panier_guichet = forms.IntegerField(
        label="Heures pour payer ce qu’un agent accepte ou réserve pour une famille"
    )
    heures_rappel = forms.IntegerField(
        label="Rappel avant une date limite, en heures", help_text="0 : jamais."
    )


class PlaceForm(TableForm):
    model = PlaceTable
    nom = forms.CharField(label="Nom", max_length=120, help_text="Tel que le lisent les familles.")
    type = forms.ChoiceField(label="Nature", choices=EstablishmentKind.choices)
    adresse = forms.CharField(label="Adresse", max_length=200, required=False)
    telephone = forms.CharField(label="Téléphone", max_length=20, required=False)


class DayForm(TableForm):
    model = DayTable
    du = DayField(label="Premier jour")
    au = DayField(label="Dernier jour", help_text="Compris ; le même pour un seul jour.")
    effet = forms.ChoiceField(
        label="Ces jours-là",
        choices=[
            ("ferme", "Fermé : rien n’ouvre"),
            ("ouvert", "Ouvert : ni férié, ni vacances, ni fermeture"),
        ],
    )
    motif = forms.CharField(label="Pourquoi", max_length=120, help_text="Les familles le lisent.")
    etablissement = forms.ChoiceField(label="Où", required=False)

    def prepare(self, table: Mapping[str, Any]) -> None:  # noqa: ARG002
        self.fields["etablissement"].choices = choices_of(
            self.draft, "etablissements", blank="Dans toute la commune"
        )

    def new_name(self) -> str:
        data = self.cleaned_data
        days: tuple[date, date] = data["du"], data["au"]
        return "_".join([*(day.isoformat() for day in days), data["effet"], data["etablissement"]])


class MealForm(TableForm):
    model = MealTable
    nom = forms.CharField(
        label="Nom", max_length=80, help_text="Comme un menu : « Sans viande ». Jamais une raison."
    )
    nature = forms.ChoiceField(
        label="Ce que la cuisine en sait",
        choices=[(word, MealKind(kind).label) for kind, word in KIND_WORDS.items()],
    )
    propose = forms.BooleanField(
        label="Les familles peuvent le choisir",
        required=False,
        help_text="Sinon, seul un agent le donne.",
    )


class FieldForm(TableForm):
    model = FieldTable
    only_new = ("rubrique",)
    rubrique = forms.ChoiceField(
        label="Rubrique", choices=[(word, DossierField(value).label) for word, value in FIELD_WORDS.items()]
    )
    acces = forms.ChoiceField(
        label="Ce que les familles en font",
        choices=[(word, Access(access).label) for access, word in ACCESS_WORDS.items()],
    )
    validation = forms.BooleanField(label="Un agent valide ce que la famille écrit", required=False)

    def new_name(self) -> str:
        return str(self.cleaned_data.get("rubrique", ""))


class DocumentForm(TableForm):
    model = DocumentTable
    nom = forms.CharField(label="Nom", max_length=120)
    aide = forms.CharField(
        label="Aide pour la famille", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    concerne = forms.ChoiceField(label="Combien", choices=SUBJECTS)
    validite = forms.ChoiceField(label="Jusqu’à quand il vaut", choices=VALIDITIES)
    mois = forms.IntegerField(
        label="Nombre de mois", required=False, help_text="Seulement pour « Un nombre de mois »."
    )
    age_max_jours = forms.IntegerField(
        label="Âge du document, en jours, au plus",
        required=False,
        help_text="90 pour « de moins de trois mois » ; vide : peu importe.",
    )
    compte_des_reception = forms.BooleanField(
        label="La famille peut réserver dès l’envoi", required=False, help_text="L’agent le lit après."
    )
    jours_rappel = forms.IntegerField(label="Rappel avant l’échéance, en jours", help_text="0 : jamais.")


class RegulationForm(TableForm):
    model = RegulationTable
    nom = forms.CharField(label="Nom", max_length=120)
    nature = forms.ChoiceField(
        label="Nature",
        choices=[
            ("reglement", "Règlement, à accepter"),
            ("autorisation", "Autorisation, que la famille peut refuser"),
        ],
    )
    concerne = forms.ChoiceField(
        label="Réponse",
        choices=[("famille", "Une pour toute la famille"), ("enfant", "Une par enfant")],
    )


class SendingForm(TableForm):
    model = SendingTable
    expediteur = forms.CharField(
        label="Nom de l’expéditeur",
        max_length=80,
        required=False,
        help_text="« Mairie de Bellegarde – Guichet familles ».",
    )
    reponse = forms.EmailField(
        label="Adresse qui reçoit les réponses",
        required=False,
        help_text="Vide : personne ne lit les réponses.",
    )


class MailForm(TableForm):
    model = MailTable
    only_new = ("code",)
    code = forms.ChoiceField(label="Quel courriel", choices=list(MAIL_NAMES.items()))
    objet = forms.CharField(
        label="Objet",
        max_length=150,
        required=False,
        help_text="Vide : l’objet habituel. "
        + ", ".join(f"{word} écrit {what}" for word, what in SUBJECT_WORDS.items())
        + ".",
    )
    introduction = forms.CharField(
        label="Mot de la commune",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="En tête du courriel, avant ce que dit le portail.",
    )

    def new_name(self) -> str:
        return str(self.cleaned_data.get("code", ""))


class VersionForm(TableForm):
    model = VersionTable
    publiee_le = DayField(label="En vigueur le")
    texte = MarkupField(
        label="Texte",
        help_text="Il ne change plus dès qu’une famille y a répondu : ajoutez alors une version.",
    )

    def values(self) -> Data:
        values = super().values()
        return {"numero": self._number(), **values} if self.is_new else values

    def new_name(self) -> str:
        return str(self._number()) if self.is_new else ""

    def _number(self) -> int:
        """One more than the last version of the règlement."""
        regulation = next(one for one in self.draft["reglements"] if one["code"] == self.names[1])
        return 1 + max((one["numero"] for one in regulation.get("versions", ())), default=0)
