"""The shapes of tariff as an agent fills them in. Each says its keys, its rows and the tariffs it holds, and nothing else."""

from django import forms

from billing.forms_tariff_fields import NumbersField, YearDayField, euros, means, percent, whole
from billing.forms_tariff_grids import COUNTINGS
from billing.forms_tariff_shapes import Data, ItemForm, Items, Part, PricedForm, ShapeForm
from billing.pricing.changes import Membership
from billing.pricing.rules import Shape
from billing.pricing.volumes import Forfait
from core.forms.settings import ChoicesField

SPANS = [
    ("week", "la semaine"),
    ("month", "le mois"),
    ("period", "la période (vacances, trimestre)"),
    ("year", "l’année scolaire"),
    ("family_day", "la famille et le jour"),
    ("family_year", "la famille et l’année scolaire"),
]
MEASURES = [("minutes", "le temps passé"), ("late_minutes", "le retard après la fermeture")]
BASES = [
    ("quotient", "le quotient familial"),
    ("own_quotient", "le quotient calculé par la commune"),
    ("yearly_income", "le revenu annuel"),
    ("monthly_income", "le revenu mensuel"),
]
TIES = [
    ("works_here", "un parent travaille dans la commune"),
    ("partner_town", "commune partenaire"),
    ("special_class", "classe spécialisée"),
]
LIMITS = [("inclusive", "reste dans la tranche (≤)"), ("exclusive", "passe à la suivante (<)")]
ROUNDINGS = [("nearest", "au plus près"), ("up", "au-dessus"), ("down", "au-dessous")]
BASE = Part(
    title="Prix de départ",
    about="Un seul prix : une ligne, sans limites. Selon le quotient : une ligne par tranche.",
)
DEAREST = "Vide : le prix le plus élevé quand ce n’est pas connu."


def _beyond(title: str, about: str) -> Part:
    return Part(title=title, about=about, required=False)


def _choice(label: str, choices: list[tuple[str, str]], help_text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, help_text=help_text)


class ForfaitForm(ShapeForm):
    name, shape = "Forfait (semaine, mois, période, année)", "forfait"
    per = _choice("Un forfait couvre", SPANS)
    included = whole(
        "Nombre compris", least=1, help_text="Vide : autant qu’on veut. Sinon, donnez aussi le prix au-delà."
    )
    parts = {
        "base": Part(title="Prix du forfait", about=BASE.about),
        "beyond": _beyond("Prix de chaque unité au-delà", "Seulement avec un nombre compris."),
    }


class PackForm(ShapeForm):
    name, shape = "Carnet", "pack"
    size = whole("Nombre d’unités du carnet", least=2, required=True)
    per = _choice("Il vaut pour", [span for span in SPANS if span[0] in {"month", "period", "year"}])
    parts = {"base": Part(title="Prix du carnet", about=BASE.about)}


class StepsForm(ShapeForm):
    name, shape = "Prix de 1, 2, 3… unités", "steps"
    per = _choice("On compte sur", SPANS)
    totals = NumbersField(
        label="Prix total pour 1, pour 2, pour 3…",
        example="2,00 ; 3,50",
        cents=True,
        help_text="Séparés par des points-virgules : 2,00 ; 3,50 ; 4,50. Pour la famille et le jour : 1, 2, 3 enfants.",
    )
    parts = {"beyond": _beyond("Prix de chaque unité en plus", "Vide : rien de plus n’est dû.")}


class VolumeStepForm(ItemForm):
    start = whole("À partir de", least=2, required=True)
    percent = percent("Réduction", required=True)


class VolumeForm(ShapeForm):
    name, shape = "Remise de volume", "volume_discount"
    per = _choice("On compte sur", SPANS)
    applies = _choice(
        "La remise vaut",
        [("all", "pour toutes les unités"), ("further", "pour les unités suivantes seulement")],
    )
    items = Items(key="steps", title="Remises", one="Remise", row=VolumeStepForm)
    parts = {"base": BASE}


