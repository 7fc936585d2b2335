"""On a phone: an agent gives a régie its Stripe account, then a family pays an invoice there."""

from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.test import Client
from playwright.sync_api import Page, expect

from billing.models import Payment, Regie
from core.clock import now
from tests.factories.billing import an_invoice
from tests.factories.people import an_agent
from tests.factories.providers import StripeBench
from tests.factories.world import a_family, town_settings
from tests.harness.accessibility import check
from tests.harness.clients import TOWN_BACKEND
from tests.harness.live import ON_A_PHONE


@pytest.fixture
def bench(live_towns, settings):
    with StripeBench() as bench:
        bench.point(settings)
        policy = configured.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        settings.CONTENT_SECURITY_POLICY = {
            "DIRECTIVES": policy | {"form-action": [policy["form-action"][0], bench.server.url]}
        }
        yield bench


def sign_in(page: Page, live_towns, user) -> None:
    browser = Client(SERVER_NAME="bellegarde.localhost")
    browser.force_login(user, TOWN_BACKEND)
    session = browser.cookies["portail_session"].value
    page.context.add_cookies(
        [{"name": "portail_session", "value": session, "url": live_towns.url("bellegarde")}]
    )


@ON_A_PHONE
def test_a_regie_takes_its_first_payment_by_stripe(page, live_towns, commune, bench):
    town_settings()
    regie = Regie.objects.create(code="mdj", name="Régie Jeunes", block_title="JEUNES", prefix="MDJ")
    family = a_family(school=None)
    an_invoice(regie, family.household, now=now() - timedelta(days=30))

    sign_in(page, live_towns, an_agent())
    page.goto(live_towns.url(commune, "/agent/paiement-en-ligne/"))
    page.get_by_role("link", name="Régie Jeunes").click()
    check(page)
    page.get_by_role("link", name="Stripe").click()
    page.get_by_label("Identifiant du compte Stripe").fill(bench.fields["account"])
    page.get_by_label("Clé secrète de test").fill(bench.secrets["key_test"])
    page.get_by_label("Secret du webhook de test").fill(bench.secrets["webhook_test"])
    check(page)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Connexion réussie")).to_be_visible()
    check(page)

    sign_in(page, live_towns, family.user)
    page.goto(live_towns.url(commune, "/mon-compte/factures/regie/mdj/"))
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Payer en ligne").click()
    page.get_by_role("button", name="Accéder au paiement").click()
    page.get_by_label("Numéro de carte").fill("4111111111111111")
    page.get_by_label("Mois").select_option("12")
    page.get_by_label("Année").select_option(index=9)
    page.get_by_label("Cryptogramme visuel").fill("123")
    page.get_by_role("button", name="Payer 26,40").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre paiement est validé")

    payment = Payment.objects.get()
    sign_in(page, live_towns, an_agent())
    page.goto(live_towns.url(commune, f"/agent/paiements/{payment.pk}/"))
    expect(page.get_by_text("Règlement validé").first).to_be_visible()
    check(page)
