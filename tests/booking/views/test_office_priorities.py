"""Priorities: points by criterion, counted from what the town knows, shown and sorted; a whole list decided at once."""

import pytest
from django.urls import reverse

from booking.enums import BookingMode, LineState, PlaceState, PriorityCriterion
from booking.models import FamilyPriority, Place, PriorityRule, ReservationLine
from booking.queries.priorities import reasons, scores
from booking.services.requests import submit_request
from core.models import Household
from tests.booking.views.pages import text_of
from tests.factories.booking import a_sibling, some_care
from tests.factories.people import an_agent
from tests.factories.world import Family, a_family

INBOX, DECIDE = "/agent/demandes/", "/agent/demandes/decider/"


@pytest.fixture
def care(canteen):
    return some_care(canteen, mode=BookingMode.REQUEST)


@pytest.fixture
def desk(commune, client_for):
    return client_for(commune, an_agent())


@pytest.fixture
def ask(care, now):
    def act(family: Family, *, days: int = 1, column: int = 0):
        return submit_request(
            child=family.child,
            period=care.period,
            wishes=care.wishes(days=days, column=column),
            cancellations=[],
            by=family.user,
            now=now,
        )

    return act


@pytest.fixture
def points(desk, care):
    url = reverse("agent_priorities_period", args=[care.period.pk])
    desk.post(url, {"resident": 10, "sibling": 5, "attended": 3, "both_work": 20, "other": 0})
    return {rule.criterion: rule.points for rule in PriorityRule.objects.all()}


def test_points_are_set_for_a_period(desk, care, points):
    assert points == {"resident": 10, "sibling": 5, "attended": 3, "both_work": 20}
    page = text_of(desk.get(reverse("agent_priorities")))
    assert "Les deux parents travaillent : 20" in page
    assert reverse("agent_priorities") in text_of(desk.get(reverse("agent_organise")))


def test_a_demand_has_the_points_of_what_is_known_of_its_family(desk, canteen, ask, points):
    resident, elsewhere, working = (a_family(school=canteen.school) for _ in range(3))
    Household.objects.filter(pk=elsewhere.household.pk).update(is_resident=False)
    family_page = reverse("agent_family", args=[working.household.pk])
    desk.post(reverse("agent_priorities_family", args=[working.household.pk]), {"criteres": ["both_work"]})
    assert FamilyPriority.objects.get().ticked_by.name == "Dominique Guichet"
    assert "reconnus (1)" in text_of(desk.get(family_page))
    first, second, third = ask(resident), ask(elsewhere), ask(working)
    assert scores([first.pk, second.pk, third.pk]) == {first.pk: 10, second.pk: 0, third.pk: 30}
    met = {one.label: one.met for one in reasons(third)}
    assert (met["Les deux parents travaillent"], met[PriorityCriterion.SIBLING.label]) == (True, False)
    order = text_of(desk.get(INBOX, {"tri": "-priorite"}))
    assert (
        order.index(f'value="{third.pk}"')
        < order.index(f'value="{first.pk}"')
        < order.index(f'value="{second.pk}"')
    )
    assert "30 points" in order
    opening = first.lines.get().opening_id
    day = text_of(desk.get(f"/agent/demandes/jour/{opening}/"))
    assert "par priorité" in day
    assert day.index(f"/agent/demandes/{third.pk}/") < day.index(f"/agent/demandes/{first.pk}/")
    assert "20 points" in text_of(desk.get(f"/agent/demandes/{third.pk}/"))
    desk.post(reverse("agent_priorities_family", args=[working.household.pk]), {})
    assert scores([third.pk]) == {third.pk: 10}


def test_a_brother_already_accepted_and_past_presence_count(canteen, family, ask, points):
    brother = ask(Family(household=family.household, user=family.user, child=a_sibling(family)))
    mine = ask(family)
    assert scores([mine.pk]) == {mine.pk: 10}
    Place.objects.filter(line__reservation=brother).update(state=PlaceState.CONFIRMED)
    assert scores([mine.pk]) == {mine.pk: 15}


def test_the_inbox_names_siblings_and_filters_by_level(desk, canteen, family, ask):
    ask(Family(household=family.household, user=family.user, child=a_sibling(family)))
    mine = ask(family)
    page = text_of(desk.get(INBOX, {"niveau": "CE2"}))
    assert "fratrie aussi en attente" in page
    assert page.count('name="demandes"') == 1
    assert f'value="{mine.pk}"' in page


def test_a_whole_list_is_decided_and_the_agent_comes_back_to_it(desk, canteen, ask):
    for _ in range(27):
        ask(a_family(school=canteen.school))
    left = ask(a_family(school=canteen.school, level="CP"))
    page = text_of(desk.get(INBOX, {"niveau": "CE2"}))
    assert "Toutes les demandes de la liste (27)" in page
    sent = {"toutes": "on", "retour": "niveau=CE2", "decision": "accepter", "apercu": "on"}
    preview = desk.post(DECIDE, sent)
    assert "27 jours, 27 familles" in text_of(preview)
    lines = ReservationLine.objects.exclude(reservation=left).values_list("pk", flat=True)
    done = desk.post(DECIDE, {"lignes": list(lines), "retour": "niveau=CE2", "decision": "accepter"})
    assert done.url == f"{INBOX}?niveau=CE2"
    assert set(ReservationLine.objects.filter(pk__in=lines).values_list("state", flat=True)) == {
        LineState.ACCEPTED
    }
    assert left.lines.get().state == LineState.PENDING
