"""Meals to order: counted by column and level, frozen when ordered, compared with what was ordered."""

from datetime import date, timedelta

import pytest

from booking.enums import PaymentMode
from booking.models import MealOrder, Opening
from booking.queries.changes import Scope
from booking.queries.meals import meals_of_week, monday_of
from booking.services.changes import cancel_services, replace_meal
from booking.services.meals import order_meals
from tests.factories.booking import booked, some_care
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


def test_the_week_costs_the_same_for_any_number(canteen, agent, now):
    def add():
        booked(canteen, a_family(school=canteen.school), now=now, days=2)
        order_meals(activity=canteen.activity, days=[MONDAY], by=agent, now=now)

    assert_constant_queries(act=lambda: meals_of_week(MONDAY, now=now), add_row=add)


def test_a_week_begins_on_monday(canteen, now):
    assert monday_of(date(2027, 3, 7)) == MONDAY
    assert meals_of_week(date(2031, 3, 3), now=now) == []
    assert Opening.objects.exists()
