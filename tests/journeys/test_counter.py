"""The counter in a real browser, on a phone: an agent takes money from a family, deposits the cheque and closes the day."""

from decimal import Decimal

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from billing.models import Closing, Regie
from billing.queries.check import check_ledger
from core.clock import now
from core.models import User
from tests.factories.billing import a_systempay_regie, an_invoice
from tests.factories.people import an_agent
from tests.factories.world import Family, a_family
from tests.harness.accessibility import check
from tests.harness.clients import TOWN_BACKEND


@pytest.fixture
def family(live_towns, commune) -> Family:
    return a_family(school=None)


@pytest.fixture
def regie(family) -> Regie:
    regie = a_systempay_regie()
    an_invoice(regie, family.household, now=now(), amount=Decimal("26.40"))
    return regie


def sign_in(page: Page, live_towns, user: User) -> None:
    browser = Client(SERVER_NAME="bellegarde.localhost")
    browser.force_login(user, TOWN_BACKEND)
    session = browser.cookies["portail_session"].value
    page.context.add_cookies(
        [{"name": "portail_session", "value": session, "url": live_towns.url("bellegarde")}]
    )


def test_from_the_counter_to_the_closed_day(phone, live_towns, commune, family, regie):
    sign_in(phone, live_towns, an_agent())
    phone.goto(live_towns.url(commune, f"/agent/familles/{family.household.pk}/"))
    phone.get_by_role("link", name="Encaisser au guichet").click()
    expect(phone.get_by_role("checkbox")).to_be_checked()
    check(phone)
    phone.get_by_label("Espèces encaissées").fill("6,40")
    phone.get_by_label("Somme remise").fill("10")
    phone.get_by_label("Montant du chèque").first.fill("20")
    phone.get_by_label("Banque").first.fill("Banque des Garrigues")
    phone.get_by_label("Numéro du chèque").first.fill("0001234")
    phone.get_by_role("button", name="Encaisser et faire la quittance").click()
    expect(phone.get_by_text("Monnaie à rendre : 3,60")).to_be_visible()
    check(phone)
    phone.get_by_role("navigation", name="Chemin").get_by_role("link", name="Régie").click()
    check(phone)
    phone.get_by_role("link", name="à verser, chèque").click()
    phone.get_by_role("button", name="Établir le bordereau").click()
    expect(phone.get_by_role("link", name="Imprimer le bordereau")).to_be_visible()
    check(phone)
    phone.goto(live_towns.url(commune, f"/agent/regie/{regie.code}/arreter/"))
    phone.get_by_label("Espèces comptées").fill("6,40")
    check(phone)
    phone.get_by_role("button", name="Arrêter", exact=True).click()
    expect(phone.get_by_text("Plus rien ne s’y écrit")).to_be_visible()
    check(phone)
    for page in ("journal", "rapprochement", "tresor"):
        phone.goto(live_towns.url(commune, f"/agent/regie/{page}/"))
        check(phone)
    assert Closing.objects.get().cash_counted == Decimal("6.40")
    assert check_ledger() == []
