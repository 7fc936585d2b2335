"""Places: seen at a constant cost, changed in one act, never under what is taken."""

from datetime import date

import pytest
from django.urls import reverse

from booking.errors import RequestRefusedError
from booking.models import Opening, PlacesAct
from booking.services.requests import submit_request
from tests.booking.views.pages import text_of
from tests.factories.booking import booked
from tests.factories.groups import two_groups
from tests.factories.people import an_agent
from tests.factories.world import a_family
from tests.harness.queries import assert_constant_queries, count_queries


@pytest.fixture
def desk(commune, client_for):
    return client_for(commune, an_agent())


@pytest.fixture
def url(canteen):
    return reverse("agent_places_period", args=[canteen.period.pk])


def change(desk, url, canteen, **more):
    data = {
        "accueils": [canteen.slot.pk],
        "jours": [1, 2, 4, 5],
        "du": "2027-03-01",
        "au": "2027-03-31",
        "places": "12",
    }
    return desk.post(url, data | more, follow=True)


def test_the_menu_leads_to_the_places_of_a_period(desk, canteen, url):
    assert reverse("agent_organise") in text_of(desk.get("/agent/"))
    assert reverse("agent_places") in text_of(desk.get(reverse("agent_organise")))
    assert url in text_of(desk.get(reverse("agent_places")))


def test_a_weekday_is_changed_in_one_act_with_its_author(desk, canteen, url):
    assert "changé pour 5 jours" in text_of(change(desk, url, canteen, jours=[1]))
    mondays = Opening.objects.filter(date__iso_week_day=1)
    assert set(mondays.filter(date__lt="2027-04-01").values_list("capacity", flat=True)) == {12}
    assert Opening.objects.filter(capacity=None).count() == 15
    act = PlacesAct.objects.get()
    assert (act.by.name, "12 places les lundis" in act.act) == ("Dominique Guichet", True)


def test_places_taken_are_never_taken_away(desk, canteen, family, url, now):
    booked(canteen, family, now=now, days=2)
    page = text_of(change(desk, url, canteen, places="0"))
    assert "lun. 01/03/2027 (1 prise), mar. 02/03/2027 (1 prise)" in page
    assert set(Opening.objects.values_list("capacity", flat=True)) == {None}
    assert "La fin précède le début" in text_of(change(desk, url, canteen, au="2027-02-01"))
    assert "Aucun jour ouvert" in text_of(change(desk, url, canteen, du="2027-03-03", au="2027-03-03"))


def test_full_and_nearly_full_days_and_missing_adults_are_seen(desk, canteen, family, url, now):
    booked(canteen, family, now=now, days=3)
    first, second, third = canteen.openings[:3]
    Opening.objects.filter(pk=first.pk).update(capacity=1)
    Opening.objects.filter(pk=second.pk).update(capacity=10, taken=9)
    page = text_of(desk.get(url, {"mois": "2027-03"}))
    assert page.count("presque complet") == 1
    assert "complet</span>" in page
    summary = text_of(desk.get(reverse("agent_places")))
    assert "1 jour presque complet" in summary
    staffing = {"accueil": canteen.slot.pk, "adultes": 1, "moins_de_six": 10, "six_et_plus": 14}
    desk.post(reverse("agent_places_staffing", args=[canteen.period.pk]), staffing)
    assert "adultes pour" not in text_of(desk.get(url, {"mois": "2027-03"}))
    young = a_family(school=canteen.school)
    type(young.child).objects.filter(pk=young.child.pk).update(birth_date=date(2021, 3, 5))
    young.child.refresh_from_db()
    Opening.objects.filter(pk=second.pk).update(capacity=None, taken=1)
    booked(canteen, young, now=now, days=2, first=1)
    assert "2 adultes pour 1 prévu" in text_of(desk.get(url, {"mois": "2027-03"}))
    assert third.pk


def test_a_closed_day_is_no_more_booked_and_opens_again(desk, canteen, family, now):
    day = canteen.openings[0]
    close = reverse("agent_places_close", args=[day.pk])
    desk.post(close, {"motif": ""})
    assert Opening.objects.get(pk=day.pk).closed_reason == ""
    assert "fermé aux nouvelles" in text_of(desk.post(close, {"motif": "Chaudière en panne"}, follow=True))
    with pytest.raises(RequestRefusedError, match="Chaudière"):
        submit_request(
            child=family.child,
            period=canteen.period,
            wishes=canteen.wishes(),
            cancellations=[],
            by=family.user,
            now=now,
        )
    desk.post(close, {"rouvrir": "1"})
    booked(canteen, family, now=now, days=1)
    assert PlacesAct.objects.count() == 2


def test_the_pages_and_the_act_cost_the_same_whatever_is_booked(desk, canteen, url, now):
    change(desk, url, canteen, places="11")  # fills the caches that are allowed to be cold
    one = count_queries(lambda: change(desk, url, canteen, du="2027-03-01", au="2027-03-01"))
    assert count_queries(lambda: change(desk, url, canteen, places="13")) == one
    assert_constant_queries(
        act=lambda: (desk.get(url), desk.get(reverse("agent_places"))),
        add_row=lambda: booked(canteen, a_family(school=canteen.school), now=now, days=2),
    )


def test_a_group_is_seen_and_given_its_own_places(desk, canteen, family, url, now):
    assert "Groupe" not in text_of(desk.get(url, {"mois": "2027-03"}))
    small, _ = two_groups(canteen, small=8, big=1, now=now)
    booked(canteen, family, now=now, days=1)
    page = text_of(desk.get(url, {"mois": "2027-03"}))
    assert "Moins de 6 ans (REPAS ENFANT)" in page
    assert "1 groupe complet" in text_of(desk.get(reverse("agent_places")))
    assert "changé pour 5 jours" in text_of(
        change(desk, url, canteen, accueils=[], groupe=small.pk, jours=[1], places="9")
    )
    assert small.days.filter(capacity=9).count() == 5
    assert set(Opening.objects.values_list("capacity", flat=True)) == {None}
    assert "Cochez au moins un accueil" in text_of(change(desk, url, canteen, accueils=[]))
    day = text_of(desk.get(reverse("agent_requests_day", args=[canteen.openings[0].pk])))
    assert "6 ans et plus : 1 place prise sur 1" in day


def test_groups_cost_no_query_a_day(desk, canteen, url, now):
    two_groups(canteen, small=8, big=8, now=now)
    months = [
        count_queries(lambda month=month: desk.get(url, {"mois": month}))
        for month in ("2027-03", "2027-03", "2027-04")
    ]
    assert months[1] == months[2]  # the first also opens the session
