"""The tariffs of towns, read from their data."""

import tomllib
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from billing.pricing.facts import Meal, PricingFacts, Public, Regularity, Scheme, Tie
from billing.pricing.period import PeriodLine
from billing.pricing.quote import TariffVersion
from billing.pricing.rules import TARIFF_RULE
from core.levels import Level

_READERS = {
    "quotient": Decimal,
    "own_quotient": Decimal,
    "yearly_income": Decimal,
    "cost": Decimal,
    "scheme": Scheme,
    "regularity": Regularity,
    "public": Public,
    "meal": Meal,
    "level": Level,
    "ties": lambda names: frozenset(Tie(name) for name in names),
    "options": frozenset,
}


@dataclass(frozen=True)
class Tariff:
    town: str
    name: str
    figures: str
    versions: tuple[TariffVersion, ...]
    examples: tuple[dict[str, Any], ...]
    closing: tuple[dict[str, Any], ...]

    def __str__(self):
        return f"{self.town}, {self.name}"


@cache
def towns():
    path = Path(__file__).with_name("corpus.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)["town"]


@cache
def tariffs():
    return tuple(_tariff(town["name"], table) for town in towns() for table in town["tariff"])


def facts_of(example):
    """The facts of an example; whatever is not a fact is left to the test."""
    names = {field.name for field in fields(PricingFacts)}
    values = {"resident": True} | {name: value for name, value in example.items() if name in names}
    return PricingFacts(
        **{name: _READERS.get(name, lambda value: value)(value) for name, value in values.items()}
    )


def lines_of(closing):
    return [
        PeriodLine(
            key=(child, day),
            child=child,
            label="Unité",
            day=day,
            facts=facts_of(closing | {"sibling_rank": rank}),
        )
        for rank, child in enumerate(closing.get("children", ["Ana"]), start=1)
        for day in closing["days"]
    ]


def _tariff(town, table):
    versions = table.get("versions") or [{"from": date(2020, 1, 1), "rule": table["rule"]}]
    return Tariff(
        town=town,
        name=table["name"],
        figures=table.get("figures", "publiés"),
        versions=tuple(
            TariffVersion(version["from"], TARIFF_RULE.validate_python(version["rule"]))
            for version in versions
        ),
        examples=tuple(table["examples"]),
        closing=tuple(table.get("closing", ())),
    )