class FromNthForm(ShapeForm):
    name, shape = "Dû à partir de la énième fois", "from_nth"
    time = whole("Payant à partir de la fois n°", least=2, required=True)
    per = _choice("On compte sur", SPANS)
    parts = {"base": Part(title="Prix à partir de cette fois", about=BASE.about)}


class StartedForm(ShapeForm):
    name, shape = "Temps commencé (quart d’heure, demi-heure, heure)", "started_units"
    unit = forms.TypedChoiceField(
        label="Chaque", choices=[(15, "quart d’heure"), (30, "demi-heure"), (60, "heure")], coerce=int
    )
    measure = _choice("Ce qui compte", MEASURES, "Le prix d’une garderie, ou d’un retard à la sortie.")
    grace = whole(
        "Tolérance, en minutes", help_text="Un temps plus court en plus ne compte pas. Vide : aucune."
    )
    cap = euros("Prix maximal du jour", help_text="Vide : aucun.")
    parts = {"base": Part(title="Prix d’une unité de temps", about=BASE.about)}


class DurationForm(PricedForm):
    up_to = whole("Jusqu’à, en minutes", least=1, help_text="Vide : la dernière ligne.")


class DurationsForm(ShapeForm):
    name, shape = "Table de durées", "duration_table"
    measure = _choice("Ce qui compte", MEASURES)
    items = Items(
        key="cases",
        title="Durées",
        one="Durée",
        row=DurationForm,
        about="De la plus courte à la plus longue ; la dernière n’a pas de limite. Une ligne vidée est retirée.",
    )


class MembershipForm(ShapeForm):
    """A fee that counts once: the membership, and the forfait that holds it."""

    name, shape = "Adhésion annuelle", "membership"
    around = ("due",)
    due = forms.ChoiceField(
        label="Elle est due",
        required=False,
        initial="year",
        choices=[
            ("year", "une fois par enfant et par année scolaire"),
            ("family_year", "une fois par famille et par année scolaire"),
            ("", "à chaque unité"),
        ],
    )
    year_start = YearDayField(
        label="L’année commence le", required=False, help_text="Jour et mois : 1/9. Vide : le 1er septembre."
    )
    reduced__start = YearDayField(
        label="Réduite à partir du", required=False, help_text="Jour et mois : 1/2. Vide : jamais."
    )
    reduced__percent = percent("Réduction", help_text="Vide : la moitié.")
    parts = {"base": Part(title="Prix de l’adhésion", about=BASE.about)}

    @classmethod
    def opened(cls, rule: Shape) -> tuple[Shape, Data]:
        once = isinstance(rule, Forfait) and rule.included is None and rule.per in {"year", "family_year"}
        if once and isinstance(rule, Forfait) and isinstance(rule.base, Membership):
            return rule.base, {"due": rule.per}
        return rule, {"due": ""}

    @classmethod
    def closed(cls, written: Data, values: Data) -> Data:
        due = values.get("due")
        return {"type": "forfait", "per": due, "base": written} if due else written


class SupplementForm(ShapeForm):
    name, shape = "Supplément", "supplement"
    label = forms.CharField(
        label="Nom du supplément", max_length=80, help_text="Tel que la famille le lit : Goûter."
    )
    option = forms.CharField(
        label="Seulement avec l’option", max_length=60, required=False, help_text="Vide : toujours dû."
    )
    parts = {"base": BASE, "add": Part(title="Prix du supplément", about=BASE.about)}


class BoundedForm(ShapeForm):
    name, shape = "Plancher et plafond", "bounded"
    at_least = euros("Jamais moins de")
    at_most = euros("Jamais plus de")
    parts = {"base": BASE}


class GrantForm(ItemForm):
    payer = forms.CharField(label="Qui aide", max_length=80, help_text="CCAS, CAF, département…")
    amount = euros("Aide en euros")
    percent = percent("Ou aide")
    at_most = euros("Au plus")
    up_to = means("Jusqu’au quotient", help_text="Vide : tous.")


