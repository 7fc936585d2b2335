"""Enrolments: a class at once, seen before, ended on a day, exported."""

from datetime import date

import pytest
from django.urls import reverse

from booking.models import Activity, Enrolment
from core.models import Child
from tests.booking.views.pages import text_of
from tests.factories.booking import booked
from tests.factories.people import an_agent
from tests.factories.world import a_family
from tests.harness.queries import assert_constant_queries


@pytest.fixture
def activity(canteen) -> Activity:
    Activity.objects.filter(pk=canteen.activity.pk).update(needs_enrolment=True)
    return Activity.objects.get(pk=canteen.activity.pk)


@pytest.fixture
def desk(commune, client_for):
    return client_for(commune, an_agent())


@pytest.fixture
def pupils(canteen, activity) -> list[Child]:
    return [a_family(school=canteen.school, name=name, level=level).child for name, level in (("Frêne", "CP"), ("Orme", "CP"), ("Saule", "CM1"))]  # fmt: skip


def add_url(activity) -> str:
    return reverse("agent_enrolment_add", args=[activity.pk])


def test_a_level_is_shown_then_enrolled_once(desk, activity, pupils):
    assert reverse("agent_enrolments") in text_of(desk.get(reverse("agent_organise")))
    preview = text_of(desk.get(add_url(activity), {"niveau": "CP"}))
    assert ("Frêne Jade" in preview, "Orme Jade" in preview, "Saule Jade" in preview) == (True, True, False)
    sent = {"enfants": [pupils[0].pk, pupils[1].pk], "debut": "2027-02-01", "fin": "2027-07-06"}
    assert "2 enfants inscrits" in text_of(desk.post(add_url(activity), sent, follow=True))
    assert "0 enfant inscrit" in text_of(desk.post(add_url(activity), sent, follow=True))
    assert Enrolment.objects.count() == 2
    page = text_of(desk.get(reverse("agent_enrolment_activity", args=[activity.pk])))
    assert "06/07/2027" in page
    table = desk.get(
        reverse("agent_enrolment_activity", args=[activity.pk]), {"format": "csv"}
    ).content.decode()
    assert "Frêne;Jade" in table


def test_an_enrolment_ends_on_a_day_and_bookings_after_it_are_said(desk, canteen, activity, now):
    family = a_family(school=canteen.school)
    running = Enrolment.objects.create(child=family.child, activity=activity, valid_from=date(2026, 9, 1))
    coming = Enrolment.objects.create(
        child=a_family(school=canteen.school).child, activity=activity, valid_from=date(2027, 4, 1)
    )
    booked(canteen, family, now=now, days=1, first=5)
    end = reverse("agent_enrolment_end", args=[activity.pk])
    page = text_of(
        desk.post(end, {"inscriptions": [running.pk, coming.pk], "dernier_jour": "2027-03-01"}, follow=True)
    )
    assert "2 inscriptions se terminent le 01/03/2027" in page
    assert "1 enfant a des réservations après ce jour" in page
    assert Enrolment.objects.get().valid_until == date(2027, 3, 1)
    assert "cochez des enfants" in text_of(desk.post(end, {}, follow=True))


def test_mistakes_are_said(desk, activity, pupils):
    page = text_of(desk.post(add_url(activity), {"debut": "2027-03-01", "fin": "2027-02-01"}))
    assert "La fin précède le début" in page
    assert "Cochez au moins un enfant" in page


def test_the_pages_cost_the_same_for_any_number_of_children(desk, canteen, activity):
    def enrol() -> None:
        child = a_family(school=canteen.school).child
        Enrolment.objects.create(child=child, activity=activity, valid_from=date(2026, 9, 1))

    assert_constant_queries(
        act=lambda: (
            desk.get(reverse("agent_enrolments")),
            desk.get(reverse("agent_enrolment_activity", args=[activity.pk])),
            desk.get(add_url(activity), {"ecole": canteen.school.pk}),
        ),
        add_row=enrol,
    )
