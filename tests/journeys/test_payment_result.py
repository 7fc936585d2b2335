"""The page a family waits on, in a real browser, while PayFiP tells the portal on its own."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from core.clock import now
from infra.sandbox.payfip.server import SandboxServer
from tests.factories.billing import a_payment, a_regie, an_invoice, purchases
from tests.factories.world import Family, a_family
from tests.harness.accessibility import check
from tests.harness.clients import TOWN_BACKEND
from tests.harness.live import ON_A_PHONE
from tests.providers.payer import Payer


@pytest.fixture
def payfip(settings) -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        settings.PAYFIP_SERVICE_URL, settings.PAYFIP_PAGE_URL = server.service_url, server.page_url
        yield server


@pytest.fixture
def family(live_towns, commune) -> Family:
    purchases()
    return a_family(school=None)


def sign_in(page: Page, live_towns, family: Family) -> None:
    browser = Client(SERVER_NAME="bellegarde.localhost")
    browser.force_login(family.user, TOWN_BACKEND)
    session = browser.cookies["portail_session"].value
    page.context.add_cookies(
        [{"name": "portail_session", "value": session, "url": live_towns.url("bellegarde")}]
    )


@ON_A_PHONE
def test_the_page_turns_into_the_result_by_itself(page, live_towns, commune, family, payfip):
    payment = a_payment(a_regie(), now=now(), family=family)
    sign_in(page, live_towns, family)

    page.goto(live_towns.url(commune, reverse("payment_result", args=[payment.token])))
    expect(page.get_by_role("heading", level=1)).to_have_text("Nous attendons la confirmation de la banque")
    check(page)
    Payer(payment.page_url).pay("4111111111111111")  # in another window, which PayFiP tells to close

    expect(page.get_by_role("heading", level=1)).to_have_text("Votre paiement est validé")
    check(page)
    address = page.get_by_role("link", name="Ticket de paiement (PDF)").get_attribute("href")
    kind = page.evaluate(
        "address => fetch(address).then(answer => answer.headers.get('Content-Type'))", address
    )
    assert kind == "application/pdf"


def test_the_books_are_unfolded_sorted_and_paged(page, live_towns, commune, family, payfip):
    regie = a_regie()
    for amount in range(1, 8):
        an_invoice(regie, family.household, now=now(), amount=Decimal(amount))
    sign_in(page, live_towns, family)

    page.goto(live_towns.url(commune, reverse("account")))
    page.get_by_text("Mes Factures & Paiements - CANTINE").click()
    expect(page.get_by_text("28,00 € (7 factures)")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Page 2").click()

    expect(page.get_by_text("( de 6 à 7 sur 7 éléments )")).to_be_visible()
