"""What is added to a price or taken from it: supplements, bounds, aids, yearly membership."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from billing.pricing.facts import PricingFacts, UnitPrice
from billing.pricing.fields import Euros, Number, Several, TariffModel, tariff_error
from billing.pricing.rounding import round_price
from billing.pricing.shape import Shape, plain
from core.money import ZERO, format_euros
from core.words import MONTHS, NBSP, day_number

if TYPE_CHECKING:
    from billing.pricing.rules import TariffRule


class Supplement(Shape):
    """`add` on top of `base`: always, or only for those who have taken `option`. A meal apart is written so."""

    type: Literal["supplement"]
    base: "TariffRule"
    add: "TariffRule"
    label: str = Field(min_length=1)
    option: str = ""

    def price(self, facts: PricingFacts) -> UnitPrice:
        unit = self.base.price(facts)
        if self.option and self.option not in facts.options:
            return unit
        extra = self.add.price(facts)
        reason = f"{self.label}{NBSP}: +{format_euros(extra.amount)}"
        return UnitPrice(unit.amount + extra.amount, (*unit.reasons, reason))


class Bounded(Shape):
    """`base`, never under `at_least` nor over `at_most`."""

    type: Literal["bounded"]
    base: "TariffRule"
    at_least: Euros | None = None
    at_most: Euros | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.at_least is None and self.at_most is None:
            raise tariff_error("Indiquez at_least, at_most, ou les deux")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise tariff_error("Le plancher (at_least) dépasse le plafond (at_most)")
        return self

    def price(self, facts: PricingFacts) -> UnitPrice:
        unit = self.base.price(facts)
        if self.at_least is not None and unit.amount < self.at_least:
            reason = f"Prix minimal{NBSP}: {format_euros(self.at_least)}"
            return UnitPrice(self.at_least, (*unit.reasons, reason))
        if self.at_most is not None and unit.amount > self.at_most:
            return UnitPrice(
                self.at_most, (*unit.reasons, f"Prix maximal{NBSP}: {format_euros(self.at_most)}")
            )
        return unit


class Grant(TariffModel):
    """What an aid pays for one unit: euros, or a percentage of the price before aids that `at_most` limits.

    Only for known quotients up to `up_to`, when given.
    """

    payer: str = Field(min_length=1)
    amount: Euros | None = None
    percent: Annotated[Number, Field(le=100)] | None = None
    at_most: Euros | None = None
    up_to: Number | None = None

    @model_validator(mode="after")
    def _one_aid(self) -> Self:
        if (self.amount is None) == (self.percent is None):
            raise tariff_error("Indiquez soit amount, soit percent")
        return self

    def of(self, price: Decimal, facts: PricingFacts) -> Decimal:
        if self.up_to is not None and (facts.quotient is None or facts.quotient > self.up_to):
            return ZERO
        aid = self.amount if self.percent is None else round_price(price * self.percent / 100)
        aid = aid or ZERO
        return aid if self.at_most is None else min(aid, self.at_most)


class Aided(Shape):
    """`base` less the aids, in the order written; the family always pays `least` (or the price, if lower)."""

    type: Literal["aided"]
    base: "TariffRule"
    grants: Several[Grant]
    least: Euros = ZERO

    def price(self, facts: PricingFacts) -> UnitPrice:
        unit = self.base.price(facts)
        left, reasons = unit.amount, [*unit.reasons]
        for grant in self.grants:
            aid = min(grant.of(unit.amount, facts), max(ZERO, left - self.least))
            if aid:
                left -= aid
                reasons.append(f"Aide {grant.payer}{NBSP}: −{format_euros(aid)}, reste {format_euros(left)}")
        return UnitPrice(left, tuple(reasons))


class YearDay(TariffModel):
    """A day of any year."""

    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)

    def reached(self, on: date, start: "YearDay") -> bool:
        """Whether `on` is on or after this day, in the year of twelve months that begins on `start`."""
        return self._order(start) <= YearDay(month=on.month, day=on.day)._order(start)

    def words(self) -> str:
        return f"{day_number(self.day)} {MONTHS[self.month - 1]}"

    def _order(self, start: "YearDay") -> tuple[bool, int, int]:
        before_start = (self.month, self.day) < (start.month, start.day)
        return (before_start, self.month, self.day)


class Reduced(TariffModel):
    """`percent` off for those who join from that day on, until the end of the membership year."""

    start: YearDay
    percent: Annotated[Number, Field(le=100)] = Decimal(50)


class Membership(Shape):
    """A yearly fee, less when one joins late in the year. It is due once a year: see `Forfait`.

    Without the day of joining the whole fee is due.
    """

    type: Literal["membership"]
    base: "TariffRule"
    year_start: YearDay = YearDay(month=9, day=1)
    reduced: Reduced | None = None

    def price(self, facts: PricingFacts) -> UnitPrice:
        unit = self.base.price(facts)
        reasons = ("Adhésion annuelle", *unit.reasons)
        if self.reduced is None or facts.day is None:
            return UnitPrice(unit.amount, reasons)
        if not self.reduced.start.reached(facts.day, self.year_start):
            return UnitPrice(unit.amount, reasons)
        price = round_price(unit.amount * (100 - self.reduced.percent) / 100)
        reason = (
            f"Adhésion à partir du {self.reduced.start.words()}{NBSP}: "
            f"−{plain(self.reduced.percent)}{NBSP}%, soit {format_euros(price)}"
        )
        return UnitPrice(price, (*reasons, reason))
