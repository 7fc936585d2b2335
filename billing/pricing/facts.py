"""What a price may depend on, and what a price is. Values only: who gathers them knows where they come from."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from core.levels import Level

Basis = Literal["quotient", "own_quotient", "yearly_income", "monthly_income"]
"""The means a grid is read with: the CAF or MSA quotient, the one the town computes, or an income in euros."""

Counting = Literal["rank", "present_rank", "registered", "present", "children"]
"""How brothers and sisters count: the child's rank in the household or among those present that very day;
or how many are registered, present that very day, or in charge of the household."""

Span = Literal["family_day", "family_year", "week", "month", "period", "year"]
"""Where units are counted: those of all the children of a household on one day or in a school year;
those of one child in a longer time."""


class Tie(StrEnum):
    """What links a household that lives elsewhere to the town."""

    WORKS_HERE = "works_here"
    PARTNER_TOWN = "partner_town"
    SPECIAL_CLASS = "special_class"


class Scheme(StrEnum):
    """The fund that pays the household its family benefits."""

    CAF = "caf"
    MSA = "msa"
    NONE = "none"


class Regularity(StrEnum):
    REGULAR = "regular"
    OCCASIONAL = "occasional"


class Public(StrEnum):
    CHILD = "child"
    ADULT = "adult"


class Meal(StrEnum):
    """Who makes the meal. A PAI is the care protocol of a child who has an allergy."""

    SERVED = "served"
    PAI_SPECIAL = "pai_special"
    PAI_OWN = "pai_own"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Position:
    """Which one it is (from 1), of how many."""

    rank: int = 1
    total: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Positions:
    """Where one unit stands in each span. Before a span is closed, as far as its bookings tell."""

    family_day: Position = Position()
    family_year: Position = Position()
    week: Position = Position()
    month: Position = Position()
    period: Position = Position()
    year: Position = Position()

    def in_(self, span: Span) -> Position:
        found: Position = getattr(self, span)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class PricingFacts:
    """What a price may depend on, on the day of the service. None: not known, or no proof of it was given.

    Money is in euros, `yearly_income` for a whole year. `sibling_rank` is 1 for the first child of the household.
    `registered` and `children` count the child itself. `age` is in whole years. `minutes` is the time spent,
    `late_minutes` the time after closing. `cost` is what an outing really cost for one participant.
    `ties` speak of households that live elsewhere. `formula`, `site` and `options` are words of the town's tariff.
    """

    quotient: Decimal | None = None
    own_quotient: Decimal | None = None
    yearly_income: Decimal | None = None
    scheme: Scheme | None = None
    resident: bool = False
    ties: frozenset[Tie] = frozenset()
    sibling_rank: int = 1
    registered: int = 1
    children: int = 1
    level: Level | None = None
    age: int | None = None
    public: Public = Public.CHILD
    regularity: Regularity | None = None
    meal: Meal = Meal.SERVED
    formula: str | None = None
    site: str | None = None
    options: frozenset[str] = frozenset()
    minutes: int | None = None
    late_minutes: int = 0
    cost: Decimal | None = None
    day: date | None = None
    positions: Positions = field(default_factory=Positions)

    def means(self, basis: Basis) -> Decimal | None:
        """The quotient or the income that a grid asks for."""
        if basis == "monthly_income":
            return None if self.yearly_income is None else self.yearly_income / 12
        found: Decimal | None = getattr(self, basis)
        return found

    def count(self, counting: Counting) -> int:
        today = self.positions.family_day
        return {
            "rank": self.sibling_rank,
            "present_rank": today.rank,
            "registered": self.registered,
            "present": today.total,
            "children": self.children,
        }[counting]


NO_FACTS = PricingFacts()


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """One unit's price in whole cents, and why: one French sentence without stop for each step."""

    amount: Decimal
    reasons: tuple[str, ...]
