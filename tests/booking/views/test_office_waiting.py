"""The desk's waiting lists."""

from datetime import timedelta

import pytest
from django.urls import reverse

from booking.enums import WaitingMode
from booking.models import WaitingEntry
from core import clock
from tests.factories.people import an_agent
from tests.factories.waiting import a_waiting_list, fill, give_back, waits
from tests.factories.world import a_family
from tests.harness.queries import assert_constant_queries


@pytest.fixture
def day(canteen, now):
    canteen.holder = fill(canteen, now=now)[0]
    a_waiting_list(canteen.period, mode=WaitingMode.AGENT)
    return canteen.openings[0]


@pytest.fixture
def desk(commune, client_for):
    return client_for(commune, an_agent())


@pytest.fixture
def entries(canteen, day, now) -> list[WaitingEntry]:
    names = ("Aubépine", "Bruyère")
    return [waits(canteen, a_family(school=canteen.school, name=name), now=now) for name in names]


def act(desk, entry, **data):
    return desk.post(reverse("agent_waiting_act", args=[entry.pk]), data, follow=True).content.decode()


def test_the_menu_leads_to_the_days_that_are_waited_for(desk, entries, day):
    page = desk.get(reverse("agent_waiting")).content.decode()
    assert reverse("agent_waiting_day", args=[day.pk]) in page
    assert "1 sur 1" in page
    csv = desk.get(reverse("agent_waiting"), {"format": "csv"}).content.decode()
    assert "01/03/2027;" in csv


def test_a_town_without_lists_is_told_where_they_are_set(desk, canteen):
    assert "Réglages → Activités" in desk.get(reverse("agent_waiting")).content.decode()


def test_a_day_shows_its_list_in_order_with_its_history(desk, entries, day):
    page = desk.get(reverse("agent_waiting_day", args=[day.pk])).content.decode()
    assert page.index("Aubépine") < page.index("Bruyère")
    assert "Inscription sur la liste d’attente, n° 2" in page


def test_the_office_offers_the_place_to_whom_it_chooses(desk, canteen, entries, now):
    assert "Aucune place n’est libre" in act(desk, entries[1], geste="proposer")
    give_back(canteen, canteen.holder, now=now)
    page = act(desk, entries[1], geste="proposer")
    assert "La place est proposée à Jade Bruyère" in page
    assert WaitingEntry.objects.get(pk=entries[1].pk).state == "offered"


def test_moving_and_removing_need_a_reason(desk, entries, day):
    assert "Donnez le motif" in act(desk, entries[1], geste="deplacer", position=1)
    act(desk, entries[1], geste="deplacer", position=1, motif="Parent seul.")
    page = desk.get(reverse("agent_waiting_day", args=[day.pk])).content.decode()
    assert page.index("Bruyère") < page.index("Aubépine")
    assert "Du n° 2 au n° 1\u00a0: Parent seul." in page
    assert "Donnez le motif" in act(desk, entries[1], geste="retirer")
    assert "n’est plus sur la liste" in act(desk, entries[1], geste="retirer", motif="Déménagement.")


def test_a_form_that_says_nothing_changes_nothing(desk, entries):
    act(desk, entries[0], geste="deplacer", motif="Sans numéro.")
    act(desk, entries[0], geste="autre")
    assert list(WaitingEntry.objects.values_list("rank", "state")) == [(1, "waiting"), (2, "waiting")]


def test_both_pages_cost_the_same_for_three(desk, canteen, day, now):
    def add() -> None:
        waits(canteen, a_family(school=canteen.school), now=now)

    assert_constant_queries(act=lambda: desk.get(reverse("agent_waiting")), add_row=add)
    assert_constant_queries(act=lambda: desk.get(reverse("agent_waiting_day", args=[day.pk])), add_row=add)


def test_the_office_puts_a_child_on_the_list_after_the_delay_and_the_family_is_told(
    desk, canteen, day, entries, now
):
    late = a_family(school=canteen.school, name="Chèvrefeuille")
    url = reverse("agent_waiting_day", args=[day.pk])
    type(canteen.on_time).objects.update(cutoff={"type": "never"})
    assert "ne correspond" in desk.get(url, {"q": "Inconnu"}).content.decode()
    assert "Chèvrefeuille Jade" in desk.get(url, {"q": "chevrefeuille"}).content.decode()
    enlist = reverse("agent_waiting_enlist", args=[day.pk])
    sent = {"enfant": late.child.pk, "prix": "normal", "q": "chevrefeuille"}
    kept = desk.post(enlist, sent).content.decode()
    assert "Ce champ est obligatoire" in kept
    assert "Chèvrefeuille Jade" in kept
    page = desk.post(enlist, sent | {"motif": "demandé au guichet"}, follow=True).content.decode()
    assert "Inscription par le service, n° 3\u00a0: demandé au guichet" in page
    entry = WaitingEntry.objects.get(child=late.child)
    assert (entry.joined_by, entry.rank) == (late.user, 3)
    again = desk.post(enlist, sent | {"motif": "encore"}, follow=True)
    assert again.status_code == 200
    assert WaitingEntry.objects.filter(child=late.child).count() == 1


def test_a_day_with_a_free_place_or_that_is_over_takes_nobody_on_its_list(desk, canteen, day, now):
    late = a_family(school=canteen.school, name="Chèvrefeuille")
    sent = {"enfant": late.child.pk, "prix": "normal", "motif": "demandé au guichet", "q": "chevrefeuille"}
    page = desk.post(reverse("agent_waiting_enlist", args=[canteen.openings[3].pk]), sent, follow=True)
    assert "une place est libre" in page.content.decode()
    with clock.frozen(now + timedelta(days=10)):
        page = desk.post(reverse("agent_waiting_enlist", args=[day.pk]), sent, follow=True)
    assert "ce jour est passé ou fermé" in page.content.decode()
    assert not WaitingEntry.objects.exists()
