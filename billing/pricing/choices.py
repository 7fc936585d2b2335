"""Tariffs that choose another one: by residence, class, age, siblings, or a word of the town's own."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from billing.pricing.facts import Counting, Meal, PricingFacts, Public, Regularity, Scheme, Tie, UnitPrice
from billing.pricing.fields import Euros, Number, Several, TariffModel, tariff_error
from billing.pricing.rounding import round_price
from billing.pricing.shape import Settled, Shape, dearest, nth_of, plain
from core.levels import Level, LevelGroup, pupils_of
from core.money import format_euros
from core.words import NBSP, and_list, plural

if TYPE_CHECKING:
    from billing.pricing.rules import TariffRule

_TIE_WORDS = {
    Tie.WORKS_HERE: "d’un parent qui travaille dans la commune",
    Tie.PARTNER_TOWN: "d’une commune partenaire",
    Tie.SPECIAL_CLASS: "d’un enfant scolarisé en classe spécialisée",
}


def tie_words(tie: Tie) -> str:
    """« d’une commune partenaire »."""
    return _TIE_WORDS[tie]


# Files write words: an enumeration is read from its value.
TieName = Annotated[Tie, Field(strict=False)]
LevelName = Annotated[Level, Field(strict=False)] | Annotated[LevelGroup, Field(strict=False)]
Ties = tuple[TieName, ...]


def lives_here(facts: PricingFacts, as_resident: Ties) -> bool:
    """Whether the price of the town's own families is due: they live there, or a tie counts as much."""
    return facts.resident or bool(facts.ties.intersection(as_resident))


class ByResidence(Shape):
    """A tariff for the families of the town, another one for the others.

    `as_resident`: the ties that give the tariff of the town. `ties`: the tariffs of those that have their own.
    """

    type: Literal["by_residence"]
    resident: "TariffRule"
    outside: "TariffRule"
    as_resident: Ties = Field((), strict=False)
    ties: dict[TieName, "TariffRule"] = Field(default_factory=dict, strict=False)

    def price(self, facts: PricingFacts) -> UnitPrice:
        rule, who = self._choose(facts)
        unit = rule.price(facts)
        return UnitPrice(unit.amount, (f"Tarif {who}", *unit.reasons))

    def _choose(self, facts: PricingFacts) -> tuple[Shape, str]:
        if facts.resident:
            return self.resident, "de la commune"
        for tie in Tie:
            if tie in facts.ties and tie in self.as_resident:
                return self.resident, f"de la commune, au titre {_TIE_WORDS[tie]}"
            if tie in facts.ties and tie in self.ties:
                return self.ties[tie], f"au titre {_TIE_WORDS[tie]}"
        return self.outside, "hors commune"


class OutsideSurcharge(Shape):
    """What families from elsewhere pay on top of `base`: euros a unit, or a percentage rounded to the cent."""

    type: Literal["outside_surcharge"]
    base: "TariffRule"
    amount: Euros | None = None
    percent: Number | None = None
    as_resident: Ties = Field((), strict=False)

    @model_validator(mode="after")
    def _one_surcharge(self) -> Self:
        if (self.amount is None) == (self.percent is None):
            raise tariff_error("Indiquez soit amount, soit percent")
        return self

    def price(self, facts: PricingFacts) -> UnitPrice:
        unit = self.base.price(facts)
        if lives_here(facts, self.as_resident):
            return unit
        if self.percent is not None:
            extra = round_price(unit.amount * self.percent / 100)
            what = f"+{plain(self.percent)}{NBSP}%, soit {format_euros(extra)}"
        else:
            extra = self.amount or Decimal(0)
            what = f"+{format_euros(extra)}"
        return UnitPrice(unit.amount + extra, (*unit.reasons, f"Majoration hors commune{NBSP}: {what}"))


class LevelCase(TariffModel):
    levels: Several[LevelName]
    tariff: "TariffRule"

    def names(self) -> tuple[Level, ...]:
        return tuple(
            level
            for name in self.levels
            for level in (name.levels if isinstance(name, LevelGroup) else (name,))
        )


class ByLevel(Shape):
    """A tariff by class or school: the first case that holds the child's class, else `otherwise`."""

    type: Literal["by_level"]
    cases: Several[LevelCase]
    otherwise: "TariffRule"

    def price(self, facts: PricingFacts) -> UnitPrice:
        for case in self.cases:
            if facts.level in case.names():
                unit = case.tariff.price(facts)
                return UnitPrice(unit.amount, (f"Tarif pour {pupils_of(case.names())}", *unit.reasons))
        return self.otherwise.price(facts)


class AgeCase(TariffModel):
    """Children younger than `under` years. No `under`: the last case, all the others."""

    under: int | None = Field(None, ge=1)
    tariff: "TariffRule"


class ByAge(Shape):
    """A tariff by age. When the age is not known, the highest price is due."""

    type: Literal["by_age"]
    cases: Several[AgeCase]

    @model_validator(mode="after")
    def _all_ages(self) -> Self:
        limits = [case.under for case in self.cases]
        known = [limit for limit in limits[:-1] if limit is not None]
        if limits[-1] is not None or len(known) != len(limits) - 1 or known != sorted(set(known)):
            raise tariff_error("Les âges doivent croître, et le dernier cas être sans limite (under)")
        return self

    def price(self, facts: PricingFacts) -> UnitPrice:
        age = facts.age
        if age is None:
            return dearest((case.tariff for case in self.cases), facts, "Âge inconnu")
        rule = next(case.tariff for case in self.cases if case.under is None or age < case.under)
        unit = rule.price(facts)
        return UnitPrice(unit.amount, (f"Enfant de {plural(age, 'an')}", *unit.reasons))


