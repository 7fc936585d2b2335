"""The family's pages of waiting lists, and the page that a mail leads to."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from booking.enums import WaitingMode, WaitingState
from booking.models import BookingDraft, Place, WaitingEntry
from booking.services.waiting_offers import offer_freed_places
from core import clock
from core.custody import CustodyMode
from core.models import OutgoingMail
from core.services.custody import record_custody
from tests.factories.booking import a_sibling
from tests.factories.waiting import a_waiting_list, fill, give_back, waits
from tests.factories.world import a_family
from tests.harness.queries import assert_constant_queries

MARCH = {"du": "2027-03-01", "au": "2027-03-31"}
HOUR = timedelta(hours=1)


@pytest.fixture
def day(canteen, now):
    canteen.holder = fill(canteen, now=now)[0]
    a_waiting_list(canteen.period)
    return canteen.openings[0]


@pytest.fixture
def offer_page(canteen, day, family, now) -> str:
    """The path in the mail of a family that has an offer."""
    waits(canteen, family, now=now)
    give_back(canteen, canteen.holder, now=now)
    offer_freed_places(now=now)
    mail = OutgoingMail.objects.get(to=family.user.email, subject__startswith="Une place est libre")
    return re.search(r"/liste-attente/offre/\S+", mail.text).group()


def planning_url(canteen, family) -> str:
    return reverse("booking_planning", args=[family.child.pk, canteen.period.code])


def join_url(day, family) -> str:
    return reverse("waiting_join", args=[family.child.pk, day.pk])


def test_a_full_cell_leads_to_the_list_and_keeps_what_is_ticked(canteen, day, family, browser_of):
    browser = browser_of(family)
    page = browser.get(planning_url(canteen, family)).content.decode()
    wait = f"attente-{family.child.pk}.{day.pk}"
    assert f'name="aller" value="{wait}"' in page
    assert "rejoindre la liste d’attente" in page
    ticked = f"{canteen.openings[1].pk}.{canteen.on_time.pk}"
    form = {"du": "2027-03-01", "au": "2027-03-31", "w": [ticked], "aller": wait}
    response = browser.post(planning_url(canteen, family), form)
    assert response.url == join_url(day, family)
    assert BookingDraft.objects.get().wishes == {str(canteen.openings[1].pk): canteen.on_time.pk}


def test_so_does_the_one_of_a_child_among_several(canteen, day, family, browser_of):
    browser, sister = browser_of(family), a_sibling(family)
    both = [f"{child.pk}.{canteen.period.code}" for child in (family.child, sister)]
    page = browser.get(reverse("booking_together_planning"), {"avec": both}).content.decode()
    assert page.count('name="aller" value="attente-') == 2
    ticks = {f"e{sister.pk}-{canteen.period.pk}-{name}": day for name, day in MARCH.items()}
    form = {"avec": both, "vue": "2027-03", "aller": f"attente-{sister.pk}.{day.pk}"} | ticks
    response = browser.post(reverse("booking_together_planning"), form)
    assert response.url == reverse("waiting_join", args=[sister.pk, day.pk])
    assert browser.get(response.url).status_code == 200


def test_the_lists_of_a_shared_child_stay_at_its_first_home(canteen, day, family, now, browser_of):
    second = a_family(school=canteen.school, name="Olivier")
    custody = {"mode": CustodyMode.SHARE, "percent": 50, "valid_from": now.date()}
    record_custody(child=family.child, second=second.household, by=None, now=now, **custody)
    page = browser_of(second).post(join_url(day, family), follow=True).content.decode()
    assert "au dossier de son autre parent" in page
    assert not WaitingEntry.objects.exists()


def test_without_a_list_a_full_cell_only_says_so(canteen, family, now, browser_of):
    fill(canteen, now=now)
    page = browser_of(family).get(planning_url(canteen, family)).content.decode()
    assert "attente-" not in page


def test_joining_then_reading_the_position_then_leaving(canteen, day, family, now, browser_of):
    waits(canteen, a_family(school=canteen.school), now=now)
    browser = browser_of(family)
    assert "1 enfant attend déjà" in browser.get(join_url(day, family)).content.decode()
    page = browser.post(join_url(day, family), follow=True).content.decode()
    assert "n° 2 sur la liste" in page
    assert "n° 2 sur la liste" in browser.get(join_url(day, family)).content.decode()
    assert "vous êtes sur la liste d’attente" in browser.get(planning_url(canteen, family)).content.decode()
    entry = WaitingEntry.objects.get(child=family.child)
    page = browser.post(reverse("waiting_leave", args=[entry.pk]), follow=True).content.decode()
    assert "Vous avez quitté la liste" in page
    assert "Liste quittée" in page or "liste quittée" in page


def test_a_place_that_is_free_again_is_booked_in_the_planning(canteen, day, family, now, browser_of):
    give_back(canteen, canteen.holder, now=now)
    page = browser_of(family).post(join_url(day, family), follow=True)
    assert "une place est libre" in page.content.decode()
    assert not WaitingEntry.objects.exists()


def test_opening_the_link_of_the_mail_changes_nothing(offer_page, commune, client_for):
    page = client_for(commune).get(offer_page).content.decode()
    assert "Une place est gardée pour Jade" in page
    assert "vendredi 26 février 2027 à 16:00" in page
    assert "il reste 2 heures" in page
    assert WaitingEntry.objects.get().state == WaitingState.OFFERED


def test_one_click_accepts_without_signing_in(offer_page, family, commune, client_for):
    visitor = client_for(commune)
    page = visitor.post(offer_page, {"reponse": "accepter"}, follow=True).content.decode()
    entry = WaitingEntry.objects.get()
    assert entry.state == WaitingState.ACCEPTED
    assert f"Réservation n° {entry.reservation.display_number}" in page
    assert visitor.post(offer_page, {"reponse": "accepter"}).status_code == 302
    assert Place.objects.filter(child=family.child).count() == 1


def test_refusing_gives_the_place_to_the_next(offer_page, commune, client_for):
    page = client_for(commune).post(offer_page, {"reponse": "refuser"}, follow=True).content.decode()
    assert "Vous avez refusé la place" in page
    assert WaitingEntry.objects.get().state == WaitingState.DECLINED


def test_an_answer_that_comes_too_late_says_so(offer_page, commune, now, client_for):
    visitor = client_for(commune)
    with clock.frozen(now + 3 * HOUR):
        page = visitor.post(offer_page, {"reponse": "accepter"}, follow=True).content.decode()
    assert "plus valable" in page
    assert "Son délai est passé" in page


def test_a_link_that_is_cut_says_what_to_do(offer_page, commune, client_for):
    response = client_for(commune).get(f"{offer_page.rstrip('/')[:-3]}/")
    assert response.status_code == 404
    assert "ouvrez le lien entier" in response.content.decode()


def test_another_familys_list_does_not_exist(canteen, day, family, now, browser_of):
    entry = waits(canteen, a_family(school=canteen.school), now=now)
    browser = browser_of(family)
    assert browser.post(reverse("waiting_leave", args=[entry.pk])).status_code == 404
    assert "n° 1 sur la liste" not in browser.get(reverse("waiting_lists")).content.decode()


def test_an_empty_page_of_lists_teaches(family, browser_of):
    page = browser_of(family).get(reverse("waiting_lists")).content.decode()
    assert "Vous n’êtes sur aucune liste d’attente" in page


def test_the_page_of_lists_costs_the_same_for_three(canteen, family, now, browser_of):
    a_waiting_list(canteen.period, mode=WaitingMode.AGENT)
    browser = browser_of(family)
    days = iter(range(5))

    def add() -> None:
        number = next(days)
        fill(canteen, now=now, first=number)
        waits(canteen, family, now=now, first=number)

    assert_constant_queries(act=lambda: browser.get(reverse("waiting_lists")), add_row=add)
