"""The grid editor: one form a shape of price, in the words of an agent."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from billing.pricing.grids import Grid, GridError, Row, read_rule, rule_of
from billing.pricing.rules import Shape
from billing.pricing.shape import plain
from core.levels import LevelGroup

MORE_ROWS = 3
MAX_ROWS = 30


def _euros(label: str, *, required: bool = False, help_text: str = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=Decimal(0),
        max_digits=8,
        decimal_places=2,
        localize=True,
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


def _numbers(text: str, example: str) -> list[Decimal]:
    """Numbers with a comma, between semicolons."""
    words = [word.strip().replace(",", ".") for word in text.split(";")]
    try:
        return [Decimal(word) for word in words if word]
    except InvalidOperation:
        raise forms.ValidationError(f"Écrivez des nombres, par exemple {example}.") from None


class VersionForm(forms.Form):
    """What every shape asks: from which day."""

    du = forms.DateField(
        label="À partir du", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    @staticmethod
    def initial_of(grid: Grid) -> dict[str, Any]:  # noqa: ARG004 - each shape reads its own
        """The fields that would write ``grid`` again."""
        return {}

    def rule(self) -> Shape:
        """Raises GridError."""
        raise NotImplementedError


class FlatForm(VersionForm):
    prix = _euros("Prix", required=True)
    hors = _euros("Prix hors commune", help_text="Vide : le même.")

    @staticmethod
    def initial_of(grid: Grid) -> dict[str, Any]:
        return {"prix": grid.amount, "hors": grid.outside}

    def rule(self) -> Shape:
        data = self.cleaned_data
        return rule_of(Grid(shape="flat", amount=data["prix"], outside=data["hors"]))


class RowForm(forms.Form):
    de = _euros("De")
    a = _euros("À")
    prix = _euros("Prix")
    hors = _euros("Hors commune")
    nom = forms.CharField(label="Nom", max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.has_changed() and data.get("prix") is None and "prix" not in self.errors:
            self.add_error("prix", "Cette tranche n’a pas de prix.")
        return data

    def row(self) -> Row:
        data = self.cleaned_data
        return Row(
            start=data["de"], up_to=data["a"], amount=data["prix"], outside=data["hors"], label=data["nom"]
        )


RowFormSet = formset_factory(RowForm, extra=MORE_ROWS, max_num=MAX_ROWS)


class BracketsForm(VersionForm):
    limites = forms.ChoiceField(
        label="Un quotient égal à une limite",
        choices=[
            ("inclusive", "reste dans la tranche qu’elle finit (≤)"),
            ("exclusive", "passe dans la tranche suivante (<)"),
        ],
    )
    sans = _euros("Prix sans justificatif", help_text="Vide : le plus élevé de la grille.")
    hors = _euros(
        "Prix hors commune, le même pour tous", help_text="Vide : celui de chaque tranche, s’il est donné."
    )

    def __init__(self, *args: Any, rows: BaseFormSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows

    @staticmethod
    def initial_of(grid: Grid) -> dict[str, Any]:
        return {"limites": grid.limits, "sans": grid.without_proof, "hors": grid.outside}

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.rows.is_valid()])

    def rule(self) -> Shape:
        data = self.cleaned_data
        return rule_of(
            Grid(
                shape="brackets",
                rows=[form.row() for form in self.rows if form.has_changed()],
                limits=data["limites"],
                without_proof=data["sans"],
                outside=data["hors"],
            )
        )


class EffortRateForm(VersionForm):
    taux = forms.CharField(
        label="Taux d’effort, en % du quotient",
        max_length=80,
        help_text="Un seul, ou un par nombre d’enfants à charge, séparés par des points-virgules : 0,60 ; 0,50 ; 0,40.",
    )
    plancher = _euros("Prix plancher")
    plafond = _euros("Prix plafond")
    divise = forms.IntegerField(
        label="Divisé par", min_value=1, max_value=60, initial=1, help_text="4 pour un quart d’heure."
    )
    sans = _euros("Prix sans justificatif", help_text="Vide : le plafond.")
    hors = _euros("Prix hors commune", help_text="Vide : le même taux.")

    @staticmethod
    def initial_of(grid: Grid) -> dict[str, Any]:
        return {
            "taux": " ; ".join(plain(percent) for percent in grid.percents),
            "plancher": grid.floor,
            "plafond": grid.cap,
            "divise": grid.divided_by,
            "sans": grid.without_proof,
            "hors": grid.outside,
        }

    def clean_taux(self) -> list[Decimal]:
        return _numbers(self.cleaned_data["taux"], "0,60 ; 0,50")

    def rule(self) -> Shape:
        data = self.cleaned_data
        return rule_of(
            Grid(
                shape="effort_rate",
                percents=data["taux"],
                floor=data["plancher"],
                cap=data["plafond"],
                divided_by=data["divise"],
                without_proof=data["sans"],
                outside=data["hors"],
            )
        )


class LevelsForm(VersionForm):
    maternelle = _euros("Prix en maternelle")
    elementaire = _euros("Prix en élémentaire")
    autres = _euros("Prix des autres", required=True, help_text="Vaut aussi là où aucun prix n’est donné.")
    hors = _euros("Prix hors commune", help_text="Vide : le même.")

    @staticmethod
    def initial_of(grid: Grid) -> dict[str, Any]:
        return {**dict(grid.levels), "autres": grid.amount, "hors": grid.outside}

    def rule(self) -> Shape:
        data = self.cleaned_data
        names = (LevelGroup.MATERNELLE, LevelGroup.ELEMENTAIRE)
        levels = [(name.value, data[name]) for name in names if data[name] is not None]
        if not levels:
            raise GridError(["Donnez le prix d’une école au moins ; sinon, c’est un seul prix"])
        return rule_of(Grid(shape="levels", levels=levels, amount=data["autres"], outside=data["hors"]))


class SiblingsForm(VersionForm):
    prix = forms.CharField(
        label="Prix du 1er enfant, du 2e…",
        max_length=80,
        help_text="Séparés par des points-virgules : 3,30 ; 3,00 ; 2,50. Le dernier vaut pour les suivants.",
    )
    compte = forms.ChoiceField(
        label="Ce qui compte",
        choices=[
            ("rank", "le rang de l’enfant dans le foyer, de l’aîné au plus jeune"),
            ("registered", "combien d’enfants du foyer sont inscrits"),
            ("children", "combien d’enfants sont à charge"),
            ("present_rank", "le rang parmi les enfants présents le même jour (estimation avant la facture)"),
            ("present", "combien d’enfants sont présents le même jour (estimation avant la facture)"),
        ],
    )
    hors = _euros("Prix hors commune", help_text="Vide : les mêmes.")

    @staticmethod
    def initial_of(grid: Grid) -> dict[str, Any]:
        prices = " ; ".join(f"{price:.2f}".replace(".", ",") for price in grid.prices)
        return {"prix": prices, "compte": grid.counting, "hors": grid.outside}

    def clean_prix(self) -> list[Decimal]:
        return _numbers(self.cleaned_data["prix"], "3,30 ; 3,00")

    def rule(self) -> Shape:
        data = self.cleaned_data
        return rule_of(
            Grid(shape="siblings", prices=data["prix"], counting=data["compte"], outside=data["hors"])
        )


class WrittenForm(VersionForm):
    """Any other shape, as docs/algorithms/prix.md writes it."""

    regle = forms.CharField(
        label="Règle de prix",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text="Comme dans le fichier de la commune, en JSON.",
    )

    def clean_regle(self) -> object:
        try:
            return json.loads(self.cleaned_data["regle"])
        except ValueError:
            raise forms.ValidationError(
                "Ce n’est pas du JSON : vérifiez les accolades et les guillemets."
            ) from None

    def rule(self) -> Shape:
        return read_rule(self.cleaned_data["regle"])


FORMS: Mapping[str, type[VersionForm]] = {
    "flat": FlatForm,
    "brackets": BracketsForm,
    "effort_rate": EffortRateForm,
    "levels": LevelsForm,
    "siblings": SiblingsForm,
    "written": WrittenForm,
}
SHAPE_NAMES = {
    "flat": "Un seul prix",
    "brackets": "Tranches de quotient",
    "effort_rate": "Taux d’effort",
    "levels": "Selon l’école",
    "siblings": "Selon les frères et sœurs",
    "written": "Une autre règle (avancé)",
}


def rows_of(grid: Grid | None, data: Any = None) -> BaseFormSet:
    """The rows of a grid; one click on « + » asks for more blank ones."""
    if data is not None:
        if "plus" in data:
            data = data.copy()
            data["l-TOTAL_FORMS"] = str(int(data.get("l-TOTAL_FORMS") or 0) + MORE_ROWS)
        return RowFormSet(data, prefix="l")
    names = {"start": "de", "up_to": "a", "amount": "prix", "outside": "hors", "label": "nom"}
    rows = grid.rows if grid else ()
    return RowFormSet(
        prefix="l", initial=[{names[key]: value for key, value in asdict(row).items()} for row in rows]
    )


def checked_rule(form: VersionForm) -> Shape | None:
    """The rule of a valid form; None, with the faults in the form, when the engine refuses it."""
    try:
        return form.rule()
    except GridError as error:
        for fault in error.faults:
            form.add_error(None, fault)
        return None