class AidedForm(ShapeForm):
    name, shape = "Aides déduites", "aided"
    least = euros("Reste toujours à la famille", help_text="Vide : rien.")
    items = Items(
        key="grants",
        title="Aides",
        one="Aide",
        row=GrantForm,
        about="Déduites l’une après l’autre. Une ligne vidée est retirée.",
    )
    parts = {"base": BASE}


class ResidenceForm(ShapeForm):
    name, shape = "Commune et hors commune", "by_residence"
    as_resident = ChoicesField(label="Paient comme la commune", choices=TIES, required=False)
    parts = {
        "resident": Part(title="Prix de la commune", about=BASE.about, outside=False),
        "outside": Part(title="Prix hors commune", about=BASE.about, outside=False),
        **{
            f"ties__{tie}": Part(title=f"Prix particulier : {words}", required=False, outside=False)
            for tie, words in TIES
        },
    }


class SurchargeForm(ShapeForm):
    name, shape = "Majoration hors commune", "outside_surcharge"
    amount = euros("Majoration en euros")
    percent = percent("Ou majoration")
    as_resident = ChoicesField(label="Paient comme la commune", choices=TIES, required=False)
    parts = {"base": Part(title="Prix de la commune", about=BASE.about, outside=False)}


class AgeForm(PricedForm):
    under = whole("Moins de, en années", least=1, help_text="Vide : la dernière ligne.")


class AgesForm(ShapeForm):
    name, shape = "Selon l’âge", "by_age"
    items = Items(
        key="cases",
        title="Âges",
        one="Âge",
        row=AgeForm,
        about="Du plus jeune au plus âgé ; la dernière ligne n’a pas de limite. Une ligne vidée est retirée.",
    )


class DiscountForm(ShapeForm):
    name, shape = "Réduction pour les frères et sœurs", "sibling_discount"
    percents = NumbersField(
        label="Réduction du 1er enfant, du 2e…, en %",
        example="0 ; 10 ; 20",
        help_text="Séparées par des points-virgules : 0 ; 10 ; 20. La dernière vaut pour les suivants.",
    )
    count = _choice("Ce qui compte", COUNTINGS)
    parts = {"base": BASE}


def _cases(words: dict[str, str], *, otherwise: bool = True) -> dict[str, Part]:
    found = {f"cases__{word}": Part(title=title, required=False) for word, title in words.items()}
    rest = Part(title="Dans les autres cas", about=DEAREST, required=False)
    return {**found, "otherwise": rest} if otherwise else found


class RegularityForm(ShapeForm):
    name, shape, fixed = "Régulier ou occasionnel", "by_case", {"fact": "regularity"}
    parts = _cases({"regular": "Régulier", "occasional": "Occasionnel"})


class MealForm(ShapeForm):
    name, shape, fixed = "Selon le repas (PAI, panier)", "by_case", {"fact": "meal"}
    parts = _cases(
        {
            "served": "Repas servi",
            "pai_special": "Repas adapté (PAI)",
            "pai_own": "Repas fourni par la famille (PAI)",
            "none": "Sans repas",
        }
    )


class FormulaForm(ShapeForm):
    name, shape, fixed = "Demi-journée, journée, avec ou sans repas", "by_case", {"fact": "formula"}
    parts = _cases(
        {
            "half_day": "Demi-journée",
            "half_day_meal": "Demi-journée avec repas",
            "day": "Journée sans repas",
            "day_meal": "Journée avec repas",
        }
    )


class PublicForm(ShapeForm):
    name, shape, fixed = "Enfant ou adulte", "by_case", {"fact": "public"}
    parts = _cases({"child": "Enfant", "adult": "Adulte"})


class SchemeForm(ShapeForm):
    name, shape, fixed = "Selon la caisse", "by_case", {"fact": "scheme"}
    parts = _cases({"caf": "Allocataire de la CAF", "msa": "Allocataire de la MSA", "none": "Sans caisse"})


