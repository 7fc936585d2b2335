"""The tariffs that a form can write: one price, brackets of quotient, an effort rate, a price by school or by rank among
brothers and sisters; for the town and for others.

A grid is the content of a form; ``rule_of`` makes the rule of it and ``grid_of`` reads it back. Other shapes are written as
they are in the town's file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from pydantic import ValidationError

from billing.pricing.choices import ByLevel, ByResidence, BySiblings
from billing.pricing.means import Brackets, EffortRate, Flat
from billing.pricing.rules import TARIFF_RULE, Shape
from core.levels import LevelGroup
from core.words import NBSP

GridShape = Literal["flat", "brackets", "effort_rate", "levels", "siblings"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """A bracket. ``outside``: its price for families from elsewhere."""

    start: Decimal | None = None
    up_to: Decimal | None = None
    amount: Decimal
    outside: Decimal | None = None
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Grid:
    """``outside``: the price of families from elsewhere, where one price holds for all of them.

    ``levels``: groups of classes and their prices, ``amount`` holding for the others; ``prices``: of the first child, the
    second…, as ``counting`` counts them (billing.pricing.facts.Counting).
    """

    shape: GridShape
    amount: Decimal | None = None
    outside: Decimal | None = None
    rows: Sequence[Row] = ()
    limits: str = "inclusive"
    without_proof: Decimal | None = None
    percents: Sequence[Decimal] = ()
    floor: Decimal | None = None
    cap: Decimal | None = None
    divided_by: int = 1
    levels: Sequence[tuple[str, Decimal]] = ()
    prices: Sequence[Decimal] = ()
    counting: str = "rank"


class GridError(ValueError):
    """What is wrong with a rule, one French sentence each; ``places``: where in the rule, and the sentence without it."""

    def __init__(self, faults: list[str], places: Sequence[tuple[tuple[int | str, ...], str]] = ()) -> None:
        super().__init__(" ; ".join(faults))
        self.faults, self.places = faults, places


def rule_of(grid: Grid) -> Shape:
    """Raises GridError."""
    resident = _WRITERS[grid.shape](grid)
    outside = _outside(grid)
    if outside is None:
        return read_rule(resident)
    return read_rule({"type": "by_residence", "resident": resident, "outside": outside})


def read_rule(written: object) -> Shape:
    """The rule of a document. Raises GridError with what the engine refuses in it."""
    try:
        return TARIFF_RULE.validate_python(written)
    except ValidationError as error:
        found = error.errors(include_url=False)
        places = [(fault["loc"], _sentence(fault)) for fault in found]
        raise GridError(list(dict.fromkeys(map(_told, found))), places) from None


def grid_of(rule: Shape) -> Grid | None:
    """The form's content that would give this rule; None when no form can."""
    resident, outside = (rule.resident, rule.outside) if isinstance(rule, ByResidence) else (rule, None)
    grid = _read_grid(resident, outside)
    if grid is None:
        return None
    try:
        return grid if rule_of(grid) == rule else None
    except GridError:  # a grid for others that has not the town's brackets
        return None


def _read_grid(resident: Shape, outside: Shape | None) -> Grid | None:
    elsewhere = outside.amount if isinstance(outside, Flat) else None
    if isinstance(resident, Flat):
        return Grid(shape="flat", amount=resident.amount, outside=elsewhere)
    if isinstance(resident, Brackets):
        others = outside.brackets if isinstance(outside, Brackets) else ()
        rows = [
            Row(
                start=bracket.start,
                up_to=bracket.up_to,
                amount=bracket.amount,
                outside=others[rank].amount if rank < len(others) else None,
                label=bracket.label,
            )
            for rank, bracket in enumerate(resident.brackets)
        ]
        return Grid(
            shape="brackets",
            rows=rows,
            limits=resident.limits,
            without_proof=resident.without_proof,
            outside=elsewhere,
        )
    if isinstance(resident, EffortRate):
        return Grid(
            shape="effort_rate",
            percents=resident.percents,
            floor=resident.floor,
            cap=resident.cap,
            divided_by=resident.divided_by,
            without_proof=resident.without_proof,
            outside=elsewhere,
        )
    if isinstance(resident, ByLevel):
        return _read_levels(resident, elsewhere)
    if isinstance(resident, BySiblings) and (prices := _amounts(resident.prices)):
        return Grid(shape="siblings", counting=resident.count, prices=prices, outside=elsewhere)
    return None


