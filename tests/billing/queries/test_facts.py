"""The facts of a price come from the file, the proofs and the calendar, in as many queries for a day as for a year."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import ChildFacts, Tariff, TariffVersion
from billing.pricing.facts import Meal, Regularity, Scheme, Tie
from billing.pricing.facts_words import facts_in_words
from billing.queries.facts import FamilyFacts, age_on
from billing.queries.prices import load_prices
from billing.quotients import Fund, MeansBasis, QuotientSource
from billing.services.quotients import Proof, set_quotient
from booking.queries.estimate import estimate_cells
from booking.queries.planning import load_planning
from core.child_file import DossierField
from core.levels import Level
from core.models import Child
from tests.factories.child_file import some_meals, tells
from tests.factories.world import Family, a_canteen, a_family

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
DAY = date(2026, 11, 30)
BRACKETS = {
    "type": "brackets",
    "brackets": [{"up_to": 700, "amount": 1}, {"up_to": 1200, "amount": 2}, {"amount": "3.50"}],
}


def record(family: Family, value: str, **changes) -> None:
    dates = {name: changes.pop(name) for name in ("valid_from", "valid_until") if name in changes}
    proof = Proof(value=Decimal(value), received_on=NOW.date(), source=QuotientSource.AGENT, **changes)
    set_quotient(household=family.household, proof=proof, by=None, now=NOW, **dates)


def sibling(family: Family, born: date) -> Child:
    return Child.objects.create(
        household=family.household, first_name="Noé", last_name="Rivière", birth_date=born
    )


def test_what_the_file_tells(commune):
    family = a_family(school=None)  # born on 4 May 2017
    younger, elder, grown = (
        sibling(family, born) for born in (date(2020, 1, 1), date(2012, 1, 1), date(2008, 1, 1))
    )
    facts = FamilyFacts()
    mine = facts.of(family.child, DAY)
    assert (mine.age, mine.level, mine.resident) == (9, Level.CE2, True)
    assert [facts.of(child, DAY).sibling_rank for child in (elder, family.child, younger)] == [1, 2, 3]
    assert (mine.registered, mine.children) == (3, 3)
    assert facts.of(grown, DAY).sibling_rank == 1
    assert (mine.quotient, mine.scheme, mine.regularity, mine.meal) == (None, None, None, Meal.SERVED)


def test_what_proofs_and_agents_tell(commune):
    family = a_family(school=None)
    family.household.is_resident, family.household.tie = False, "works_here"
    family.household.save()
    ChildFacts.objects.create(child=family.child, frequency="occasional", special_class=True)
    some_meals()
    tells(family.child, {DossierField.MEAL: [{"meal": "panier"}]}, now=NOW)
    record(family, "642.50", fund=Fund.MSA, children=4)
    record(family, "31000", basis=MeansBasis.YEARLY_INCOME)
    facts = FamilyFacts().of(Child.objects.get(), DAY)
    assert (facts.quotient, facts.scheme, facts.yearly_income) == (Decimal("642.50"), Scheme.MSA, 31000)
    assert (facts.children, facts.registered) == (4, 1)
    assert (facts.meal, facts.regularity) == (Meal.PAI_OWN, Regularity.OCCASIONAL)
    assert facts.ties == {Tie.WORKS_HERE, Tie.SPECIAL_CLASS} and not facts.resident
    assert FamilyFacts().of(Child.objects.get(), date(2026, 11, 17)).meal == Meal.SERVED
    told = dict(facts_in_words(facts))
    assert told["Quotient familial"] == "642,5"
    assert told["Réside"] == "hors commune (classe spécialisée et un parent travaille dans la commune)"
    assert told["Revenus annuels"] == "31000 €"


def test_a_birthday_changes_the_age_on_its_day():
    born = date(2017, 5, 4)
    assert [age_on(born, date(2026, 5, day)) for day in (3, 4, 5)] == [8, 9, 9]


def test_the_price_of_each_day_is_that_of_its_facts(commune):
    canteen = a_canteen(start=DAY, days=20)
    TariffVersion.objects.filter(tariff=canteen.on_time.tariff).update(rule=BRACKETS)
    family = a_family(school=canteen.school)
    record(family, "650", valid_from=date(2026, 12, 8), valid_until=date(2026, 12, 15))
    planning = load_planning(child=family.child, period=canteen.period, now=NOW)
    prices = {cell.date: cell.price for cell in planning.cells() if cell.stage_id == canteen.on_time.pk}
    assert prices[date(2026, 12, 7)] == Decimal("3.50")
    assert {prices[day] for day in prices if date(2026, 12, 8) <= day <= date(2026, 12, 15)} == {1}
    assert prices[date(2026, 12, 17)] == Decimal("3.50")


def queries_of(family: Family, canteen) -> int:
    with CaptureQueriesContext(connection) as seen:
        list(load_planning(child=family.child, period=canteen.period, now=NOW).cells())
    return len(seen)


def test_a_planning_costs_three_queries_more_whatever_its_days_and_proofs(commune):
    canteen = a_canteen(start=DAY, days=40)
    family = a_family(school=canteen.school)
    flat = queries_of(family, canteen)
    TariffVersion.objects.update(rule=BRACKETS)
    one = queries_of(family, canteen)
    assert one == flat + 3
    for year in range(2020, 2030):
        record(family, "650", valid_from=date(year, 1, 1), valid_until=date(year, 12, 31))
        sibling(family, date(year - 10, 1, 1))
    assert queries_of(family, canteen) == one


def test_many_families_cost_the_same_when_they_are_named(commune):
    tariff = Tariff.objects.create(code="t", label="T")
    TariffVersion.objects.create(tariff=tariff, valid_from=date(2020, 1, 1), rule=BRACKETS)
    families = [a_family(school=None) for _ in range(5)]
    with CaptureQueriesContext(connection) as seen:
        prices = load_prices([tariff.pk], households={family.household.pk for family in families})
        for family in families:
            prices.price(tariff.pk, family.child, DAY)
    assert len(seen) == 5


@pytest.mark.parametrize(
    ("rule", "notice"),
    [
        (BRACKETS, ""),
        (
            {
                "type": "by_siblings",
                "count": "present_rank",
                "prices": [{"type": "flat", "amount": 3}, {"type": "flat", "amount": 2}],
            },
            "Estimation\u00a0: le prix définitif sera connu après le pointage du jour.",
        ),
        (
            {"type": "forfait", "per": "month", "base": {"type": "flat", "amount": 30}},
            "Estimation\u00a0: le prix définitif sera connu à la fin du mois.",
        ),
    ],
)
def test_a_price_that_will_move_is_announced_as_an_estimate(commune, rule, notice):
    canteen = a_canteen(start=DAY, days=2)
    TariffVersion.objects.filter(tariff=canteen.on_time.tariff).update(rule=rule)
    family = a_family(school=canteen.school)
    planning = load_planning(child=family.child, period=canteen.period, now=NOW)
    cells = [cell for cell in planning.cells() if cell.stage_id == canteen.on_time.pk]
    (row,) = estimate_cells(cells)
    assert row.notice == notice
    assert row.why and not any(reason.startswith("Estimation") for reason in row.why)


def test_a_proof_ends_with_its_last_day(commune):
    family = a_family(school=None)
    record(family, "650", valid_from=DAY, valid_until=DAY)
    facts = FamilyFacts()
    around = [DAY + timedelta(days=shift) for shift in (-1, 0, 1)]
    assert [facts.of(family.child, day).quotient for day in around] == [None, 650, None]
