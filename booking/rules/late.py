"""What a late booking costs, or a presence that nobody booked: the effects a town writes, computed and put in words.

An effect is data, read by `LATE_EFFECT` and chosen by its `type`. It says whether the service can still be had
(`Access`) and turns its normal price into the late one; a fee that belongs to more than one service (a day, a child,
a family, an order) is not in the unit price. `booking.rules.late_orders` prices a whole order.

A percentage is rounded to the cent on each unit.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Annotated, Literal, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pydantic import Field, TypeAdapter, model_validator

from billing.pricing.fields import Euros, Number
from billing.pricing.rules import Flat, PricingFacts, TariffRule, UnitPrice
from billing.pricing.rules import Shape as TariffShape
from booking.rules.eligibility import LevelSet
from booking.rules.values import RuleModel, rule_error
from core.levels import pupils_of
from core.money import format_euros, round_euros
from core.words import NBSP, and_list

FeeScope = Literal["day", "child", "family", "order"]
Covers = Literal["unit", "order"]
Span = Literal["month", "period", "school_year"]

_SURCHARGED = {
    "unit": gettext_lazy("Majoration de retard par réservation : +%(amount)s"),
    "day": gettext_lazy("Majoration de retard par enfant et par jour : +%(amount)s"),
    "child": gettext_lazy("Majoration de retard par enfant : +%(amount)s"),
    "family": gettext_lazy("Majoration de retard par famille : +%(amount)s"),
    "order": gettext_lazy("Majoration de retard par commande : +%(amount)s"),
}
_MORE = {
    "unit": gettext_lazy("%(amount)s de plus par réservation"),
    "day": gettext_lazy("%(amount)s de plus par enfant et par jour"),
    "child": gettext_lazy("%(amount)s de plus par enfant"),
    "family": gettext_lazy("%(amount)s de plus par famille"),
    "order": gettext_lazy("%(amount)s de plus par commande"),
}
_FROM_NTH = {
    "month": gettext_lazy("à partir de la %(time)se fois dans le mois, %(effect)s"),
    "period": gettext_lazy("à partir de la %(time)se fois dans la période, %(effect)s"),
    "school_year": gettext_lazy("à partir de la %(time)se fois dans l’année scolaire, %(effect)s"),
}
_LATE = {
    "unit": gettext_lazy("Réservation hors délai"),
    "order": gettext_lazy("Commande passée en partie hors délai"),
}


class Access(IntEnum):
    """Whether it can still be had, from the freest to the most closed."""

    OPEN = 0
    ASK = 1
    WAIT = 2
    CLOSED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LateCase:
    """One late service: its normal tariff, and what the tariff depends on.

    `time` is 1 for the family's first late day in the span the town counts in; `place` is 1 for the child's first
    late service in the order.
    """

    tariff: TariffShape
    facts: PricingFacts
    time: int = 1
    place: int = 1


@dataclass(frozen=True, slots=True)
class Fee:
    """An amount due once for its scope, and why."""

    amount: Euros
    scope: FeeScope
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LateOutcome:
    """`unit` is the price of the service alone, `fees` what is due once for more than it."""

    unit: UnitPrice
    access: Access = Access.OPEN
    fees: tuple[Fee, ...] = ()


class Effect(RuleModel, ABC):
    """One way of answering « late ». A new one is a class here and a name in `LateEffect`."""

    @abstractmethod
    def apply(self, before: LateOutcome, case: LateCase) -> LateOutcome:
        """`before`, changed. Effects are combined by applying them one after the other."""

    def drag(self, before: LateOutcome, case: LateCase) -> LateOutcome:  # noqa: ARG002 - most effects spare it
        """`before`, changed for a service asked for in time, in the same order as a late one."""
        return before

    @abstractmethod
    def words(self) -> str:
        """The end of « Après le délai : … »."""


class Closed(Effect):
    """Too late: it cannot be had any more."""

    type: Literal["closed"]

    def apply(self, before: LateOutcome, case: LateCase) -> LateOutcome:  # noqa: ARG002 - closed for all
        return replace(before, access=Access.CLOSED)

    def words(self) -> str:
        return _("ce n’est plus possible")


class SamePrice(Effect):
    """Late has no price: the menu, or the place, is just not guaranteed."""

    type: Literal["same_price"]

    def apply(self, before: LateOutcome, case: LateCase) -> LateOutcome:  # noqa: ARG002 - nothing changes
        return before

    def words(self) -> str:
        return _("au même prix")


class OwnPrice(Effect):
    """Another tariff replaces the normal one, for the late service or for the whole order it is in."""

    type: Literal["own_price"]
    tariff: TariffRule
    covers: Covers = "unit"

    def apply(self, before: LateOutcome, case: LateCase) -> LateOutcome:
        unit = self.tariff.price(case.facts)
        reasons = (str(_LATE[self.covers]), *unit.reasons)
        return replace(before, unit=UnitPrice(unit.amount, reasons))

    def drag(self, before: LateOutcome, case: LateCase) -> LateOutcome:
        return self.apply(before, case) if self.covers == "order" else before

    def words(self) -> str:
        price = (
            format_euros(self.tariff.amount)
            if isinstance(self.tariff, Flat)
            else _("un tarif propre au retard")
        )
        return _for_order(price) if self.covers == "order" else price


class Surcharge(Effect):
    """Euros on top: for each service (only the `first` ones of each child if given), or once for a wider scope."""

    type: Literal["surcharge"]
    amount: Euros
    per: Literal["unit", "day", "child", "family", "order"] = "unit"
    first: int | None = Field(None, ge=1)

    @model_validator(mode="after")
    def _first_units(self) -> Self:
        if self.first is not None and self.per != "unit":
            raise rule_error("first ne vaut que pour une majoration par réservation (per = unit)")
        return self

    def apply(self, before: LateOutcome, case: LateCase) -> LateOutcome:
        reason = _SURCHARGED[self.per] % {"amount": format_euros(self.amount)}
        if self.per != "unit":
            return replace(before, fees=(*before.fees, Fee(self.amount, self.per, reason)))
        if self.first is not None and case.place > self.first:
            return before
        unit = UnitPrice(before.unit.amount + self.amount, (*before.unit.reasons, reason))
        return replace(before, unit=unit)

    def words(self) -> str:
        text = _MORE[self.per] % {"amount": format_euros(self.amount)}
        if not self.first:
            return text
        limited = ngettext(
            "%(rule)s, pour les %(count)s premières", "%(rule)s, pour les %(count)s premières", self.first
        )
        return limited % {"rule": text, "count": self.first}


class Percent(Effect):
    """A percentage on top of the price: 100 doubles it."""

    type: Literal["percent"]
    percent: Number
    covers: Covers = "unit"

    def apply(self, before: LateOutcome, case: LateCase) -> LateOutcome:  # noqa: ARG002 - the same for all
        extra = round_euros(before.unit.amount * self.percent / 100)
        reason = _("Majoration de retard : %(rate)s, soit +%(amount)s") % {
            "rate": self._rate,
            "amount": format_euros(extra),
        }
        unit = UnitPrice(before.unit.amount + extra, (*before.unit.reasons, reason))
        return replace(before, unit=unit)

    def drag(self, before: LateOutcome, case: LateCase) -> LateOutcome:
        return self.apply(before, case) if self.covers == "order" else before

    def words(self) -> str:
        price = (
            _("le double du prix") if self.percent == 100 else _("%(rate)s du prix") % {"rate": self._rate}
        )
        return _for_order(price) if self.covers == "order" else price

    @property
    def _rate(self) -> str:
        return f"+{self.percent.normalize():f}{NBSP}%".replace(".", ",")


class LosesQuotient(Effect):
    """The normal tariff, as for a family that gives no proof of its quotient."""

    type: Literal["loses_quotient"]

    def apply(self, before: LateOutcome, case: LateCase) -> LateOutcome:
        unproved = replace(case.facts, quotient=None, own_quotient=None, yearly_income=None)
        unit = case.tariff.price(unproved)
        reason = _("Réservation hors délai, sans application du quotient familial : %(amount)s") % {
            "amount": format_euros(unit.amount)
        }
        return replace(before, unit=UnitPrice(unit.amount, (reason,)))

    def words(self) -> str:
        return _("le tarif sans quotient familial")


class AskAgent(Effect):
    """A request that an agent accepts or refuses."""

    type: Literal["ask_agent"]

    def apply(self, before: LateOutcome, case: LateCase) -> LateOutcome:  # noqa: ARG002 - the same for all
        return replace(before, access=max(before.access, Access.ASK))

    def words(self) -> str:
        return _("une demande, qu’un agent étudie")


class WaitingList(Effect):
    """A place on the waiting list only."""

    type: Literal["waiting_list"]

    def apply(self, before: LateOutcome, case: LateCase) -> LateOutcome:  # noqa: ARG002 - the same for all
        return replace(before, access=max(before.access, Access.WAIT))

    def words(self) -> str:
        return _("une place sur la liste d’attente")


class FromNth(Effect):
    """Nothing the first times; `then` from the `time`-th late day of the family in the span."""

    type: Literal["from_nth"]
    time: int = Field(ge=2)
    per: Span = "school_year"
    then: "LateEffect"

    def apply(self, before: LateOutcome, case: LateCase) -> LateOutcome:
        return self.then.apply(before, case) if case.time >= self.time else before

    def drag(self, before: LateOutcome, case: LateCase) -> LateOutcome:
        return self.then.drag(before, case) if case.time >= self.time else before

    def words(self) -> str:
        return _FROM_NTH[self.per] % {"time": self.time, "effect": self.then.words()}


class OnlyLevels(Effect):
    """`then` for some classes, closed to the others."""

    type: Literal["only_levels"]
    levels: LevelSet = Field(min_length=1)
    then: "LateEffect"

    def apply(self, before: LateOutcome, case: LateCase) -> LateOutcome:
        if case.facts.level in self.levels:
            return self.then.apply(before, case)
        return replace(before, access=Access.CLOSED)

    def drag(self, before: LateOutcome, case: LateCase) -> LateOutcome:
        return self.then.drag(before, case) if case.facts.level in self.levels else before

    def words(self) -> str:
        return _("%(effect)s, seulement pour %(pupils)s") % {
            "effect": self.then.words(),
            "pupils": pupils_of(self.levels),
        }


class Several(Effect):
    """Effects one after the other, in the order written."""

    type: Literal["several"]
    of: tuple["LateEffect", ...] = Field(min_length=2, strict=False)

    def apply(self, before: LateOutcome, case: LateCase) -> LateOutcome:
        for effect in self.of:
            before = effect.apply(before, case)
        return before

    def drag(self, before: LateOutcome, case: LateCase) -> LateOutcome:
        for effect in self.of:
            before = effect.drag(before, case)
        return before

    def words(self) -> str:
        return and_list([effect.words() for effect in self.of])


def _for_order(price: str) -> str:
    return _("%(price)s, pour toute la commande") % {"price": price}


LateEffect = Annotated[
    Closed
    | SamePrice
    | OwnPrice
    | Surcharge
    | Percent
    | LosesQuotient
    | AskAgent
    | WaitingList
    | FromNth
    | OnlyLevels
    | Several,
    Field(discriminator="type"),
]

LATE_EFFECT: TypeAdapter[Effect] = TypeAdapter(LateEffect)


def late_outcome(effect: Effect, case: LateCase) -> LateOutcome:
    """What one late service becomes."""
    return effect.apply(LateOutcome(unit=case.tariff.price(case.facts)), case)


def dragged_outcome(effect: Effect, case: LateCase) -> LateOutcome:
    """What a service asked for in time becomes, when another one of its order is late."""
    return effect.drag(LateOutcome(unit=case.tariff.price(case.facts)), case)


def describe_late(effect: Effect) -> str:
    """« Après le délai : 5,49 €. »"""
    return _("Après le délai : %(effect)s.") % {"effect": effect.words()}


def counted_span(effect: Effect) -> Span | None:
    """The span in which the effect counts a family's late days, None when it counts none."""
    if isinstance(effect, FromNth):
        return effect.per
    if isinstance(effect, OnlyLevels):
        return counted_span(effect.then)
    if isinstance(effect, Several):
        return next(filter(None, map(counted_span, effect.of)), None)
    return None