def _read_levels(rule: ByLevel, elsewhere: Decimal | None) -> Grid | None:
    names = [case.levels[0] for case in rule.cases if len(case.levels) == 1]
    prices = _amounts([*(case.tariff for case in rule.cases), rule.otherwise])
    if not prices or len(names) < len(rule.cases) or not all(isinstance(name, LevelGroup) for name in names):
        return None
    *own, others = prices
    levels = [(name.value, price) for name, price in zip(names, own, strict=True)]
    return Grid(shape="levels", levels=levels, amount=others, outside=elsewhere)


def _amounts(rules: Sequence[Shape]) -> list[Decimal]:
    """The prices of rules that all have one; nothing otherwise."""
    found = [rule.amount for rule in rules if isinstance(rule, Flat)]
    return found if len(found) == len(rules) else []


def _one(amount: Decimal | None) -> dict[str, Any]:
    return {"type": "flat", "amount": amount}


def _flat(grid: Grid) -> dict[str, Any]:
    return _one(grid.amount)


def _levels(grid: Grid) -> dict[str, Any]:
    cases = [{"levels": [name], "tariff": _one(price)} for name, price in grid.levels]
    return {"type": "by_level", "cases": cases, "otherwise": _one(grid.amount)}


def _siblings(grid: Grid) -> dict[str, Any]:
    return {"type": "by_siblings", "count": grid.counting, "prices": [_one(price) for price in grid.prices]}


def _brackets(grid: Grid) -> dict[str, Any]:
    brackets = [_bracket(row, row.amount) for row in grid.rows]
    return _given(type="brackets", brackets=brackets, limits=grid.limits, without_proof=grid.without_proof)


def _bracket(row: Row, amount: Decimal) -> dict[str, Any]:
    return _given(start=row.start, up_to=row.up_to, amount=amount, label=row.label or None)


def _effort_rate(grid: Grid) -> dict[str, Any]:
    return _given(
        type="effort_rate",
        percents=list(grid.percents),
        floor=grid.floor,
        cap=grid.cap,
        divided_by=grid.divided_by,
        without_proof=grid.without_proof,
    )


_WRITERS = {
    "flat": _flat,
    "brackets": _brackets,
    "effort_rate": _effort_rate,
    "levels": _levels,
    "siblings": _siblings,
}


def _outside(grid: Grid) -> dict[str, Any] | None:
    own = [row.outside for row in grid.rows if row.outside is not None]
    if own and grid.outside is not None:
        raise GridError(["Donnez le prix hors commune une fois : par tranche, ou le même pour tous"])
    if grid.outside is not None:
        return {"type": "flat", "amount": grid.outside}
    if not own:
        return None
    if len(own) < len(grid.rows):
        raise GridError(["Donnez le prix hors commune de chaque tranche, ou d’aucune"])
    brackets = [_bracket(row, row.outside or Decimal(0)) for row in grid.rows]
    # Without proof, who lives elsewhere pays the highest of its own prices.
    return _given(type="brackets", brackets=brackets, limits=grid.limits)


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


_PYDANTIC = {
    "missing": "il manque une valeur",
    "extra_forbidden": "ce mot n’existe pas dans cette règle",
    "union_tag_invalid": "ce type de règle n’existe pas",
    "union_tag_not_found": "la règle n’a pas de « type »",
    "greater_than_equal": "la valeur est trop petite",
    "less_than_equal": "la valeur est trop grande",
}


def _told(fault: Any) -> str:
    if fault["type"] == "tarif":
        return _sentence(fault)
    where = ".".join(str(part) for part in fault["loc"]) or "règle"
    return f"{where}{NBSP}: {_sentence(fault)}"


def _sentence(fault: Any) -> str:
    if fault["type"] == "tarif":
        return str(fault["msg"])
    return _PYDANTIC.get(fault["type"], "cette valeur ne convient pas")
