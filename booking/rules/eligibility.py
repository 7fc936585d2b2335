"""Who may book: what a town asks of a child and its family, and the sentence for each « no »."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Annotated, Any, Literal, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from booking.rules.values import LocalMoment, RuleModel, rule_error
from core.levels import Level, LevelGroup, pupils_of
from core.residence import Residence
from core.words import and_list, moment


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


_FAMILIES = {
    Residence.RESIDENT: gettext_lazy("qui habitent la commune"),
    Residence.WORKS_HERE: gettext_lazy("qui travaillent dans la commune"),
    Residence.PARTNER_TOWN: gettext_lazy("d’une commune partenaire"),
    Residence.OUTSIDE: gettext_lazy("d’autres communes"),
}

ResidenceSet = Annotated[
    frozenset[Annotated[Residence, Field(strict=False)]],
    Field(strict=False),
    PlainSerializer(lambda kinds: [kind.value for kind in Residence if kind in kinds], return_type=list),
]
"""A set of residences, written as a list from the closest tie."""


def families_of(residences: Collection[Residence]) -> str:
    """« les familles qui habitent la commune ou qui travaillent dans la commune »."""
    return _("les familles %(which)s") % {"which": _which(residences)}


def _which(residences: Collection[Residence]) -> str:
    return and_list([str(_FAMILIES[kind]) for kind in Residence if kind in residences], word="ou")


class OpensFor(RuleModel):
    """When booking opens for families of some residences, on the town's clock."""

    residences: ResidenceSet = Field(min_length=1)
    at: LocalMoment


_AGES_FROM = {
    "ans": gettext_lazy("à partir de %(min)s ans"),
    "mois": gettext_lazy("à partir de %(min)s mois"),
}
_AGES_UP_TO = {
    "ans": gettext_lazy("jusqu’à %(max)s ans"),
    "mois": gettext_lazy("jusqu’à %(max)s mois"),
}
_AGES_BETWEEN = {
    "ans": gettext_lazy("de %(min)s à %(max)s ans"),
    "mois": gettext_lazy("de %(min)s à %(max)s mois"),
}


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
            return _AGES_FROM[self.unit] % {"min": self.min}
        if self.min is None:
            return _AGES_UP_TO[self.unit] % {"max": self.max}
        return _AGES_BETWEEN[self.unit] % {"min": self.min, "max": self.max}


class Public(RuleModel):
    """Who a period is for, beyond its classes and its school. Nothing given: everybody.

    `establishments` holds the codes of the schools its children come from. `opens` gives their own opening to some
    residences; the others wait for nothing here.
    """

    establishments: CodeSet = frozenset()
    residences: ResidenceSet = frozenset()
    ages: AgeRange | None = None
    opens: tuple[OpensFor, ...] = Field((), strict=False)


class Audience(Public):
    """Who a period is for, whole."""

    levels: LevelSet = frozenset()
    enrolment_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildFacts:
    """What is known of a child when it books. No level: not at school. No establishment: none attended."""

    birth_date: date
    level: Level | None = None
    establishment: str | None = None
    residence: Residence = Residence.OUTSIDE
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
            lambda: _("Réservé aux %(pupils)s") % {"pupils": pupils_of(audience.levels).removeprefix("les ")},
        ),
        (
            not audience.establishments or facts.establishment in audience.establishments,
            lambda: (
                _("Réservé aux enfants de %(schools)s")
                % {"schools": _names(audience.establishments, establishments)}
            ),
        ),
        (
            not audience.residences or facts.residence in audience.residences,
            lambda: _("Réservé aux familles %(which)s") % {"which": _which(audience.residences)},
        ),
        (
            audience.ages is None or audience.ages.accepts(facts.birth_date, on),
            lambda: (
                _("Réservé aux enfants %(ages)s") % {"ages": audience.ages.words if audience.ages else ""}
            ),
        ),
        (
            not audience.enrolment_required or facts.enrolled,
            lambda: _("L’inscription de l’enfant doit d’abord être enregistrée par la mairie"),
        ),
    )
    return [reason() for passed, reason in tests if not passed]


def opening_obstacle(audience: Public, residence: Residence, *, now: datetime, tz: tzinfo) -> str:
    """Why a family of this residence must still wait at `now` (aware), as a sentence without stop; "" otherwise."""
    waits = [own.at.replace(tzinfo=tz) for own in audience.opens if residence in own.residences]
    if not waits or now.astimezone(UTC) >= (opens := min(waits)).astimezone(UTC):
        return ""
    return _("Pour %(families)s, les réservations ouvrent le %(moment)s") % {
        "families": families_of({residence}),
        "moment": moment(opens),
    }


def _names(codes: frozenset[str], names: Mapping[str, str]) -> str:
    return and_list([names[code] for code in sorted(codes)], word="ou")
