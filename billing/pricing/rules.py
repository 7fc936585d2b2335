"""The shapes of a tariff: each turns facts into a unit price and the sentence that explains it.

A tariff is data, read by `TARIFF_RULE` and chosen by its `type`. A new shape is a class with `price`
and a name in `TariffRule`; one that depends on another tariff (residence, later siblings) holds it as a field.
"""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from billing.pricing.fields import Euros, Number, TariffModel, tariff_error
from core.levels import Level
from core.money import format_euros, round_euros
from core.words import NBSP


@dataclass(frozen=True, slots=True, kw_only=True)
class PricingFacts:
    """What a price may depend on, at the date of the quote. No quotient: no proof of it was given.

    `sibling_rank` is 1 for the first child of the household.
    """

    quotient: Decimal | None = None
    resident: bool = False
    sibling_rank: int = 1
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """One unit's price in whole cents, and why: one French sentence without stop for each step."""

    amount: Decimal
    reasons: tuple[str, ...]


class Shape(TariffModel):
    def price(self, facts: PricingFacts) -> UnitPrice:
        raise NotImplementedError


class Flat(Shape):
    """The same price for all."""

    type: Literal["flat"]
    amount: Euros

    def price(self, facts: PricingFacts) -> UnitPrice:  # noqa: ARG002 - the same for all
        return UnitPrice(self.amount, (f"Tarif unique{NBSP}: {format_euros(self.amount)}",))


class Bracket(TariffModel):
    """The price up to a quotient. No `up_to`: the last bracket, which has no end."""

    up_to: Number | None = None
    amount: Euros
    label: str = ""


class Brackets(Shape):
    """A price by bracket of quotient familial. Brackets follow one another, so that no quotient falls between.

    `limits` says on which side a quotient equal to a limit falls: « ≤ » (inclusive) or « < » (exclusive).
    Without proof the highest price is due, unless the town gives another one.
    """

    type: Literal["brackets"]
    brackets: tuple[Bracket, ...] = Field(min_length=1, strict=False)
    limits: Literal["inclusive", "exclusive"] = "inclusive"
    without_proof: Euros | None = None

    @model_validator(mode="after")
    def _no_hole(self) -> Self:
        limits = [bracket.up_to for bracket in self.brackets[:-1]]
        if None in limits:
            raise tariff_error("Seule la dernière tranche peut être sans limite (up_to)")
        if self.brackets[-1].up_to is not None:
            raise tariff_error(
                f"Aucun prix au-delà de {_plain(self.brackets[-1].up_to)}{NBSP}: la dernière tranche doit être sans limite"
            )
        for lower, upper in pairwise(limit for limit in limits if limit is not None):
            if upper <= lower:
                raise tariff_error(
                    f"La tranche jusqu’à {_plain(upper)} vient après celle jusqu’à {_plain(lower)}"
                )
        return self

    def price(self, facts: PricingFacts) -> UnitPrice:
        if facts.quotient is None:
            return self._price_without_proof()
        index = next(n for n, bracket in enumerate(self.brackets) if self._holds(bracket, facts.quotient))
        bracket = self.brackets[index]
        reason = (
            f"Quotient familial {_plain(facts.quotient)}, tranche « {self._name(index)} »{NBSP}: "
            f"{format_euros(bracket.amount)}"
        )
        return UnitPrice(bracket.amount, (reason,))

    def _holds(self, bracket: Bracket, quotient: Decimal) -> bool:
        if bracket.up_to is None:
            return True
        return quotient <= bracket.up_to if self.limits == "inclusive" else quotient < bracket.up_to

    def _name(self, index: int) -> str:
        bracket = self.brackets[index]
        if bracket.label:
            return bracket.label
        under, over = ("jusqu’à", "plus de") if self.limits == "inclusive" else ("moins de", "à partir de")
        if bracket.up_to is not None:
            return f"{under} {_plain(bracket.up_to)}"
        limit = self.brackets[index - 1].up_to if index else None
        return "tous les quotients" if limit is None else f"{over} {_plain(limit)}"

    def _price_without_proof(self) -> UnitPrice:
        if self.without_proof is not None:
            amount, what = self.without_proof, "tarif prévu dans ce cas"
        else:
            amount, what = max(bracket.amount for bracket in self.brackets), "tarif le plus élevé"
        reason = f"Sans justificatif de quotient familial, {what}{NBSP}: {format_euros(amount)}"
        return UnitPrice(amount, (reason,))


class ByResidence(Shape):
    """A tariff for the families of the town, another one for the others."""

    type: Literal["by_residence"]
    resident: "TariffRule"
    outside: "TariffRule"

    def price(self, facts: PricingFacts) -> UnitPrice:
        rule, who = (self.resident, "de la commune") if facts.resident else (self.outside, "hors commune")
        unit = rule.price(facts)
        return UnitPrice(unit.amount, (f"Tarif {who}", *unit.reasons))


class OutsideSurcharge(Shape):
    """What families from elsewhere pay on top of `base`: euros a unit, or a percentage rounded to the cent."""

    type: Literal["outside_surcharge"]
    base: "TariffRule"
    amount: Euros | None = None
    percent: Number | None = None

    @model_validator(mode="after")
    def _one_surcharge(self) -> Self:
        if (self.amount is None) == (self.percent is None):
            raise tariff_error("Indiquez soit amount, soit percent")
        return self

    def price(self, facts: PricingFacts) -> UnitPrice:
        unit = self.base.price(facts)
        if facts.resident:
            return unit
        if self.percent is not None:
            extra = round_euros(unit.amount * self.percent / 100)
            what = f"+{_plain(self.percent)}{NBSP}%, soit {format_euros(extra)}"
        else:
            extra = self.amount or Decimal(0)
            what = f"+{format_euros(extra)}"
        return UnitPrice(unit.amount + extra, (*unit.reasons, f"Majoration hors commune{NBSP}: {what}"))


TariffRule = Annotated[Flat | Brackets | ByResidence | OutsideSurcharge, Field(discriminator="type")]
TARIFF_RULE: TypeAdapter[Flat | Brackets | ByResidence | OutsideSurcharge] = TypeAdapter(TariffRule)


def _plain(number: Decimal | None) -> str:
    """A quotient or a percentage as it is said: « 642 », « 642,5 »."""
    return "" if number is None else f"{number.normalize():f}".replace(".", ",")
