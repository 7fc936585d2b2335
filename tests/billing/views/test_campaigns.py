"""The desk's pages of campaigns, unpaid invoices and credit."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from billing.enums import CampaignState
from billing.models import Campaign, Invoice, Refund
from billing.queries.check import check_ledger
from core.clock import frozen
from core.models import OutgoingMail
from tests.factories.billing import a_regie
from tests.factories.campaigns import a_campaign, a_charge, issue, run
from tests.factories.people import an_agent
from tests.factories.world import Family, a_family
from tests.harness.clients import TownClient
from tests.harness.queries import assert_constant_queries


@pytest.fixture
def family(regie) -> Family:
    return a_family(school=None)


@pytest.fixture
def desk(commune, now):
    with frozen(now):
        yield TownClient(commune, an_agent())


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_without_campaigns_the_page_says_what_they_are(desk):
    assert "Aucune campagne pour l’instant" in body(desk.get(reverse("agent_campaigns")))


def test_from_the_form_to_the_invoice(desk, regie, family, now):
    a_charge(regie, family.household, now=now)
    day = now.date().isoformat()
    sent = {
        "regie": regie.pk, "libelle": "Novembre 2026", "du": "2026-11-01", "au": "2026-11-30",
        "facture": day, "publication": day, "echeance": "2026-12-18",
    }  # fmt: skip
    assert "Services" in body(desk.get(reverse("agent_campaign_new")))

    answer = desk.post(reverse("agent_campaign_new"), sent)

    campaign = Campaign.objects.get()
    assert answer["Location"] == reverse("agent_campaign", args=[campaign.pk])
    assert "Calcul en cours" in body(desk.get(answer["Location"]))
    run(campaign, now=now)
    assert "Émettre les factures" in body(desk.get(answer["Location"]))
    desk.post(reverse("agent_campaign_act", args=[campaign.pk]), {"action": "emettre"})
    assert run(campaign, now=now).state == CampaignState.ISSUED
    assert "Facture n° 2026-00001" in body(desk.get(answer["Location"]))
    pdf = desk.get(reverse("agent_invoice_pdf", args=[Invoice.objects.get().pk]))
    assert pdf["Content-Type"] == "application/pdf"


def test_wrong_dates_are_said_on_the_form(desk, regie):
    sent = {
        "regie": regie.pk, "libelle": "N", "du": "2026-11-01", "au": "2026-11-30",
        "facture": "2026-11-18", "publication": "2026-11-01", "echeance": "2026-12-18",
    }  # fmt: skip
    assert "Les dates doivent se suivre" in body(desk.post(reverse("agent_campaign_new"), sent))


def test_a_service_is_told_with_its_regie_and_what_waits_in_it(desk, regie, family, now):
    a_charge(regie, family.household, now=now, amount="4.50", group="Centre / MERCREDIS")
    other = a_regie(code="alsh", prefix="ALSH")
    page = body(desk.get(reverse("agent_campaign_new")))
    assert f"{regie}\xa0: Centre / MERCREDIS (1 ligne, 4,50\xa0€)" in page
    sent = {"regie": other.pk, "services": ["Centre / MERCREDIS"]}
    assert "n’a rien à facturer pour\xa0: Centre" in body(desk.post(reverse("agent_campaign_new"), sent))


def test_lines_are_dropped_taken_back_and_added(desk, regie, family, now):
    a_charge(regie, family.household, now=now)
    campaign = a_campaign(regie, now=now)
    draft = campaign.drafts.get()
    address = reverse("agent_campaign_lines", args=[draft.pk])
    chosen = {"lignes": [draft.lines.get().pk]}

    desk.post(address, chosen | {"action": "ecarter"})
    page = body(desk.get(reverse("agent_campaign_draft", args=[draft.pk])))
    assert "Dites pourquoi" in page
    assert not draft.lines.get().dropped_at
    desk.post(address, chosen | {"action": "ecarter", "motif": "En litige"})
    page = body(desk.get(reverse("agent_campaign_draft", args=[draft.pk])))
    assert "<strong>Écartée</strong> par Dominique Guichet : En litige" in page
    desk.post(address, chosen | {"action": "reprendre"})
    line = {"dossier": family.household.number, "jour": "2026-11-12", "libelle": "Sortie", "quantite": "2", "prix": "4,50"}  # fmt: skip
    desk.post(reverse("agent_campaign_line", args=[campaign.pk]), line)

    draft.refresh_from_db()
    assert draft.total == Decimal("12.30")
    assert "Aucun dossier ne porte ce numéro" in body(
        desk.post(reverse("agent_campaign_line", args=[campaign.pk]), line | {"dossier": "X"}, follow=True)
    )


def test_a_campaign_that_moved_on_is_not_issued_twice(desk, regie, family, now):
    a_charge(regie, family.household, now=now)
    campaign = issue(a_campaign(regie, now=now), now=now)

    answer = desk.post(reverse("agent_campaign_act", args=[campaign.pk]), {"action": "emettre"}, follow=True)

    assert "a changé d’état entre-temps" in body(answer)


def test_pages_cost_the_same_for_one_and_three_households(desk, regie, now):
    charged = []

    def add() -> None:
        household = a_family(school=None).household
        charged.append(a_charge(regie, household, now=now))
        campaign = a_campaign(regie, now=now)
        issue(campaign, now=now)

    def look() -> None:
        for name in ("agent_campaigns", "agent_unpaid", "agent_credits"):
            desk.get(reverse(name))

    assert_constant_queries(act=look, add_row=add)


def test_the_unpaid_list_filters_and_leaves_as_a_spreadsheet(desk, regie, family, now):
    other = a_family(school=None, name="Aubépine")
    for household in (family.household, other.household):
        a_charge(regie, household, now=now, amount="20.00")
    issue(a_campaign(regie, now=now), now=now)

    page = body(desk.get(reverse("agent_unpaid")))
    assert "2 factures, reste dû 40,00" in page
    assert "Aubépine" not in body(desk.get(reverse("agent_unpaid"), {"q": "rivi"}))
    assert "Aucune facture impayée" in body(desk.get(reverse("agent_unpaid"), {"echues": "on"}))
    with frozen(now + timedelta(days=31)):
        assert "échue" in body(desk.get(reverse("agent_unpaid"), {"echues": "on"}))
    sheet = desk.get(reverse("agent_unpaid"), {"format": "csv"}).content.decode()
    assert ";Aubépine;2026-00001;" in sheet
    assert ";20,00;20,00;0" in sheet
    rows = list(
        load_workbook(BytesIO(b"".join(desk.get(reverse("agent_unpaid"), {"format": "xlsx"})))).active.values
    )
    assert rows[1][2:4] == ("Aubépine", "2026-00001")
    assert rows[1][6:8] == (20, 20)  # numbers, that a spreadsheet adds up


def test_the_credit_list_is_paged_and_exported(desk, regie, now):
    for _ in range(26):
        a_charge(regie, a_family(school=None).household, now=now, amount="-2.00")
    issue(a_campaign(regie, now=now), now=now)
    page = body(desk.get(reverse("agent_credits")))
    assert "26 dossiers, 52,00" in page
    assert page.count('data-label="Avoir"') == 25
    sheet = desk.get(reverse("agent_credits"), {"format": "csv"}).content.decode()
    assert sheet.count(";2,00") == 26


def test_credit_is_used_or_given_back(desk, regie, family, now):
    regie.credit_use = "demand"
    regie.save()
    a_charge(regie, family.household, now=now, amount="-30.00")
    issue(a_campaign(regie, now=now), now=now)
    a_charge(regie, family.household, now=now, amount="12.00")
    issue(a_campaign(regie, now=now), now=now)
    assert "30,00" in body(desk.get(reverse("agent_credits")))
    address = reverse("agent_credit", args=[family.household.pk, regie.code])
    assert "L’utiliser pour une facture" in body(desk.get(address))
    invoice = Invoice.objects.get(kind="invoice")

    used = desk.post(reverse("agent_credit_use", args=[invoice.pk]), follow=True)
    assert "12,00\xa0€ d’avoir utilisés" in body(used)
    again = desk.post(reverse("agent_credit_use", args=[invoice.pk]), follow=True)
    assert "Rien n’a été utilisé" in body(again)
    refund = reverse("agent_credit_refund", args=[family.household.pk, regie.code])
    assert "plus d’avoir de ce montant" in body(
        desk.post(refund, {"montant": "18,01", "motif": "Déménage"}, follow=True)
    )
    desk.post(refund, {"montant": "18,00", "motif": "Déménage"})

    assert Refund.objects.get().amount == 18
    assert "Aucun avoir disponible" in body(desk.get(address))
    assert "Avoir n° 2026-00001" in body(desk.get(reverse("agent_payment_refunds")))
    assert check_ledger() == []


def test_payers_are_told_once_when_the_invoice_is_published(desk, regie, family, now):
    from billing.services.campaign_mails import announce_invoices

    a_charge(regie, family.household, now=now)
    tomorrow = now + timedelta(days=1)
    issue(a_campaign(regie, now=now, published_on=tomorrow.date()), now=now)

    assert announce_invoices(now=now) == 0
    assert announce_invoices(now=tomorrow) == 1
    assert announce_invoices(now=tomorrow) == 0
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.subject) == (
        family.user.email,
        "Facture n° 2026-00001\u00a0: 3,30\xa0€ – Régie cantine",
    )
    assert "avant le 18/12/2026" in mail.text
