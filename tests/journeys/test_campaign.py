"""A campaign in a real browser, on a phone: the agent closes a sheet, draws the campaign up and issues it, the family
pays its invoice."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings as configured
from django.test import Client
from playwright.sync_api import Page, expect

from billing.models import Campaign, Charge
from billing.queries.check import check_ledger
from billing.services.campaign_mails import announce_invoices
from billing.services.campaign_run import run_campaign
from booking.enums import Mark, PaymentMode
from booking.queries.attendance import openings
from booking.services.attendance import Marking, close_sheet, record_marks
from core.clock import now
from core.models import OutgoingMail, User
from infra.sandbox.systempay.server import SystempayServer
from infra.sandbox.systempay.simulator import SHOPS, Shop
from tests.factories.billing import a_systempay_regie
from tests.factories.people import an_agent
from tests.factories.world import Canteen, Family, a_canteen, a_family
from tests.harness.accessibility import check
from tests.harness.clients import TOWN_BACKEND


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
def canteen(live_towns, commune, systempay) -> Canteen:
    """Four days of last month, at the till of the simulator; who comes without a place pays 9,90 €."""
    last_month = (now().date().replace(day=1) - timedelta(days=1)).replace(day=1)
    canteen = a_canteen(start=last_month, days=4, payment=PaymentMode.INVOICED)
    canteen.activity.regie = a_systempay_regie()
    canteen.activity.save()
    canteen.regie.accounts.all().delete()
    canteen.regie.delete()
    canteen.period.unbooked = {"type": "own_price", "tariff": {"type": "flat", "amount": "9.90"}}
    canteen.period.save()
    return canteen


@pytest.fixture
def family(canteen) -> Family:
    """Its child came each day without a place; the last sheet is still open."""
    family, agent = a_family(school=canteen.school), an_agent()
    for number, opening in enumerate(openings().order_by("date")):
        came = Marking(uuid=uuid4(), child_id=family.child.pk, mark=Mark.PRESENT, at=now())
        record_marks(opening=opening, markings=[came], device="", by=agent, now=now())
        if number < 3:
            close_sheet(opening=opening, rest_is_absent=True, by=agent, now=now())
    return family


def sign_in(page: Page, live_towns, user: User) -> None:
    browser = Client(SERVER_NAME="bellegarde.localhost")
    browser.force_login(user, TOWN_BACKEND)
    session = browser.cookies["portail_session"].value
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": "portail_session", "value": session, "url": live_towns.url("bellegarde")}]
    )


def worker() -> None:
    run_campaign(campaign_id=Campaign.objects.get().pk, now=now())
    announce_invoices(now=now())


def test_from_the_sheet_to_a_paid_invoice(phone, live_towns, commune, canteen, family, systempay):
    sign_in(phone, live_towns, an_agent())
    phone.goto(live_towns.url(commune, f"/agent/pointage/{canteen.openings[-1].pk}/"))
    phone.get_by_role("button", name="Terminer le pointage").click()
    expect(phone.get_by_text("Pointage terminé")).to_be_visible()
    phone.goto(live_towns.url(commune, "/agent/"))
    phone.get_by_role("button", name="Menu, rubrique Accueil").click()
    phone.get_by_role("navigation", name="Menu principal").get_by_text("Argent").click()
    check(phone)
    phone.get_by_role("link", name="Facturation").click()
    phone.get_by_role("link", name="Nouvelle campagne").click()
    check(phone)
    phone.get_by_role("button", name="Calculer le brouillon").click()
    expect(phone.get_by_text("Calcul en cours")).to_be_visible()
    worker()
    expect(
        phone.get_by_role("button", name="Émettre les factures")
    ).to_be_visible()  # the page asked by itself
    check(phone)
    phone.get_by_role("link", name=family.household.name).click()
    phone.get_by_role("checkbox").first.check()
    phone.get_by_label("Motif, si vous écartez").fill("Absence justifiée")
    phone.get_by_role("button", name="Écarter les lignes cochées").click()
    expect(phone.get_by_text("1 ligne écartée.")).to_be_visible()
    check(phone)
    phone.get_by_role("navigation", name="Chemin").get_by_role("link").nth(1).click()
    phone.get_by_role("button", name="Émettre les factures").click()
    worker()
    expect(phone.get_by_role("link", name="Facture n°")).to_be_visible()

    sign_in(phone, live_towns, family.user)
    phone.goto(live_towns.url(commune, "/mon-compte/"))
    phone.get_by_text("Mes Factures & Paiements - ENFANCE JEUNESSE").click()
    phone.get_by_role("checkbox").check()
    phone.get_by_role("button", name="Payer en ligne").click()
    expect(phone.locator("main")).to_contain_text("29,70")
    assert Charge.objects.filter(invoice_line=None).count() == 1
    assert OutgoingMail.objects.filter(subject__startswith="Facture n°").count() == 1
    assert check_ledger() == []
    phone.get_by_role("button", name="Accéder au paiement").click()
    phone.get_by_label("Numéro de carte").fill("4111111111111111")
    phone.get_by_label("Mois").select_option("12")
    phone.get_by_label("Année").select_option(index=9)
    phone.get_by_label("Cryptogramme visuel").fill("123")
    phone.get_by_role("button", name="VALIDER").click()
    phone.get_by_role("button", name="Retourner à la boutique").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Votre paiement est validé")
    assert check_ledger() == []
