"""A family pays three invoices in one payment, the last one in part, in a real browser, at the simulated Systempay."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings as configured
from django.test import Client
from playwright.sync_api import expect

from billing.enums import Fulfilment, PaymentState
from billing.models import Payment
from core.clock import now
from infra.sandbox.systempay.server import SystempayServer
from infra.sandbox.systempay.simulator import SHOPS, Shop
from tests.factories.billing import a_systempay_regie, an_invoice
from tests.factories.world import Family, a_family
from tests.harness.accessibility import check
from tests.harness.clients import TOWN_BACKEND
from tests.harness.live import ON_A_PHONE


@pytest.fixture
def systempay(live_towns, settings):
    announced = live_towns.url("paiement", "/systempay/bellegarde/")
    key = SHOPS["12345678"].key_test
    with SystempayServer(shops={"12345678": Shop(name="Régie", key_test=key, ipn_url=announced)}) as server:
        settings.SYSTEMPAY_PAGE_URL = server.page_url
        policy = configured.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        settings.CONTENT_SECURITY_POLICY = {
            "DIRECTIVES": policy | {"form-action": [policy["form-action"][0], server.url]}
        }
        yield server


@pytest.fixture
def family(live_towns, commune, systempay) -> Family:
    regie, family = a_systempay_regie(), a_family(school=None)
    regie.part_minimum = Decimal(50)
    regie.save()
    for days, amount in ((60, "237.27"), (30, "249.96"), (10, "50.00")):
        an_invoice(regie, family.household, now=now() - timedelta(days=days), amount=Decimal(amount))
    return family


@ON_A_PHONE
def test_three_invoices_in_one_payment_and_what_is_left(page, live_towns, commune, family, systempay):
    browser = Client(SERVER_NAME="bellegarde.localhost")
    browser.force_login(family.user, TOWN_BACKEND)
    session = browser.cookies["portail_session"].value
    page.context.add_cookies(
        [{"name": "portail_session", "value": session, "url": live_towns.url("bellegarde")}]
    )
    page.goto(live_towns.url(commune, "/mon-compte/"))
    page.get_by_text("Mes Factures & Paiements - ENFANCE JEUNESSE").click()
    boxes = page.get_by_role("checkbox")
    expect(boxes).to_have_count(3)
    for rank in range(3):
        boxes.nth(rank).check()
    check(page)
    page.get_by_role("button", name="Payer en ligne").click()
    expect(page.get_by_text("Le montant de votre paiement sera de 537,23 €")).to_be_visible()
    page.get_by_label("Montant à payer maintenant").fill("500,00")
    page.get_by_role("button", name="Changer le montant").click()
    expect(page.get_by_text("Le montant de votre paiement sera de 500,00 €")).to_be_visible()
    expect(page.get_by_text("12,77 € maintenant, il restera 37,23 €")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Accéder au paiement").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Paiement par carte bancaire")
    page.get_by_label("Numéro de carte").fill("4111111111111111")
    page.get_by_label("Mois").select_option("12")
    page.get_by_label("Année").select_option(index=9)
    page.get_by_label("Cryptogramme visuel").fill("123")
    page.get_by_role("button", name="VALIDER").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre paiement est accepté")
    payment = Payment.objects.get()
    assert (payment.state, payment.fulfilment) == (PaymentState.PAID, Fulfilment.DONE)  # announced already
    page.get_by_role("button", name="Retourner à la boutique").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Votre paiement est validé")
    expect(page.get_by_text("a bien été pris en compte. Merci")).to_be_visible()
    expect(page.get_by_text("(reste à payer : 37,23 €)")).to_be_visible()
    check(page)
