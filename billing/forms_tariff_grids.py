"""The grids of an agent: one price, brackets of quotient, an effort rate, a price by school or by brothers and sisters."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from django import forms
from django.forms import BaseFormSet

from billing.forms_tariff_fields import NumbersField, euros, filled, row_set
from billing.pricing.grids import Grid, GridError, Row, grid_of, rule_of
from billing.pricing.rules import Shape
from core.forms.days import DayField
from core.levels import LevelGroup


@dataclass(frozen=True, kw_only=True)
class RowTable:
    """Rows of a form. ``one``: what a row is called."""

    title: str
    one: str
    rows: BaseFormSet
    about: str = ""


BRACKETS_ABOUT = (
    "Les tranches se suivent sans trou ; la dernière n’a pas de fin. « De » est facultatif : donné, il est vérifié. "
    "Une tranche vidée est retirée."
)


COUNTINGS = [
    ("rank", "le rang de l’enfant dans le foyer, de l’aîné au plus jeune"),
    ("registered", "combien d’enfants du foyer sont inscrits"),
    ("children", "combien d’enfants sont à charge"),
    ("present_rank", "le rang parmi les enfants présents le même jour (estimation avant la facture)"),
    ("present", "combien d’enfants sont présents le même jour (estimation avant la facture)"),
]


class VersionForm(forms.Form):
    """What every shape asks: from which day. ``rule``: the latest one, from which the form starts."""

    name: ClassVar[str]
    tables: Sequence[RowTable] = ()
    keeps = False  # whether the price of today is inside what will be saved

    du = DayField(label="À partir du")

    def __init__(self, data: Any = None, *, rule: Shape | None = None) -> None:
        super().__init__(data, initial=self.initial_of(rule) if rule else {})

    @classmethod
    def initial_of(cls, rule: Shape) -> dict[str, Any]:
        """What the fields show of ``rule``."""
        raise NotImplementedError

    @classmethod
    def shows(cls, rule: Shape) -> bool:
        """Whether the form would write the whole of ``rule`` again."""
        raise NotImplementedError

    def rule(self) -> Shape:
        """The rule of valid fields. Raises GridError."""
        raise NotImplementedError

    def place(self, error: GridError) -> None:
        """Tell what the engine refuses."""
        for fault in error.faults:
            self.add_error(None, fault)


class GridForm(VersionForm):
    """A form over a billing.pricing.grids.Grid of this ``shape``."""

    shape: ClassVar[str]

    @classmethod
    def grid_in(cls, rule: Shape | None) -> Grid | None:
        grid = grid_of(rule) if rule else None
        return grid if grid and grid.shape == cls.shape else None

    @classmethod
    def shows(cls, rule: Shape) -> bool:
        return cls.grid_in(rule) is not None

    @classmethod
    def initial_of(cls, rule: Shape) -> dict[str, Any]:
        grid = cls.grid_in(rule)
        return cls.initial_of_grid(grid) if grid else {}

    @staticmethod
    def initial_of_grid(grid: Grid) -> dict[str, Any]:
        """The fields that would write ``grid`` again."""
        raise NotImplementedError

    def grid(self) -> Grid:
        """Raises GridError."""
        raise NotImplementedError

    def rule(self) -> Shape:
        return rule_of(self.grid())


class FlatForm(GridForm):
    name, shape = "Un seul prix", "flat"

    prix = euros("Prix", required=True)
    hors = euros("Prix hors commune", help_text="Vide : le même.")

    @staticmethod
    def initial_of_grid(grid: Grid) -> dict[str, Any]:
        return {"prix": grid.amount, "hors": grid.outside}

    def grid(self) -> Grid:
        data = self.cleaned_data
        return Grid(shape="flat", amount=data["prix"], outside=data["hors"])


class RowForm(forms.Form):
    de = euros("De")
    a = euros("À")
    prix = euros("Prix")
    hors = euros("Hors commune")
    nom = forms.CharField(label="Nom", max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.has_changed() and data.get("prix") is None and "prix" not in self.errors:
            self.add_error("prix", "Cette tranche n’a pas de prix.")
        return data

    def row(self) -> Row:
        data = self.cleaned_data
        return Row(
            start=data["de"],
            up_to=data["a"],
            amount=data["prix"],
            outside=data.get("hors"),
            label=data["nom"],
        )


def bracket_rows(grid: Grid | None, *, prefix: str, data: Any, blank: int) -> BaseFormSet:
    names = {"start": "de", "up_to": "a", "amount": "prix", "outside": "hors", "label": "nom"}
    initial = [
        {names[key]: value for key, value in asdict(row).items()} for row in (grid.rows if grid else ())
    ]
    return row_set(RowForm, prefix=prefix, data=data, initial=initial, blank=blank)


class BracketFields(forms.Form):
    """What a grid of brackets asks, its rows aside."""

    limites = forms.ChoiceField(
        label="Un quotient égal à une limite",
        choices=[
            ("inclusive", "reste dans la tranche qu’elle finit (≤)"),
            ("exclusive", "passe dans la tranche suivante (<)"),
        ],
    )
    sans = euros("Prix sans justificatif", help_text="Vide : le plus élevé de la grille.")
    hors = euros(
        "Prix hors commune, le même pour tous", help_text="Vide : celui de chaque tranche, s’il est donné."
    )

    @staticmethod
    def initial_of_grid(grid: Grid) -> dict[str, Any]:
        return {"limites": grid.limits, "sans": grid.without_proof, "hors": grid.outside}

    def grid_with(self, rows: BaseFormSet) -> Grid:
        data = self.cleaned_data
        return Grid(
            shape="brackets",
            rows=[row.row() for row in filled(rows) if isinstance(row, RowForm)],
            limits=data["limites"],
            without_proof=data["sans"],
            outside=data.get("hors"),
        )


class BracketsForm(BracketFields, GridForm):
    name, shape = "Tranches de quotient", "brackets"

    def __init__(self, data: Any = None, *, rule: Shape | None = None) -> None:
        super().__init__(data, rule=rule)
        self.rows = bracket_rows(self.grid_in(rule), prefix="l", data=data, blank=3)
        self.tables = [RowTable(title="Tranches", one="Tranche", rows=self.rows, about=BRACKETS_ABOUT)]

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.rows.is_valid()])

    def grid(self) -> Grid:
        return self.grid_with(self.rows)


class EffortRateForm(GridForm):
    name, shape = "Taux d’effort", "effort_rate"

    taux = NumbersField(
        label="Taux d’effort, en % du quotient",
        example="0,60 ; 0,50",
        help_text="Un seul, ou un par nombre d’enfants à charge, séparés par des points-virgules : 0,60 ; 0,50 ; 0,40.",
    )
    plancher = euros("Prix plancher")
    plafond = euros("Prix plafond")
    divise = forms.IntegerField(
        label="Divisé par", min_value=1, max_value=60, initial=1, help_text="4 pour un quart d’heure."
    )
    sans = euros("Prix sans justificatif", help_text="Vide : le plafond.")
    hors = euros("Prix hors commune", help_text="Vide : le même taux.")

    @staticmethod
    def initial_of_grid(grid: Grid) -> dict[str, Any]:
        return {
            "taux": grid.percents,
            "plancher": grid.floor,
            "plafond": grid.cap,
            "divise": grid.divided_by,
            "sans": grid.without_proof,
            "hors": grid.outside,
        }

    def grid(self) -> Grid:
        data = self.cleaned_data
        return Grid(
            shape="effort_rate",
            percents=data["taux"],
            floor=data["plancher"],
            cap=data["plafond"],
            divided_by=data["divise"],
            without_proof=data["sans"],
            outside=data["hors"],
        )


class LevelsForm(GridForm):
    name, shape = "Selon l’école", "levels"

    maternelle = euros("Prix en maternelle")
    elementaire = euros("Prix en élémentaire")
    autres = euros("Prix des autres", required=True, help_text="Vaut aussi là où aucun prix n’est donné.")
    hors = euros("Prix hors commune", help_text="Vide : le même.")

    @staticmethod
    def initial_of_grid(grid: Grid) -> dict[str, Any]:
        return {**dict(grid.levels), "autres": grid.amount, "hors": grid.outside}

    def grid(self) -> Grid:
        data = self.cleaned_data
        names = (LevelGroup.MATERNELLE, LevelGroup.ELEMENTAIRE)
        levels = [(name.value, data[name]) for name in names if data[name] is not None]
        if not levels:
            raise GridError(["Donnez le prix d’une école au moins ; sinon, c’est un seul prix"])
        return Grid(shape="levels", levels=levels, amount=data["autres"], outside=data["hors"])


class SiblingsForm(GridForm):
    name, shape = "Selon les frères et sœurs", "siblings"

    prix = NumbersField(
        label="Prix du 1er enfant, du 2e…",
        example="3,30 ; 3,00",
        cents=True,
        help_text="Séparés par des points-virgules : 3,30 ; 3,00 ; 2,50. Le dernier vaut pour les suivants.",
    )
    compte = forms.ChoiceField(
        label="Ce qui compte",
        choices=COUNTINGS,
    )
    hors = euros("Prix hors commune", help_text="Vide : les mêmes.")

    @staticmethod
    def initial_of_grid(grid: Grid) -> dict[str, Any]:
        return {"prix": grid.prices, "compte": grid.counting, "hors": grid.outside}

    def grid(self) -> Grid:
        data = self.cleaned_data
        return Grid(shape="siblings", prices=data["prix"], counting=data["compte"], outside=data["hors"])
