"""The other rules of a period and its stages: late, absent, who, on what conditions."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from booking.forms_settings_cutoffs import KeysForm
from booking.rules.absence import AbsenceReason, Proof
from core.commune_file.objects import Data
from core.forms.settings import ChoicesField, EurosField, choices_of
from core.forms.settings_rules import NONE, WRITTEN, NoRuleForm, RuleForm, WrittenRuleForm, is_blank
from core.residence import Residence

RESIDENCES = [
    (Residence.RESIDENT.value, "qui habitent la commune"),
    (Residence.WORKS_HERE.value, "qui y travaillent"),
    (Residence.PARTNER_TOWN.value, "d’une commune partenaire"),
    (Residence.OUTSIDE.value, "d’ailleurs"),
]
_NO_SHOW = [
    ("full", "est facturée"),
    ("free", "n’est pas facturée"),
    ("percent", "est facturée en partie, en % du prix"),
    ("flat", "est facturée d’un montant"),
    ("surcharge", "est facturée, avec un montant de plus"),
]


class PlainForm(KeysForm):
    """A late effect that says all by its kind."""


class ClosedForm(PlainForm):
    type = "closed"


class SamePriceForm(PlainForm):
    type = "same_price"


class LosesQuotientForm(PlainForm):
    type = "loses_quotient"


class AskAgentForm(PlainForm):
    type = "ask_agent"


class WaitingListForm(PlainForm):
    type = "waiting_list"


class SurchargeForm(KeysForm):
    type = "surcharge"
    defaults = {"per": "unit"}
    amount = EurosField(label="Combien de plus, en euros")
    per = forms.ChoiceField(
        label="Compté",
        choices=[
            ("unit", "par réservation"),
            ("day", "par enfant et par jour"),
            ("child", "par enfant"),
            ("family", "par famille"),
            ("order", "par commande"),
        ],
    )


class PercentForm(KeysForm):
    type = "percent"
    defaults = {"covers": "unit"}
    percent = forms.DecimalField(
        label="Majoration, en %", min_value=Decimal(0), localize=True, help_text="100 double le prix."
    )
    covers = forms.ChoiceField(
        label="Sur", choices=[("unit", "ce qui est en retard"), ("order", "toute la commande")]
    )


LATE_KINDS: Mapping[str, tuple[str, type[RuleForm]]] = {
    NONE: ("Rien de particulier : le prix de son tarif", NoRuleForm),
    "majoration": ("Un montant de plus", SurchargeForm),
    "pourcentage": ("Un pourcentage de plus", PercentForm),
    "quotient": ("Le tarif sans quotient", LosesQuotientForm),
    "demande": ("Une demande, qu’un agent étudie", AskAgentForm),
    "meme-prix": ("Le même prix", SamePriceForm),
    "attente": ("La liste d’attente", WaitingListForm),
    "ferme": ("Ce n’est plus possible", ClosedForm),
    WRITTEN: ("Une autre règle (avancé)", WrittenRuleForm),
}


class AbsencesForm(RuleForm):
    """What a no-show pays, and one way out of it: reasons with a proof."""

    absence = forms.ChoiceField(label="Une absence non prévenue à temps", choices=_NO_SHOW)
    montant = forms.DecimalField(label="Montant ou %", required=False, min_value=Decimal(0), localize=True)
    motifs = ChoicesField(
        label="N’est pas facturé en cas de",
        choices=[(reason.value, reason.label) for reason in AbsenceReason],
        required=False,
    )
    preuves = ChoicesField(
        label="Sur",
        choices=[(proof.value, proof.label) for proof in Proof],
        required=False,
        help_text="Rien de coché : sans justificatif.",
    )
    jours_preuve = forms.IntegerField(
        label="Remis dans les (jours)", required=False, min_value=0, max_value=366
    )
    carence = forms.IntegerField(
        label="Premiers jours qui restent dus", required=False, min_value=1, max_value=31
    )
    reprise = forms.BooleanField(
        label="Une place rendue trop tard puis reprise par un autre enfant n’est pas facturée", required=False
    )

    @classmethod
    def initial_of(cls, rule: Data) -> Data | None:
        due = rule.get("no_show", {"type": "full"})
        waivers = rule.get("waivers", [])
        if len(waivers) > 1 or due["type"] not in dict(_NO_SHOW):
            return None
        waiver = waivers[0] if waivers else {}
        within, carence = waiver.get("proof_within", {}), waiver.get("carence", {})
        if set(waiver) - {"reasons", "proofs", "proof_within", "carence"} or set(within) - {"days"}:
            return None
        if set(carence) - {"days"}:
            return None
        return {
            "absence": due["type"],
            "montant": due.get("amount", due.get("percent")),
            "motifs": waiver.get("reasons", []),
            "preuves": waiver.get("proofs", []),
            "jours_preuve": within.get("days"),
            "carence": carence.get("days"),
            "reprise": rule.get("refund_if_taken_again", False),
        }

    def clean(self) -> Data:
        data = super().clean() or self.cleaned_data
        if data.get("absence") in {"percent", "flat", "surcharge"} and data.get("montant") is None:
            self.add_error("montant", "Donnez combien.")
        if not data.get("motifs") and any(data.get(key) for key in ("preuves", "jours_preuve", "carence")):
            self.add_error("motifs", "Cochez au moins un motif.")
        if data.get("jours_preuve") is not None and not data.get("preuves"):
            self.add_error("preuves", "Cochez le justificatif attendu.")
        return data

    def rule(self) -> Data:
        data = self.cleaned_data
        due: Data = {"type": data["absence"]}
        if data["absence"] in {"percent", "flat", "surcharge"}:
            due["percent" if data["absence"] == "percent" else "amount"] = data["montant"]
        rule: Data = {"no_show": due}
        if data["motifs"]:
            waiver: Data = {"reasons": data["motifs"]}
            if data["preuves"]:
                waiver["proofs"] = data["preuves"]
            if data["jours_preuve"] is not None:
                waiver["proof_within"] = {"days": data["jours_preuve"]}
            if data["carence"]:
                waiver["carence"] = {"days": data["carence"]}
            rule["waivers"] = [waiver]
        return {**rule, "refund_if_taken_again": True} if data["reprise"] else rule


class ConditionsForm(RuleForm):
    """What a family's file must hold before it books."""

    documents = ChoicesField(label="Documents à fournir", required=False)
    consents = ChoicesField(label="Accords à donner", required=False)
    max_overdue = EurosField(
        label="Impayés tolérés, en euros", required=False, help_text="0 : aucun impayé ; vide : peu importe."
    )
    child_file = forms.BooleanField(
        label="Le dossier de l’enfant et les informations de sa famille doivent être complets", required=False
    )
    quotient_known = forms.BooleanField(label="Le quotient doit être connu", required=False)
    used_this_year = forms.BooleanField(label="Seulement les enfants déjà venus cette année", required=False)

    def prepare(self) -> None:
        self.fields["documents"].choices = choices_of(self.draft, "documents")
        self.fields["consents"].choices = choices_of(self.draft, "reglements")

    @classmethod
    def initial_of(cls, rule: Data) -> Data | None:
        return None if set(rule) - set(cls.base_fields) else dict(rule)

    def rule(self) -> Data | None:
        return {key: value for key, value in self.cleaned_data.items() if not is_blank(value)} or None


