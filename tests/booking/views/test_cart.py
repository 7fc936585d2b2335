"""« Panier », « Paiement »: what is asked, what is refused in plain words, where it leads."""

from datetime import timedelta

import pytest
from django.urls import reverse

from billing.models import Payment, ProviderAccount
from booking.enums import ReservationState
from booking.models import Reservation
from core import clock
from infra.sandbox.payfip.server import SandboxServer
from tests.booking.views.pages import text_of
from tests.factories.booking import a_sibling, booked
from tests.factories.world import Family, a_family
from tests.harness.queries import assert_constant_queries


@pytest.fixture
def browser(browser_of, family):
    return browser_of(family)


@pytest.fixture
def payfip(settings, now):
    with SandboxServer(now=lambda: now) as server:
        settings.PAYFIP_SERVICE_URL, settings.PAYFIP_PAGE_URL = server.service_url, server.page_url
        yield server


def start(browser, canteen, **data):
    return browser.post(reverse("payment_start", args=[canteen.regie.code]), data)


def test_an_empty_basket_explains_itself(browser):
    page = text_of(browser.get(reverse("cart")))
    assert "Votre panier est vide." in page
    assert "+ Nouvelle réservation" in page


def test_the_basket_in_the_guides_words(browser, canteen, family, now):
    reservation = booked(canteen, family, now=now, days=8)
    page = text_of(browser.get(reverse("cart")))
    assert "Récapitulatif de mes réservations en attente de validation" in page
    assert "Régie Cantine Primaire" in page
    assert f"Réservation n° {reservation.display_number} pour Jade Rivière" in page
    assert "créée le 26/02/2027 à 14:00 à régler avant : <strong>15:00</strong>" in page
    assert "Ecole Henri Serment du 01/03/2027 au 12/03/2027" in page
    assert "Repas Tarif Réduit : Lu 01, Ma 02, Je 04, Ve 05, Lu 08, Ma 09, Je 11, Ve 12" in page
    assert "Total : 26,40 €" in page
    for words in ("Détail", "Retour", "+ Nouvelle réservation", "Valider et payer"):
        assert words in page


def test_several_children_share_one_total(browser, canteen, family, now):
    malo = Family(household=family.household, user=family.user, child=a_sibling(family))
    booked(canteen, family, now=now, days=4)
    booked(canteen, malo, now=now, days=2)
    assert "Total : 19,80 €" in text_of(browser.get(reverse("cart")))


def test_the_basket_costs_the_same_for_one_and_three_reservations(browser, canteen, family, now):
    firsts = iter(range(10))
    assert_constant_queries(
        act=lambda: browser.get(reverse("cart")),
        add_row=lambda: booked(canteen, family, now=now, days=1, first=next(firsts)),
    )


def test_withdrawing_says_what_was_done(browser, canteen, family, now):
    reservation = booked(canteen, family, now=now)
    page = text_of(browser.post(reverse("cart_withdraw", args=[reservation.pk]), follow=True))
    assert f"La réservation n° {reservation.display_number} est retirée de votre panier." in page
    again = text_of(browser.post(reverse("cart_withdraw", args=[reservation.pk]), follow=True))
    assert "Votre panier est vide" in again
    assert Reservation.objects.get().state == ReservationState.CANCELLED


def test_another_familys_reservation_is_not_withdrawn(browser, canteen, now):
    reservation = booked(canteen, a_family(school=canteen.school), now=now)
    assert browser.post(reverse("cart_withdraw", args=[reservation.pk])).status_code == 404
    reservation.refresh_from_db()
    assert reservation.state == ReservationState.AWAITING_PAYMENT


def test_the_amount_is_said_once_more_before_leaving(browser, canteen, family, now):
    booked(canteen, family, now=now, days=8)
    page = text_of(browser.get(reverse("cart_pay", args=[canteen.regie.code])))
    assert "Paiement de votre réservation - Régie Cantine Primaire" in page
    assert 'Le montant de votre paiement sera de <strong class="amount">26,40 €</strong>' in page
    assert "Accéder au paiement" in page


def test_nothing_to_pay_goes_back_to_the_basket(browser, canteen):
    assert browser.get(reverse("cart_pay", args=[canteen.regie.code]))["Location"] == reverse("cart")
    assert browser.get(reverse("cart_pay", args=["inconnue"])).status_code == 404


def test_paying_leads_to_the_providers_page(browser, canteen, family, now, payfip):
    booked(canteen, family, now=now)
    answer = start(browser, canteen)
    assert answer.status_code == 302
    assert answer["Location"].startswith(payfip.page_url)
    assert Payment.objects.get().payer == family.user


def test_a_second_payment_is_explained_and_may_be_started_again(browser, canteen, family, now, payfip):
    booked(canteen, family, now=now)
    start(browser, canteen)
    answer = start(browser, canteen)
    page = text_of(answer)
    assert answer.status_code == 409
    assert "a été commencé le 26/02/2027 à 14:00" in page
    assert "Vérifier" in page
    assert "Recommencer le paiement" in page
    assert "Un paiement est en cours pour ce panier" in text_of(browser.get(reverse("cart")))
    assert start(browser, canteen, recommencer="on")["Location"].startswith(payfip.page_url)
    assert Payment.objects.count() == 2


def test_a_basket_that_turns_out_paid_shows_its_result(browser, canteen, family, now, payfip):
    booked(canteen, family, now=now)
    start(browser, canteen)
    payment = Payment.objects.get()
    payfip.simulator.decide(payment.provider_ref, "P")
    answer = start(browser, canteen, recommencer="on")
    assert answer["Location"] == reverse("payment_result", args=[payment.token])
    assert Reservation.objects.get().state == ReservationState.ACCEPTED


def test_a_basket_that_lapsed_is_said_empty(browser, canteen, family, now):
    reservation = booked(canteen, family, now=now)
    with clock.frozen(reservation.pay_before + timedelta(minutes=1)):
        page = text_of(browser.post(reverse("payment_start", args=[canteen.regie.code]), follow=True))
    assert "son délai de paiement est dépassé" in page
    assert not Payment.objects.exists()


def test_a_provider_that_is_down_costs_nothing(browser, canteen, family, now, settings):
    settings.PAYFIP_SERVICE_URL = "http://127.0.0.1:9/"
    booked(canteen, family, now=now)
    page = text_of(browser.post(reverse("payment_start", args=[canteen.regie.code]), follow=True))
    assert "Le service de paiement ne répond pas" in page
    assert "Total : 13,20 €" in page
    assert Reservation.objects.get().state == ReservationState.AWAITING_PAYMENT


def test_a_till_without_online_payment_says_whom_to_ask(browser, canteen, family, now):
    ProviderAccount.objects.update(closed_at=now)
    booked(canteen, family, now=now)
    page = text_of(browser.post(reverse("payment_start", args=[canteen.regie.code]), follow=True))
    assert "Adressez-vous au service" in page
