"""Meals to order: counted by column and level, frozen when ordered, compared with what was ordered."""

from datetime import date, timedelta

import pytest

from booking.enums import PaymentMode
from booking.models import MealOrder, Opening
from booking.queries.changes import Scope
from booking.queries.meals import meals_of_week, monday_of
from booking.services.changes import cancel_services, replace_meal
from booking.services.meals import order_meals
from core.child_file import DossierField
from core.models import Child
from core.services.child_file import write_values
from tests.factories.booking import booked, some_care
from tests.factories.child_file import some_meals, tells
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family
from tests.harness.queries import assert_constant_queries

MONDAY = date(2027, 3, 1)


@pytest.fixture
def canteen(commune, now):
    return a_canteen(start=(now + timedelta(days=3)).date(), days=20, payment=PaymentMode.INVOICED)


@pytest.fixture
def agent():
    return an_agent()


def week(now, **chosen):
    (service,) = meals_of_week(MONDAY, now=now, **chosen)
    return service


def test_a_meal_is_a_place_at_half_past_twelve(canteen, family, now):
    some_care(canteen)
    booked(canteen, family, now=now, days=2)
    small = a_family(school=canteen.school, level="MS")
    booked(canteen, small, now=now, days=1)
    service = week(now)
    assert (service.activity, service.total) == (canteen.activity, 3)
    assert [(day.date.day, day.total) for day in service.days] == [(1, 2), (2, 1), (4, 0), (5, 0)]
    assert [(count.label, count.level, count.confirmed) for count in service.days[0].counts] == [
        ("REPAS ENFANT 3.30", "Moyenne section", 1),
        ("REPAS ENFANT 3.30", "CE2", 1),
    ]
    assert service.by_group == [("École maternelle", 1), ("École élémentaire", 2)]


def test_what_awaits_payment_is_counted_apart(commune, now):
    canteen = a_canteen(start=MONDAY, days=4)
    booked(canteen, a_family(school=canteen.school), now=now, days=1)
    day = week(now).days[0]
    assert (day.confirmed, day.awaiting, day.total) == (0, 1, 1)
    assert week(now + timedelta(days=1)).days[0].total == 0


def test_an_order_freezes_the_count_and_the_difference_is_shown(canteen, family, agent, now):
    booked(canteen, family, now=now, days=1)
    days = [MONDAY, MONDAY + timedelta(days=1)]
    assert [
        order.total for order in order_meals(activity=canteen.activity, days=days, by=agent, now=now)
    ] == [1, 0]
    assert order_meals(activity=canteen.activity, days=days, by=agent, now=now) == []
    booked(canteen, a_family(school=canteen.school), now=now, days=1)
    day = week(now).days[0]
    assert (day.order.total, day.order.ordered_by, day.difference) == (1, agent, 1)
    order_meals(activity=canteen.activity, days=days, by=agent, now=now)
    assert week(now).days[0].difference == 0
    assert MealOrder.objects.count() == 3


def test_a_cancelled_day_and_another_meal_are_said(canteen, family, agent, now):
    booked(canteen, family, now=now, days=2)
    cancel_services(scope=Scope(opening_ids=(canteen.openings[0].pk,)), reason="Grève", by=agent, now=now)
    replace_meal(scope=Scope(opening_ids=(canteen.openings[1].pk,)), reason="Pique-nique", by=agent, now=now)
    first, second, *_ = week(now).days
    assert (first.closed, first.total, second.note, second.total) == ("Grève", 0, "Pique-nique", 1)
    assert order_meals(activity=canteen.activity, days=[first.date], by=agent, now=now) == []


def test_meals_are_counted_by_the_diet_and_the_age_of_their_day(canteen, family, agent, now):
    some_meals()
    small = a_family(school=canteen.school, level="MS")
    Child.objects.filter(pk=small.child.pk).update(birth_date=date(2024, 3, 2))
    own = a_family(school=canteen.school)
    for eater in (family, small, own):
        booked(canteen, eater, now=now, days=2)
    tuesday = MONDAY + timedelta(days=1)
    write = {"by": agent, "now": now}
    write_values(
        child=family.child, values={DossierField.MEAL: [{"meal": "sans-viande"}]}, valid_from=tuesday, **write
    )
    write_values(
        child=own.child, values={DossierField.MEAL: [{"meal": "panier"}]}, valid_from=tuesday, **write
    )
    first, second, *_ = week(now).days
    assert (first.total, first.by_diet, first.brought) == (3, [], 0)
    assert (second.total, second.by_diet, second.brought) == (2, [("Sans viande", 1)], 1)
    assert week(now).by_diet == [("Repas habituel", 4), ("Sans viande", 1)]
    # Three years old on Tuesday 2 March.
    assert [(day.counts[0].level, day.counts[0].age) for day in (first, second)] == [
        ("Moyenne section", "Moins de 3 ans"),
        ("Moyenne section", "3 à 5 ans"),
    ]
    assert week(now).by_age == [("Moins de 3 ans", 1), ("3 à 5 ans", 1), ("6 à 11 ans", 3)]


def test_as_many_meals_but_others_are_ordered_again(canteen, family, agent, now):
    some_meals()
    booked(canteen, family, now=now, days=1)
    order_meals(activity=canteen.activity, days=[MONDAY], by=agent, now=now)
    assert not week(now).days[0].has_other_meals
    tells(family.child, {DossierField.MEAL: [{"meal": "sans-viande"}]}, now=now)
    day = week(now).days[0]
    assert (day.difference, day.has_other_meals) == (0, True)
    order_meals(activity=canteen.activity, days=[MONDAY], by=agent, now=now)
    assert not week(now).days[0].has_other_meals


def test_the_week_costs_the_same_for_any_number(canteen, agent, now):
    def add():
        booked(canteen, a_family(school=canteen.school), now=now, days=2)
        order_meals(activity=canteen.activity, days=[MONDAY], by=agent, now=now)

    assert_constant_queries(act=lambda: meals_of_week(MONDAY, now=now), add_row=add)


def test_a_week_begins_on_monday(canteen, now):
    assert monday_of(date(2027, 3, 7)) == MONDAY
    assert meals_of_week(date(2031, 3, 3), now=now) == []
    assert Opening.objects.exists()
