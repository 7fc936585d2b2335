"""Who may book: what a town asks of a child and its family, and the sentence for each « no »."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from booking.rules.values import RuleModel, rule_error
from core.levels import Level, LevelGroup, pupils_of
from core.words import and_list


def _read_levels(value: Any) -> Any:
    """Levels and names of groups mixed, as written in a town file: ["elementaire", "GS"]."""
    if not isinstance(value, list | tuple | set | frozenset):
        return value
    levels: set[Level] = set()
    for name in value:
        if not isinstance(name, str) or name not in _LEVELS_NAMED:
            raise rule_error(f"« {name} » n’est ni une classe ni une école connue")
        levels.update(_LEVELS_NAMED[name])
    return frozenset(levels)


_LEVELS_NAMED: dict[str, tuple[Level, ...]] = {level.value: (level,) for level in Level} | {
    group.value: group.levels for group in LevelGroup
}

LevelSet = Annotated[
    frozenset[Level],
    BeforeValidator(_read_levels),
    PlainSerializer(lambda levels: [level.value for level in Level if level in levels], return_type=list),
]
"""A set of levels, written as a list in school order."""

CodeSet = Annotated[frozenset[str], Field(strict=False), PlainSerializer(sorted, return_type=list)]
"""A set of codes, written as a sorted list."""


class AgeRange(RuleModel):
    """Completed years or months, both ends included."""

    unit: Literal["ans", "mois"] = "ans"
    min: int | None = Field(None, ge=0)
    max: int | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min is None and self.max is None:
            raise rule_error("Indiquez au moins un âge, min ou max")
        if self.min is not None and self.max is not None and self.max < self.min:
            raise rule_error("L’âge max est inférieur à l’âge min")
        return self

    def accepts(self, birth_date: date, on: date) -> bool:
        months = (on.year - birth_date.year) * 12 + on.month - birth_date.month - (on.day < birth_date.day)
        age = months // 12 if self.unit == "ans" else months
        return (self.min is None or age >= self.min) and (self.max is None or age <= self.max)

    @property
    def words(self) -> str:
        if self.max is None:
            return f"à partir de {self.min} {self.unit}"
        if self.min is None:
            return f"jusqu’à {self.max} {self.unit}"
        return f"de {self.min} à {self.max} {self.unit}"


class Audience(RuleModel):
    """Who a period is for. Nothing given: everybody. `establishments` holds their codes."""

    levels: LevelSet = frozenset()
    establishments: CodeSet = frozenset()
    residents_only: bool = False
    ages: AgeRange | None = None
    enrolment_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildFacts:
    """What is known of a child when it books. No level: not at school. No establishment: none attended."""

    birth_date: date
    level: Level | None = None
    establishment: str | None = None
    resident: bool = False
    enrolled: bool = False


def obstacles(
    audience: Audience, facts: ChildFacts, *, on: date, establishments: Mapping[str, str]
) -> list[str]:
    """All that stops this child, as French sentences without stop; empty when it may book.

    `on` is the day at which ages are counted; `establishments` gives the name of each code.
    """
    tests = (
        (
            not audience.levels or facts.level in audience.levels,
            f"Réservé aux {pupils_of(audience.levels).removeprefix('les ')}",
        ),
        (
            not audience.establishments or facts.establishment in audience.establishments,
            f"Réservé aux enfants de {_names(audience.establishments, establishments)}",
        ),
        (not audience.residents_only or facts.resident, "Réservé aux familles qui habitent la commune"),
        (
            audience.ages is None or audience.ages.accepts(facts.birth_date, on),
            f"Réservé aux enfants {audience.ages.words}" if audience.ages else "",
        ),
        (
            not audience.enrolment_required or facts.enrolled,
            "L’inscription de l’enfant doit d’abord être enregistrée par la mairie",
        ),
    )
    return [reason for passed, reason in tests if not passed]


def _names(codes: frozenset[str], names: Mapping[str, str]) -> str:
    return and_list([names[code] for code in sorted(codes)], word="ou")