class PublicForm(RuleForm):
    """Who may book, beyond classes."""

    age_min = forms.IntegerField(label="Âge minimum", required=False, min_value=0, max_value=99)
    age_max = forms.IntegerField(label="Âge maximum", required=False, min_value=0, max_value=99)
    unite = forms.ChoiceField(label="En", choices=[("ans", "ans"), ("mois", "mois")])
    residences = ChoicesField(
        label="Les familles",
        choices=RESIDENCES,
        required=False,
        help_text="Rien de coché : toutes.",
    )
    establishments = ChoicesField(
        label="Les élèves de", required=False, help_text="Rien de coché : de partout."
    )

    def prepare(self) -> None:
        self.fields["establishments"].choices = choices_of(self.draft, "etablissements")

    @classmethod
    def initial_of(cls, rule: Data) -> Data | None:
        if set(rule) - {"ages", "residences", "establishments"}:
            return None
        ages = rule.get("ages", {})
        return {
            "age_min": ages.get("min"),
            "age_max": ages.get("max"),
            "unite": ages.get("unit", "ans"),
            "residences": rule.get("residences", []),
            "establishments": rule.get("establishments", []),
        }

    def rule(self) -> Data | None:
        data = self.cleaned_data
        ages = {
            key: value
            for key, value in (("min", data["age_min"]), ("max", data["age_max"]))
            if value is not None
        }
        rule: Data = {}
        if ages:
            rule["ages"] = ages | ({"unit": "mois"} if data["unite"] == "mois" else {})
        for key in ("residences", "establishments"):
            if data[key]:
                rule[key] = data[key]
        return rule or None


class _OptionalKeysForm(RuleForm):
    """A rule without any type, all of whose keys may be left out."""

    @classmethod
    def initial_of(cls, rule: Data) -> Data | None:
        return None if set(rule) - set(cls.base_fields) else dict(rule)

    def rule(self) -> Data | None:
        kept: dict[str, Any] = {key: value for key, value in self.cleaned_data.items() if not is_blank(value)}
        return kept or None


class WeekForm(_OptionalKeysForm):
    min_days = forms.IntegerField(
        label="Jours par semaine au moins", required=False, min_value=1, max_value=7
    )
    max_days = forms.IntegerField(label="Jours par semaine au plus", required=False, min_value=1, max_value=7)
    fixed_weekdays = forms.BooleanField(label="Les mêmes jours toute la période", required=False)


class MinimumForm(_OptionalKeysForm):
    children = forms.IntegerField(
        label="Enfants inscrits au moins", required=False, min_value=2, max_value=1000
    )
    resident_percent = forms.IntegerField(
        label="Part d’enfants de la commune au moins, en %", required=False, min_value=1, max_value=100
    )


def optional(label: str, form: type[RuleForm]) -> Mapping[str, tuple[str, type[RuleForm]]]:
    """None, the form, or the rule as it is written."""
    return {
        NONE: ("Aucune", NoRuleForm),
        "simple": (label, form),
        WRITTEN: ("Une autre règle (avancé)", WrittenRuleForm),
    }