class WordForm(PricedForm):
    word = forms.CharField(label="Mot", max_length=60)


class WordsForm(ShapeForm):
    name, shape = "Selon le site ou une formule de la commune", "by_case"
    fact = _choice("Ce qui décide", [("site", "le site"), ("formula", "la formule")])
    items = Items(
        key="cases",
        title="Prix",
        one="Cas",
        row=WordForm,
        about="Le mot est celui de la réservation. Une ligne vidée est retirée.",
        word="word",
    )
    parts = {"otherwise": Part(title="Dans les autres cas", about=DEAREST, required=False)}


class PointForm(ItemForm):
    means = means("Quotient ou revenu", required=True)
    amount = euros("Prix", required=True)


class LineForm(ShapeForm):
    name, shape = "Prix continu selon le quotient", "interpolation"
    basis = _choice("On lit", BASES)
    without_proof = euros("Prix sans justificatif", help_text="Vide : le plus élevé.")
    rounding__step = euros("Arrondi à", help_text="0,05 pour cinq centimes. Vide : au centime.")
    rounding__direction = _choice("Arrondi", ROUNDINGS)
    items = Items(
        key="points",
        title="Points",
        one="Point",
        row=PointForm,
        about="Entre deux points, le prix suit une droite. Une ligne vidée est retirée.",
    )


class ShareForm(ItemForm):
    up_to = means("Jusqu’à")
    percent = percent("Part de la famille", required=True)


class CostShareForm(ShapeForm):
    name, shape = "Part du coût d’une sortie", "cost_share"
    expected_cost = euros("Coût prévu par enfant", required=True)
    basis = _choice("On lit", BASES)
    limits = _choice("Égal à une limite", LIMITS)
    items = Items(
        key="shares",
        title="Parts",
        one="Part",
        row=ShareForm,
        about="La dernière n’a pas de limite. Une ligne vidée est retirée.",
    )


class RateForm(ShapeForm):
    name, shape = "Taux d’effort sur un revenu (crèche)", "effort_rate"
    basis = _choice("On lit", BASES)
    percents = NumbersField(
        label="Taux d’effort, en %",
        example="0,0619 ; 0,0516",
        help_text="Un seul, ou un par nombre d’enfants à charge, séparés par des points-virgules.",
    )
    lowest_means = means("Revenu ou quotient plancher")
    highest_means = means("Revenu ou quotient plafond")
    floor = euros("Prix plancher")
    cap = euros("Prix plafond")
    divided_by = whole("Divisé par", least=1, help_text="4 pour un quart d’heure. Vide : 1.")
    without_proof = euros("Prix sans justificatif", help_text="Vide : le plus élevé.")
    rounding__step = euros("Arrondi à", help_text="0,05 pour cinq centimes. Vide : au centime.")
    rounding__direction = _choice("Arrondi", ROUNDINGS)


class MeansForm(ItemForm):
    start = means("De")
    up_to = means("Jusqu’à")
    amount = euros("Prix", required=True)
    label = forms.CharField(label="Nom", max_length=60, required=False)


class MeansBracketsForm(ShapeForm):
    name, shape = "Tranches de revenu, ou tranche abaissée", "brackets"
    basis = _choice("On lit", BASES)
    limits = _choice("Égal à une limite", LIMITS)
    without_proof = euros("Prix sans justificatif", help_text="Vide : le plus élevé.")
    shift__count = forms.ChoiceField(
        label="Tranche abaissée selon", choices=[("", "jamais"), *COUNTINGS], required=False
    )
    shift__start = whole("À partir de combien d’enfants", least=2)
    shift__by = whole("De combien de tranches", least=1, help_text="Vide : une.")
    items = Items(
        key="brackets",
        title="Tranches",
        one="Tranche",
        row=MeansForm,
        about="La dernière n’a pas de limite. Une ligne vidée est retirée.",
    )
