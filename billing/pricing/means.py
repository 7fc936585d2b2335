"""Base prices: flat, or following the means of the household: brackets, effort rate, interpolation, share of a cost."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from billing.pricing.facts import Basis, Counting, PricingFacts, UnitPrice
from billing.pricing.fields import Euros, Number, Several, TariffModel, tariff_error
from billing.pricing.rounding import TO_THE_CENT, Rounding, round_price
from billing.pricing.shape import Settled, Shape, nth_of, plain
from core.money import format_euros
from core.words import NBSP

BASIS_NAMES: dict[Basis, str] = {
    "quotient": "Quotient familial",
    "own_quotient": "Quotient de la commune",
    "yearly_income": "Revenu annuel",
    "monthly_income": "Revenu mensuel",
}
_PROOFS: dict[Basis, str] = {
    "quotient": "de quotient familial",
    "own_quotient": "pour le quotient de la commune",
    "yearly_income": "de revenus",
    "monthly_income": "de revenus",
}

Limits = Literal["inclusive", "exclusive"]


class Step(TariffModel):
    """A bracket up to a limit. No `up_to`: the last one, which has no end.

    `start` is not needed to price: a town that publishes where each bracket starts writes it to have it checked.
    """

    start: Number | None = None
    up_to: Number | None = None
    label: str = ""


class Bracket(Step):
    amount: Euros


class PercentStep(Step):
    percent: Annotated[Number, Field(le=100)]


def check_steps(steps: Sequence[Step]) -> None:
    """Refuse a hole, an overlap, or a grid that ends."""
    limits = [step.up_to for step in steps[:-1]]
    if None in limits:
        raise tariff_error("Seule la dernière tranche peut être sans limite (up_to)")
    if steps[-1].up_to is not None:
        raise tariff_error(
            f"Aucun prix au-delà de {plain(steps[-1].up_to)}{NBSP}: la dernière tranche doit être sans limite"
        )
    for lower, upper in pairwise(limit for limit in limits if limit is not None):
        if upper <= lower:
            raise tariff_error(f"La tranche jusqu’à {plain(upper)} vient après celle jusqu’à {plain(lower)}")
    for before, after in pairwise([None, *steps]):
        _check_start(before.up_to if before else Decimal(0), after)


def _check_start(end: Decimal | None, step: Step | None) -> None:
    if step is None or step.start is None or end is None or step.start == end:
        return
    if step.start > end:
        raise tariff_error(
            f"Trou entre {plain(end)} et {plain(step.start)}{NBSP}: aucune tranche ne le couvre"
        )
    raise tariff_error(
        f"Chevauchement entre {plain(step.start)} et {plain(end)}{NBSP}: deux tranches le couvrent"
    )


def step_index(steps: Sequence[Step], limits: Limits, means: Decimal) -> int:
    """Which step `means` falls in; `check_steps` makes sure that there is one."""

    def holds(step: Step) -> bool:
        if step.up_to is None:
            return True
        return means <= step.up_to if limits == "inclusive" else means < step.up_to

    return next(index for index, step in enumerate(steps) if holds(step))


def step_name(steps: Sequence[Step], limits: Limits, index: int) -> str:
    step = steps[index]
    if step.label:
        return step.label
    under, over = ("jusqu’à", "plus de") if limits == "inclusive" else ("moins de", "à partir de")
    if step.up_to is not None:
        return f"{under} {plain(step.up_to)}"
    limit = steps[index - 1].up_to if index else None
    return "tous les quotients" if limit is None else f"{over} {plain(limit)}"


def without_proof_price(basis: Basis, own: Decimal | None, highest: Decimal) -> UnitPrice:
    """What is due when no proof was given: the price the town gives to that case, else the highest."""
    amount, what = (highest, "tarif le plus élevé") if own is None else (own, "tarif prévu dans ce cas")
    return UnitPrice(amount, (f"Sans justificatif {_PROOFS[basis]}, {what}{NBSP}: {format_euros(amount)}",))


class Flat(Shape):
    """The same price for all."""

    type: Literal["flat"]
    amount: Euros

    def price(self, facts: PricingFacts) -> UnitPrice:  # noqa: ARG002 - the same for all
        return UnitPrice(self.amount, (f"Tarif unique{NBSP}: {format_euros(self.amount)}",))


class Shift(TariffModel):
    """From `start` children on, the price of the bracket `by` places below."""

    count: Counting = "registered"
    start: int = Field(ge=2)
    by: int = Field(1, ge=1)


class Brackets(Shape):
    """A price by bracket of quotient familial. Brackets follow one another, so that no quotient falls between.

    `limits` says on which side a quotient equal to a limit falls: « ≤ » (inclusive) or « < » (exclusive).
    Without proof the highest price is due, unless the town gives another one.
    """

    type: Literal["brackets"]
    brackets: Several[Bracket]
    limits: Limits = "inclusive"
    basis: Basis = "quotient"
    without_proof: Euros | None = None
    shift: Shift | None = None

    @model_validator(mode="after")
    def _no_hole(self) -> Self:
        check_steps(self.brackets)
        return self

    @property
    def own_settled(self) -> Settled:
        present = self.shift and self.shift.count.startswith("present")
        return Settled.AFTER_THE_DAY if present else Settled.AT_BOOKING

    def price(self, facts: PricingFacts) -> UnitPrice:
        means = facts.means(self.basis)
        if means is None:
            highest = max(bracket.amount for bracket in self.brackets)
            return without_proof_price(self.basis, self.without_proof, highest)
        index = step_index(self.brackets, self.limits, means)
        index, shifted = self._shifted(index, facts)
        bracket = self.brackets[index]
        reason = (
            f"{BASIS_NAMES[self.basis]} {plain(round_price(means))}, "
            f"tranche «{NBSP}{step_name(self.brackets, self.limits, index)}{NBSP}»{shifted}{NBSP}: "
            f"{format_euros(bracket.amount)}"
        )
        return UnitPrice(bracket.amount, (reason,))

    def _shifted(self, index: int, facts: PricingFacts) -> tuple[int, str]:
        """The bracket that applies, and the words for having changed it."""
        if self.shift is None or index == 0 or facts.count(self.shift.count) < self.shift.start:
            return index, ""
        lower = max(0, index - self.shift.by)
        return lower, f", abaissée à partir de {self.shift.start} enfants"


class EffortRate(Shape):
    """A percentage of the means, between a floor and a cap, then divided (an hour in quarters), then rounded.

    `percents` by number of children in charge, the last one holding for more. The means may be bounded as well
    (`lowest_means`, `highest_means`). Without proof the highest price is due, unless the town gives another one.
    """

    type: Literal["effort_rate"]
    percents: Several[Number]
    floor: Euros | None = None
    cap: Euros | None = None
    lowest_means: Number | None = None
    highest_means: Number | None = None
    divided_by: int = Field(1, ge=1)
    rounding: Rounding = TO_THE_CENT
    basis: Basis = "quotient"
    without_proof: Euros | None = None

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if self.cap is None and self.highest_means is None and self.without_proof is None:
            raise tariff_error(
                "Sans plafond (cap ou highest_means), indiquez le prix sans justificatif (without_proof)"
            )
        if self.floor is not None and self.cap is not None and self.floor > self.cap:
            raise tariff_error("Le plancher (floor) dépasse le plafond (cap)")
        return self

    def price(self, facts: PricingFacts) -> UnitPrice:
        percent = nth_of(self.percents, facts.children)
        means = facts.means(self.basis)
        if means is None:
            return without_proof_price(self.basis, self.without_proof, self._part(self._highest(percent)))
        reason = f"{BASIS_NAMES[self.basis]} {plain(round_price(means))}"
        means, bound = self._bounded(means)
        reason = f"{reason}{bound} × {plain(percent)}{NBSP}%"
        amount = means * percent / 100
        if self.floor is not None and amount < self.floor:
            amount, reason = self.floor, f"{reason}, porté au plancher de {format_euros(self.floor)}"
        if self.cap is not None and amount > self.cap:
            amount, reason = self.cap, f"{reason}, ramené au plafond de {format_euros(self.cap)}"
        if self.divided_by > 1:
            reason = f"{reason}, divisé par {self.divided_by}"
        price = self._part(amount)
        return UnitPrice(price, (f"{reason}{NBSP}: {format_euros(price)}",))

    def _bounded(self, means: Decimal) -> tuple[Decimal, str]:
        """The means that count, and the words for having changed them."""
        if self.lowest_means is not None and means < self.lowest_means:
            return self.lowest_means, f", compté {plain(self.lowest_means)}"
        if self.highest_means is not None and means > self.highest_means:
            return self.highest_means, f", compté {plain(self.highest_means)}"
        return means, ""

    def _highest(self, percent: Decimal) -> Decimal:
        """The highest amount there can be; only asked for when the town gives no other without proof."""
        by_means = None if self.highest_means is None else self.highest_means * percent / 100
        return min(amount for amount in (self.cap, by_means, self.without_proof) if amount is not None)

    def _part(self, amount: Decimal) -> Decimal:
        return round_price(amount / self.divided_by, self.rounding)


class Point(TariffModel):
    means: Number
    amount: Euros


class Interpolation(Shape):
    """A straight line between known points, the same price before the first and after the last."""

    type: Literal["interpolation"]
    points: Several[Point]
    rounding: Rounding = TO_THE_CENT
    basis: Basis = "quotient"
    without_proof: Euros | None = None

    @model_validator(mode="after")
    def _growing(self) -> Self:
        for before, after in pairwise(self.points):
            if after.means <= before.means:
                raise tariff_error(
                    f"Le point {plain(after.means)} vient après le point {plain(before.means)}"
                )
        return self

    def price(self, facts: PricingFacts) -> UnitPrice:
        means = facts.means(self.basis)
        if means is None:
            highest = max(point.amount for point in self.points)
            return without_proof_price(self.basis, self.without_proof, round_price(highest, self.rounding))
        price = round_price(self._on_the_line(means), self.rounding)
        name = BASIS_NAMES[self.basis]
        return UnitPrice(
            price, (f"{name} {plain(round_price(means))}, tarif progressif{NBSP}: {format_euros(price)}",)
        )

    def _on_the_line(self, means: Decimal) -> Decimal:
        if means <= self.points[0].means:
            return self.points[0].amount
        for before, after in pairwise(self.points):
            if means <= after.means:
                part = (means - before.means) / (after.means - before.means)
                return before.amount + part * (after.amount - before.amount)
        return self.points[-1].amount


class CostShare(Shape):
    """A share of what an outing really costs, by quotient. Until then the expected cost stands for it.

    Without proof the largest share is due.
    """

    type: Literal["cost_share"]
    expected_cost: Euros
    shares: Several[PercentStep]
    limits: Limits = "inclusive"
    basis: Basis = "quotient"

    @model_validator(mode="after")
    def _no_hole(self) -> Self:
        check_steps(self.shares)
        return self

    @property
    def own_settled(self) -> Settled:
        return Settled.WITH_THE_REAL_COST

    def price(self, facts: PricingFacts) -> UnitPrice:
        cost, what = (self.expected_cost, "prévu") if facts.cost is None else (facts.cost, "réel")
        means = facts.means(self.basis)
        if means is None:
            percent = max(share.percent for share in self.shares)
            why = f"Sans justificatif {_PROOFS[self.basis]}, part la plus élevée"
        else:
            percent = self.shares[step_index(self.shares, self.limits, means)].percent
            why = f"{BASIS_NAMES[self.basis]} {plain(round_price(means))}"
        price = round_price(cost * percent / 100)
        reason = (
            f"{why}{NBSP}: {plain(percent)}{NBSP}% du coût {what} de {format_euros(round_price(cost))}, "
            f"soit {format_euros(price)}"
        )
        return UnitPrice(price, (reason,))
