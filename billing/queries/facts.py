"""What the town knows of families that a price may depend on, on any day. Four queries, whatever the number of days."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from decimal import Decimal

from billing.models import ChildFacts, Quotient
from billing.pricing.facts import Meal, PricingFacts, Regularity, Scheme, Tie
from billing.quotients import MeansBasis
from core.child_file import MealKind
from core.levels import Level
from core.models import Child, ChildMeal, Household
from core.queries.custody import Custodies

CHILDHOOD_ENDS = 18  # years: older brothers and sisters of the file are not counted


class FamilyFacts:
    """The facts of the children of some households; those of another household are loaded when first asked for.

    What the database cannot know stays unknown (the billing engine then says so, and takes the highest price).
    """

    def __init__(self, households: Collection[int] = ()) -> None:
        self._children: dict[int, list[Child]] = {}
        self._quotients: dict[int, list[Quotient]] = {}
        self._meals: dict[int, list[ChildMeal]] = {}
        self._households: dict[int, Household] = {}
        self._custodies = Custodies()
        self._load(households)

    def of(self, child: Child, on: date) -> PricingFacts:
        payer = self._payer(child, on)
        family, known = self._family(payer, child)
        minors = [one for one in family if age_on(one.birth_date, on) < CHILDHOOD_ENDS]
        proof = self._standing(payer.pk, MeansBasis.QUOTIENT, on)
        count = max(1, len(minors))
        return PricingFacts(
            quotient=proof.value if proof else None,
            own_quotient=self._value(payer.pk, MeansBasis.OWN_QUOTIENT, on),
            yearly_income=self._value(payer.pk, MeansBasis.YEARLY_INCOME, on),
            scheme=Scheme(proof.fund) if proof and proof.fund else None,
            resident=payer.is_resident,
            ties=_ties(payer, _facts(known)),
            sibling_rank=next((rank for rank, one in enumerate(minors, 1) if one.pk == child.pk), 1),
            registered=count,
            children=self._in_charge(payer.pk, on) or count,
            level=Level(known.level) if known.level else None,
            age=age_on(known.birth_date, on),
            meal=Meal(self._meal(known, on)),
            regularity=Regularity(_facts(known).frequency) if _facts(known).frequency else None,
        )

    def _payer(self, child: Child, on: date) -> Household:
        """The household whose day it is, for a child of two; else the one that asks."""
        if child.household_id not in self._children:
            self._load([child.household_id])
        home = self._custodies.home(child.pk, on) or child.household_id
        if home not in self._children:
            self._load([home])
        if home not in self._households:  # no child of its own
            self._households[home] = Household.objects.get(pk=home)
        return self._households[home]

    def _family(self, payer: Household, child: Child) -> tuple[list[Child], Child]:
        """The children of who pays, the eldest first, and this one among them with its facts."""
        family = self._children[payer.pk]
        known = next((one for rows in self._children.values() for one in rows if one.pk == child.pk), child)
        if known in family:
            return family, known
        return sorted([*family, known], key=lambda one: (one.birth_date, one.pk)), known

    def quotient(self, household_id: int, on: date) -> Quotient | None:
        """The proof of the fund's quotient that holds on a day."""
        if household_id not in self._quotients:
            self._load([household_id])
        return self._standing(household_id, MeansBasis.QUOTIENT, on)

    def _load(self, households: Collection[int]) -> None:
        if not households:
            return
        children, quotients = defaultdict(list), defaultdict(list)
        rows = Child.objects.filter(household__in=households).select_related("household", "price_facts")
        for child in rows.order_by("birth_date", "pk"):
            children[child.household_id].append(child)
            self._households[child.household_id] = child.household
        for proof in Quotient.objects.standing().filter(household__in=households):
            quotients[proof.household_id].append(proof)
        for meal in ChildMeal.objects.filter(child__household__in=households).select_related("meal"):
            self._meals.setdefault(meal.child_id, []).append(meal)
        self._custodies.add(households)
        self._children |= {pk: children[pk] for pk in households}
        self._quotients |= {pk: quotients[pk] for pk in households}

    def _meal(self, child: Child, on: date) -> str:
        """The latest first: the first that had begun."""
        begun = (row.meal for row in self._meals.get(child.pk, ()) if row.valid_from <= on)
        meal = next(begun, None)
        return meal.kind if meal else MealKind.SERVED

    def _standing(self, household_id: int, basis: MeansBasis, on: date) -> Quotient | None:
        return next(
            (
                proof
                for proof in self._quotients[household_id]
                if proof.basis == basis and proof.valid_from <= on <= proof.valid_until
            ),
            None,
        )

    def _value(self, household_id: int, basis: MeansBasis, on: date) -> Decimal | None:
        proof = self._standing(household_id, basis, on)
        return proof.value if proof else None

    def _in_charge(self, household_id: int, on: date) -> int | None:
        """Children in charge, as a proof of that day tells it."""
        proofs = (self._standing(household_id, basis, on) for basis in MeansBasis)
        return next((proof.children for proof in proofs if proof and proof.children), None)


def age_on(born: date, on: date) -> int:
    """Whole years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _facts(child: Child) -> ChildFacts:
    return getattr(child, "price_facts", None) or ChildFacts(child=child)


def _ties(household: Household, facts: ChildFacts) -> frozenset[Tie]:
    if household.is_resident:
        return frozenset()
    own = {Tie(household.tie)} if household.tie else set()
    return frozenset(own | ({Tie.SPECIAL_CLASS} if facts.special_class else set()))
