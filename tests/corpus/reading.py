"""The published rules of the towns, and those rules as the portal's own values.

`published.json`: what each town says, in short, with where it says it. `towns/*.toml`: the same as rules, each with
examples worked out by hand from the town's own text, and what could not be expressed.
"""

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PRICES = HERE.parent / "billing" / "pricing" / "corpus.toml"
TOPICS = ("booking", "cancellation", "late", "no_show", "illness")


@dataclass(frozen=True)
class Published:
    town: str
    source: str
    needs: frozenset[str]
    """What it publishes on the topics above, and the shapes its rules have."""


@dataclass(frozen=True)
class TownRules:
    town: str
    slug: str
    rules: list[dict[str, Any]]
    missing: list[dict[str, Any]]

    @property
    def covered(self) -> frozenset[str]:
        return frozenset(name for rule in self.rules for name in rule.get("covers", ()))

    @property
    def not_covered(self) -> frozenset[str]:
        return frozenset(name for gap in self.missing for name in gap["shapes"])


@cache
def published() -> dict[str, Published]:
    towns = json.loads((HERE / "published.json").read_text(encoding="utf-8"))
    return {
        town["town"]: Published(
            town["town"],
            town["source"],
            frozenset(town["shapes"]) | {topic for topic in TOPICS if topic in town},
        )
        for town in towns
    }


@cache
def priced() -> frozenset[str]:
    """The towns of the published list whose prices are written as tariffs."""
    names = [_plain(town["name"]) for town in tomllib.loads(PRICES.read_text(encoding="utf-8"))["town"]]
    return frozenset(town for town in published() if _plain(town).startswith(tuple(names)))


def _plain(name: str) -> str:
    return name.partition(" (")[0].replace("’", "'")


@cache
def expressed() -> dict[str, TownRules]:
    files = sorted((HERE / "towns").glob("*.toml"))
    towns = [(file.stem, tomllib.loads(file.read_text(encoding="utf-8"))) for file in files]
    return {
        table["town"]: TownRules(table["town"], slug, table.get("rules", []), table.get("missing", []))
        for slug, table in towns
    }
