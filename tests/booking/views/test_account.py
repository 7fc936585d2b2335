"""« Mon compte »: the guide's blocks, the table of reservations, and what they cost."""

import re

import pytest
from django.urls import reverse

from booking.models import BookingDraft, Reservation
from core.models import CommuneSettings
from tests.booking.views.pages import text_of
from tests.factories.booking import a_sibling, booked, some_care
from tests.factories.world import Family, a_family
from tests.harness.queries import count_queries

ACCOUNT = "/mon-compte/"


@pytest.fixture
def browser(browser_of, family):
    return browser_of(family)


def numbers(response) -> list[int]:
    return [int(number) for number in re.findall(r'data-label="N°">(\d+)<', response.content.decode())]


def test_the_guides_blocks_are_there(browser, canteen, family):
    page = text_of(browser.get(reverse("account")))
    for words in (
        "Informations du compte",
        "Consultation des informations famille",
        "Modifier mon login (adresse mail)",
        "Modifier mon mot de passe",
        "Enfants",
        "Jade Rivière",
        "Cantine / Périscolaire",
        "+ NOUVELLE RESERVATION et/ou Modification Périscolaire",
        "Mes Factures & Paiements - CANTINE - HENRI SERMENT",
    ):
        assert words in page
    assert "Ecole Henri Serment" in page
    assert "RESTAURATION ELEMENTAIRE – Cantine" in page


def test_a_town_names_its_block_and_its_button(browser):
    CommuneSettings.objects.update(
        booking_block_title="Accueil de loisirs / Périscolaire", booking_button="Nouvelle réservation"
    )
    page = text_of(browser.get(ACCOUNT))
    assert "Accueil de loisirs / Périscolaire" in page
    assert "+ Nouvelle réservation" in page


def test_the_table_says_who_where_when_and_the_state(browser, canteen, family, now):
    reservation = booked(canteen, family, now=now)
    page = text_of(browser.get(ACCOUNT))
    assert reservation.display_number in page
    assert "Ecole Henri Serment / RESTAURATION ELEMENTAIRE" in page
    assert "26/02/2027 à 14:00" in page
    assert "Du 01/03/2027 au 05/03/2027" in page
    assert "Réservation en attente de paiement" in page
    assert "( de 1 à 1 sur 1 éléments )" in page
    assert 'Panier <span class="count">1' in page


def test_five_reservations_a_page_latest_first(browser, canteen, family, now):
    for first in range(7):
        booked(canteen, family, now=now, days=1, first=first)
    everything = sorted(Reservation.objects.values_list("pk", flat=True), reverse=True)
    assert numbers(browser.get(ACCOUNT)) == everything[:5]
    assert numbers(browser.get(ACCOUNT, {"page": 2})) == everything[5:]
    assert numbers(browser.get(ACCOUNT, {"par": 10})) == everything
    assert numbers(browser.get(ACCOUNT, {"tri": "numero"})) == everything[::-1][:5]
    assert numbers(browser.get(ACCOUNT, {"par": "mille", "page": "x", "tri": "prix"})) == everything[:5]


def test_the_table_is_searched_by_child_number_and_period(browser, canteen, family, now):
    malo = Family(household=family.household, user=family.user, child=a_sibling(family))
    first, second = booked(canteen, family, now=now), booked(canteen, malo, now=now)
    assert numbers(browser.get(ACCOUNT, {"recherche": "malo"})) == [second.pk]
    assert numbers(browser.get(ACCOUNT, {"recherche": first.display_number})) == [first.pk]
    assert numbers(browser.get(ACCOUNT, {"recherche": "cantine serment"})) == [second.pk, first.pk]
    nothing = browser.get(ACCOUNT, {"recherche": "zoé"})
    assert "Aucune réservation ne correspond à « zoé »" in text_of(nothing)


@pytest.mark.parametrize("order", ["referent", "etablissement", "creee", "du", "etat"])
def test_every_column_sorts_both_ways(order, browser, canteen, family, now):
    malo = Family(household=family.household, user=family.user, child=a_sibling(family))
    booked(canteen, family, now=now)
    booked(canteen, malo, now=now)
    up = numbers(browser.get(ACCOUNT, {"tri": order}))
    assert numbers(browser.get(ACCOUNT, {"tri": f"-{order}"})) == up[::-1]


@pytest.mark.parametrize("name", ["par", "page", "recherche"])
def test_a_number_too_long_to_be_one_is_no_number(name, browser, canteen, family, now):
    booked(canteen, family, now=now)
    response = browser.get(reverse("reservation_list"), {name: "9" * 5000})
    assert response.status_code == 200
    assert len(numbers(response)) == (name != "recherche")


def test_another_familys_reservations_are_not_shown(browser, canteen, now):
    other = a_family(school=canteen.school, name="Voisin")
    reservation = booked(canteen, other, now=now)
    assert reservation.display_number not in text_of(browser.get(reverse("reservation_list")))
    assert browser.get(reverse("reservation_detail", args=[reservation.pk])).status_code == 404
    assert browser.get(reverse("booking_recorded", args=[reservation.pk])).status_code == 404


def test_the_page_costs_at_most_thirty_queries_whatever_it_holds(browser, canteen, family, now):
    browser.get(ACCOUNT)
    booked(canteen, family, now=now, days=1)
    one = count_queries(lambda: browser.get(ACCOUNT))
    malo = Family(household=family.household, user=family.user, child=a_sibling(family))
    some_care(canteen)
    for first in range(1, 5):
        booked(canteen, family, now=now, days=1, first=first)
        booked(canteen, malo, now=now, days=1, first=first)
    assert count_queries(lambda: browser.get(ACCOUNT)) == one <= 30


def test_a_reservation_shows_its_days_history_and_price(browser, canteen, family, now):
    reservation = booked(canteen, family, now=now, days=2)
    page = text_of(browser.get(reverse("reservation_detail", args=[reservation.pk])))
    assert f"Réservation n° {reservation.display_number}" in page
    assert "mar. 02/03/2027" in page
    assert "Pourquoi ce prix ?" in page
    assert "Tarif unique : 3,30 €" in page
    assert "Demande enregistrée" in page
    assert "6,60 €" in page


def test_the_coming_days_and_what_waits_to_be_confirmed_stand_first(browser, canteen, family, now):
    assert "Rien n’est réservé." in text_of(browser.get(ACCOUNT))
    booked(canteen, family, now=now)
    BookingDraft.objects.create(
        child=family.child,
        household=family.household,
        period=canteen.period,
        wishes={str(canteen.openings[5].pk): canteen.on_time.pk},
        updated_at=now,
    )
    page = text_of(browser.get(ACCOUNT))
    start = page.index("Les sept prochains jours")
    coming = page[start : page.index("Informations du compte")]
    assert "<bdi>Jade</bdi> – RESTAURATION ELEMENTAIRE" in coming
    assert "1 case à confirmer" in coming
    assert "<strong>lun. 01/03/2027</strong> REPAS ENFANT 3.30" in coming
