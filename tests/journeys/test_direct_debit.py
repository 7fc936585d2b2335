"""Direct debit in a real browser, on a phone: a family signs, the agent collects, the bank rejects."""

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from billing.models import Debit, Mandate, Regie
from billing.queries.check import check_ledger
from billing.services.debit_plan import plan_debits
from core.clock import now
from core.models import User
from tests.factories.billing import a_regie, an_invoice
from tests.factories.debits import IBAN, a_debit_account
from tests.factories.people import an_agent
from tests.factories.world import Family, a_family
from tests.harness.accessibility import check
from tests.harness.clients import TOWN_BACKEND


@pytest.fixture
def regie(live_towns, commune) -> Regie:
    regie = a_regie()
    a_debit_account(regie, notice_days=5)
    return regie


@pytest.fixture
def family(regie) -> Family:
    return a_family(school=None)


def sign_in(page: Page, live_towns, user: User) -> None:
    browser = Client(SERVER_NAME="bellegarde.localhost")
    browser.force_login(user, TOWN_BACKEND)
    session = browser.cookies["portail_session"].value
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": "portail_session", "value": session, "url": live_towns.url("bellegarde")}]
    )


def test_from_the_signature_to_the_reject(phone, live_towns, commune, regie, family):
    sign_in(phone, live_towns, family.user)
    phone.goto(live_towns.url(commune, f"/mon-compte/factures/regie/{regie.code}/"))
    phone.get_by_role("link", name="Mettre en place le prélèvement automatique").click()
    phone.get_by_label("IBAN").fill(IBAN)
    check(phone)
    phone.get_by_role("button", name="Lire le mandat").click()
    phone.get_by_label("J’ai lu ce mandat et je le signe").check()
    check(phone)
    phone.get_by_role("button", name="Signer le mandat").click()
    expect(phone.get_by_text("Votre mandat est signé")).to_be_visible()
    check(phone)

    invoice = an_invoice(regie, family.household, now=now())
    plan_debits(due={invoice: invoice.total}, now=now())

    sign_in(phone, live_towns, an_agent())
    phone.goto(live_towns.url(commune, "/agent/facturation/prelevements/"))
    phone.get_by_label("Date du prélèvement").fill(Debit.objects.get().debit_on.isoformat())
    check(phone)
    phone.get_by_role("button", name="Préparer la remise").click()
    phone.get_by_role("button", name="Établir le fichier").click()
    expect(phone.get_by_role("button", name="Télécharger le fichier")).to_be_visible()
    check(phone)
    phone.get_by_role("link", name="Saisir un rejet").click()
    phone.get_by_label("Motif de la banque").select_option("AC04")
    phone.get_by_role("button", name="Enregistrer le rejet").click()
    expect(phone.get_by_text("AC04 – Compte clos")).to_be_visible()

    sign_in(phone, live_towns, family.user)
    phone.goto(live_towns.url(commune, f"/mon-compte/factures/regie/{regie.code}/"))
    expect(phone.get_by_role("button", name="Payer en ligne")).to_be_visible()
    expect(phone.get_by_role("link", name="Mettre en place le prélèvement automatique")).to_be_visible()
    assert Mandate.objects.get().state == "revoked"
    assert check_ledger() == []
