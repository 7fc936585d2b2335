"""The family's journey, page by page, with Django's client: words of the guide, refusals, nothing lost."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from booking.enums import PaymentMode, ReservationState
from booking.models import BookingDraft, Reservation
from core import clock
from tests.factories.world import a_canteen, a_family

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2027, 2, 26, 14, 0, tzinfo=PARIS)  # a Friday; the Monday of that offer is 1 March


@pytest.fixture
def canteen(commune):
    with clock.frozen(NOW):
        yield a_canteen(start=datetime(2027, 3, 1, tzinfo=PARIS).date(), days=20)


@pytest.fixture
def family(canteen):
    return a_family(school=canteen.school)


@pytest.fixture
def browser(commune, client_for, family):
    return client_for(commune, family.user)


def _planning_url(canteen, family) -> str:
    return reverse("booking_planning", args=[family.child.pk, canteen.period.code])


def _post_planning(browser, canteen, family, *, days, go="recapitulatif", **more):
    data = {
        "du": canteen.openings[0].date.isoformat(),
        "au": canteen.openings[-1].date.isoformat(),
        "w": [f"{opening}.{stage}" for opening, stage in canteen.wishes(days=days).items()],
        "aller": go,
        **more,
    }
    return browser.post(_planning_url(canteen, family), data)


def _confirm(browser, page):
    fields = dict(re.findall(r'name="(brouillon|version)" value="([^"]*)"', page.content.decode()))
    action = re.search(r'action="([^"]*confirmer/)"', page.content.decode()).group(1)
    return browser.post(action, fields, follow=True)


def test_the_guides_journey_from_account_to_basket(browser, canteen, family):
    account = browser.get(reverse("account"))
    assert account.status_code == 200
    assert "NOUVELLE RESERVATION et/ou Modification Périscolaire" in account.content.decode()
    period = browser.get(reverse("booking_child"), follow=True)  # one child: nothing to choose
    assert "Choix de l&#x27;établissement" in period.content.decode() or "Choix de l'établissement" in period.content.decode()
    chosen = browser.get(period.request["PATH_INFO"], {"periode": canteen.period.code})
    text = chosen.content.decode()
    assert "Vous devez réserver avant le dimanche de la semaine précédant la date souhaitée" in text
    assert "23:55" in text
    assert browser.get(_planning_url(canteen, family)).status_code == 200
    recap = _post_planning(browser, canteen, family, days=4)
    recap = browser.get(recap["Location"])
    text = recap.content.decode()
    assert "Estimation de votre facture" in text
    assert "Repas Tarif Réduit : Lu 01, Ma 02, Je 04, Ve 05" in text
    assert "13,20\u00a0€" in text
    recorded = _confirm(browser, recap)
    text = recorded.content.decode()
    reservation = Reservation.objects.get()
    assert reservation.state == ReservationState.AWAITING_PAYMENT
    assert f"{reservation.display_number} ( du 26/02/2027 à 14:00 )" in text
    assert "Elle devra être validée avant <strong>15:00</strong>" in text
    cart = browser.get(reverse("cart")).content.decode()
    assert "Régie Cantine Primaire" in cart
    assert "à régler avant : <strong>15:00</strong>" in cart
    pay = browser.get(reverse("cart_pay", args=[canteen.regie.code])).content.decode()
    assert "Accéder au paiement" in pay