def counted(counting: Counting, count: int) -> str:
    """« 2e enfant du foyer », « 3 enfants inscrits »."""
    if counting in {"rank", "present_rank"}:
        nth = "1er" if count == 1 else f"{count}e"
        return f"{nth} enfant {'du foyer' if counting == 'rank' else 'présent ce jour-là'}"
    what = {"registered": "inscrit", "present": "présent", "children": "à charge"}[counting]
    if counting == "children":
        return f"{plural(count, 'enfant')} {what}"
    there = " ce jour-là" if counting == "present" else ""
    return f"{plural(count, 'enfant')} {what}{'s' if count > 1 else ''}{there}"


class BySiblings(Shape):
    """A tariff for the first child, the second…; or for one child, two children…: the last one holds for more."""

    type: Literal["by_siblings"]
    count: Counting = "rank"
    prices: Several["TariffRule"]

    @property
    def own_settled(self) -> Settled:
        return Settled.AFTER_THE_DAY if self.count.startswith("present") else Settled.AT_BOOKING

    def price(self, facts: PricingFacts) -> UnitPrice:
        count = facts.count(self.count)
        unit = nth_of(self.prices, count).price(facts)
        return UnitPrice(unit.amount, (_capital(counted(self.count, count)), *unit.reasons))


class SiblingDiscount(Shape):
    """A percentage off for the first child, the second…: the last one holds for more."""

    type: Literal["sibling_discount"]
    base: "TariffRule"
    count: Counting = "rank"
    percents: Several[Number]

    @model_validator(mode="after")
    def _at_most_all(self) -> Self:
        if max(self.percents) > 100:
            raise tariff_error("Une réduction ne dépasse pas 100")
        return self

    @property
    def own_settled(self) -> Settled:
        return Settled.AFTER_THE_DAY if self.count.startswith("present") else Settled.AT_BOOKING

    def price(self, facts: PricingFacts) -> UnitPrice:
        unit = self.base.price(facts)
        count = facts.count(self.count)
        percent = nth_of(self.percents, count)
        if not percent:
            return unit
        price = round_price(unit.amount * (100 - percent) / 100)
        who = counted(self.count, count)
        reason = f"Réduction, {who}{NBSP}: −{plain(percent)}{NBSP}%, soit {format_euros(price)}"
        return UnitPrice(price, (*unit.reasons, reason))


ChoosingFact = Literal["public", "regularity", "scheme", "meal", "formula", "site"]

_FORMULAS = {
    "half_day": "Demi-journée",
    "half_day_meal": "Demi-journée avec repas",
    "day": "Journée sans repas",
    "day_meal": "Journée avec repas",
}
_CASE_WORDS: Mapping[ChoosingFact, Mapping[str, str]] = {
    "public": {Public.CHILD: "Tarif enfant", Public.ADULT: "Tarif adulte"},
    "regularity": {Regularity.REGULAR: "Tarif régulier", Regularity.OCCASIONAL: "Tarif occasionnel"},
    "scheme": {
        Scheme.CAF: "Allocataire de la CAF",
        Scheme.MSA: "Allocataire de la MSA",
        Scheme.NONE: "Sans caisse d’allocations familiales",
    },
    "meal": {
        Meal.SERVED: "Repas servi",
        Meal.PAI_SPECIAL: "Repas adapté (PAI)",
        Meal.PAI_OWN: "Repas fourni par la famille (PAI)",
        Meal.NONE: "Sans repas",
    },
    "formula": _FORMULAS,
    "site": {},
}
_VOCABULARIES: Mapping[str, type[StrEnum]] = {
    "public": Public,
    "regularity": Regularity,
    "scheme": Scheme,
    "meal": Meal,
}
_UNKNOWN: Mapping[ChoosingFact, str] = {
    "public": "Public inconnu",
    "regularity": "Fréquence inconnue",
    "scheme": "Sans justificatif de la caisse d’allocations familiales",
    "meal": "Sorte de repas inconnue",
    "formula": "Formule inconnue",
    "site": "Site inconnu",
}


def case_words(fact: ChoosingFact, word: str) -> str:
    """« Repas servi », or the town's own word."""
    return _CASE_WORDS[fact].get(word, _capital(word))


class ByCase(Shape):
    """A tariff by one fact that is a word: who eats, how often, which fund, which formula (a day with its meal)…

    Words that no case holds take `otherwise`; without it, as when the fact is not known, the highest price is due.
    """

    type: Literal["by_case"]
    fact: ChoosingFact
    cases: dict[str, "TariffRule"] = Field(min_length=1)
    otherwise: "TariffRule | None" = None

    @model_validator(mode="after")
    def _known_words(self) -> Self:
        if self.fact in _VOCABULARIES:
            words = [word.value for word in _VOCABULARIES[self.fact]]
            for case in self.cases:
                if case not in words:
                    raise tariff_error(
                        f"«{NBSP}{case}{NBSP}» n’est pas un cas de {self.fact}{NBSP}: {and_list(words, word='ou')}"
                    )
        return self

    def price(self, facts: PricingFacts) -> UnitPrice:
        word: str | None = getattr(facts, self.fact)
        if word in self.cases:
            unit = self.cases[word].price(facts)
            return UnitPrice(unit.amount, (case_words(self.fact, word), *unit.reasons))
        if self.otherwise is not None:
            return self.otherwise.price(facts)
        return dearest(self.cases.values(), facts, _UNKNOWN[self.fact])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
