"""A campaign from what is owed to frozen, numbered documents."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from billing.enums import AnomalyKind, CampaignState, DocumentKind, Outcome
from billing.errors import CampaignStateError, CampaignTermsError
from billing.models import Charge, Invoice
from billing.queries.campaigns import campaign_figures
from billing.queries.check import check_ledger
from billing.queries.ledger import regie_summaries
from billing.services import campaign_run
from billing.services.campaign_run import run_campaign
from billing.services.campaigns import (
    add_line,
    begin_issue,
    cancel_campaign,
    drop_lines,
    open_campaign,
    recompute,
    restore_lines,
)
from billing.services.charges import void_charges
from billing.services.credits import credit_charges
from core.models import Guardian
from tests.factories.campaigns import FIRST, LAST, a_campaign, a_charge, issue
from tests.factories.people import an_agent
from tests.factories.world import Family, a_family
from tests.harness.queries import count_queries


@pytest.fixture
def family(regie) -> Family:
    return a_family(school=None)


@pytest.fixture
def agent(commune):
    return an_agent()


def numbers(kind: DocumentKind = DocumentKind.INVOICE) -> list[int]:
    return list(Invoice.objects.filter(kind=kind).order_by("number").values_list("number", flat=True))


def test_a_draft_gathers_what_is_owed_without_a_number(regie, family, now):
    a_charge(regie, family.household, now=now)
    a_charge(regie, family.household, now=now, amount="4.20")
    a_charge(regie, family.household, now=now, on=LAST + timedelta(days=1))

    campaign = a_campaign(regie, now=now)

    assert campaign.state == CampaignState.DRAFT
    (draft,) = campaign.drafts.all()
    assert (draft.total, draft.outcome) == (Decimal("7.50"), Outcome.INVOICE)
    assert not Invoice.objects.exists()


def test_issuing_copies_and_numbers(regie, family, now, agent):
    other = a_family(school=None, name="Aubépine")
    for household in (family.household, other.household):
        a_charge(regie, household, now=now)

    campaign = issue(a_campaign(regie, now=now), now=now, by=agent)

    assert numbers() == [1, 2]
    first = Invoice.objects.get(number=1)
    assert first.household == other.household  # in the order of names
    assert (first.total, first.due_on) == (Decimal("3.30"), campaign.due_on)
    assert first.recipient.startswith("Camille Aubépine")
    assert first.lines.get().label == "Repas Tarif Réduit"
    assert check_ledger() == []


def test_issued_twice_gives_nothing_more(regie, family, now):
    a_charge(regie, family.household, now=now)
    campaign = issue(a_campaign(regie, now=now), now=now)

    with pytest.raises(CampaignStateError):
        begin_issue(campaign=campaign, by=None, now=now)
    run_campaign(campaign_id=campaign.pk, now=now)

    assert numbers() == [1]


def test_only_the_chosen_services(regie, family, now):
    a_charge(regie, family.household, now=now, group="Garderie")
    a_charge(regie, family.household, now=now, amount="9.00")

    campaign = a_campaign(regie, now=now, groups=["Garderie"])

    assert campaign.drafts.get().total == Decimal("3.30")


def test_a_charge_is_proposed_by_one_open_campaign(regie, family, now):
    a_charge(regie, family.household, now=now)
    a_campaign(regie, now=now)

    assert not a_campaign(regie, now=now).drafts.exists()


def test_dropped_lines_wait_for_the_next_campaign(regie, family, now, agent):
    kept = a_charge(regie, family.household, now=now)
    dropped = a_charge(regie, family.household, now=now, amount="5.00")
    campaign = a_campaign(regie, now=now)
    draft = campaign.drafts.get()
    line = draft.lines.get(charge=dropped)

    drop_lines(draft=draft, line_ids=[line.pk], reason="À vérifier", by=agent, now=now)
    draft.refresh_from_db()
    assert draft.total == Decimal("3.30")
    recompute(campaign=campaign)
    run_campaign(campaign_id=campaign.pk, now=now)
    campaign.refresh_from_db()
    assert draft.lines.get(charge=dropped).drop_reason == "À vérifier"
    issue(campaign, now=now)

    assert kept.invoice_line.invoice.total == Decimal("3.30")
    assert a_campaign(regie, now=now).drafts.get().total == Decimal("5.00")


def test_a_dropped_line_can_be_taken_back(regie, family, now, agent):
    a_charge(regie, family.household, now=now)
    draft = a_campaign(regie, now=now).drafts.get()
    lines = [line.pk for line in draft.lines.all()]
    drop_lines(draft=draft, line_ids=lines, reason="Erreur", by=agent, now=now)
    draft.refresh_from_db()
    assert draft.outcome == Outcome.NOTHING

    restore_lines(draft=draft, line_ids=lines)

    draft.refresh_from_db()
    assert draft.outcome == Outcome.INVOICE


def test_an_added_line_is_invoiced_and_leaves_with_the_campaign(regie, family, now, agent):
    def add(campaign):
        return add_line(
            campaign=campaign,
            household=family.household,
            label="Sortie au musée",
            quantity=Decimal(2),
            unit_price=Decimal("4.50"),
            on=FIRST,
            by=agent,
            now=now,
        )

    given_up = a_campaign(regie, now=now)
    add(given_up)
    cancel_campaign(campaign=given_up, by=an_agent(), now=now)
    assert Charge.objects.get().voided_at is not None

    campaign = a_campaign(regie, now=now)
    assert add(campaign).campaign == campaign
    recompute(campaign=campaign)
    run_campaign(campaign_id=campaign.pk, now=now)
    campaign.refresh_from_db()
    issue(campaign, now=now)

    invoice = Invoice.objects.get()
    assert (invoice.total, invoice.lines.get().label) == (Decimal("9.00"), "Sortie au musée")


def test_what_was_cancelled_since_the_draft_is_left_out(regie, family, now):
    gone = a_charge(regie, family.household, now=now)
    a_charge(regie, family.household, now=now, amount="4.20")
    campaign = a_campaign(regie, now=now)
    void_charges(sources=[gone.source], reason="Annulée", now=now)

    issue(campaign, now=now)

    assert Invoice.objects.get().total == Decimal("4.20")
    assert check_ledger() == []


def test_a_small_total_is_carried_and_said_on_the_next_invoice(regie, family, now):
    regie.invoice_minimum = Decimal("15.00")
    regie.save()
    a_charge(regie, family.household, now=now)
    first = issue(a_campaign(regie, now=now), now=now)
    assert campaign_figures(first)[Outcome.CARRIED] == (1, Decimal("3.30"))
    assert not Invoice.objects.exists()
    (summary,) = regie_summaries(family.household, on=now.date())
    assert summary.carried == Decimal("3.30")

    a_charge(regie, family.household, now=now, amount="20.00", on=date(2026, 12, 3))
    issue(a_campaign(regie, now=now, first_date=date(2026, 12, 1), last_date=date(2026, 12, 31)), now=now)

    invoice = Invoice.objects.get()
    assert invoice.total == Decimal("23.30")
    assert invoice.note.startswith("Dont 3,30\xa0€ reportés de la facturation précédente")
    (summary,) = regie_summaries(family.household, on=now.date())
    assert summary.carried == 0


def test_a_negative_total_is_a_credit_note_with_its_own_number(regie, family, now):
    charge = a_charge(regie, family.household, now=now, amount="10.00")
    issue(a_campaign(regie, now=now), now=now)
    credit_charges(charges=[charge], reason="Annulé à temps", now=now)

    issue(a_campaign(regie, now=now, corrective=True), now=now)

    note = Invoice.objects.get(kind=DocumentKind.CREDIT)
    assert (str(note), note.total) == ("Avoir n° 2026-00001", Decimal("-10.00"))
    assert numbers() == [1]
    assert check_ledger() == []


def test_a_corrective_campaign_holds_only_what_corrects(regie, family, now):
    charge = a_charge(regie, family.household, now=now, amount="10.00")
    issue(a_campaign(regie, now=now), now=now)
    a_charge(regie, family.household, now=now, amount="4.00")
    credit_charges(charges=[charge], reason="Erreur", now=now)

    assert a_campaign(regie, now=now, corrective=True).drafts.get().total == Decimal("-10.00")


def test_what_is_strange_is_listed(regie, family, now):
    Guardian.objects.filter(household=family.household).update(is_payer=False)
    silent = a_family(school=None, name="Aubépine")
    Guardian.objects.filter(household=silent.household).update(email="", user=None)
    back = a_family(school=None, name="Bourrache")
    for household in (family.household, silent.household):
        a_charge(regie, household, now=now, reasons=("Sans justificatif de quotient familial, prix maximum",))
    a_charge(regie, back.household, now=now, amount="-5.00")

    campaign = a_campaign(regie, now=now)

    found = {(anomaly.kind, anomaly.household) for anomaly in campaign.anomalies.all()}
    assert found == {
        (AnomalyKind.NO_PAYER, family.household),
        (AnomalyKind.NO_EMAIL, silent.household),
        (AnomalyKind.NEGATIVE, back.household),
        (AnomalyKind.NO_PROOF, family.household),
        (AnomalyKind.NO_PROOF, silent.household),
    }


def test_a_zero_total_is_an_invoice_already_paid(regie, family, now):
    a_charge(regie, family.household, now=now)
    a_charge(regie, family.household, now=now, amount="-3.30")

    issue(a_campaign(regie, now=now), now=now)

    (summary,) = regie_summaries(family.household, on=now.date())
    assert (summary.entries[0].word, summary.unpaid_count) == ("Facture soldée", 0)


def test_a_family_sees_its_invoice_from_the_day_of_publication(regie, family, now):
    a_charge(regie, family.household, now=now)
    tomorrow = now.date() + timedelta(days=1)
    issue(a_campaign(regie, now=now, published_on=tomorrow), now=now)

    (before,) = regie_summaries(family.household, on=now.date())
    (after,) = regie_summaries(family.household, on=tomorrow)
    assert (before.invoice_count, after.invoice_count) == (0, 1)


def test_a_killed_job_goes_on_where_it_stopped(regie, now, monkeypatch):
    """Killed after any number of steps, started again: the same documents, without a hole or a double."""
    monkeypatch.setattr(campaign_run, "BATCH", 2)
    for _ in range(5):
        a_charge(regie, a_family(school=None).household, now=now)
    campaign = open_campaign(
        regie=regie, label="Novembre", first_date=FIRST, last_date=LAST, issued_on=now.date(),
        published_on=now.date(), due_on=now.date(), by=None, now=now,
    )  # fmt: skip
    while campaign_run._step(campaign.pk, now):
        pass
    assert campaign.drafts.count() == 5
    begin_issue(campaign=campaign, by=None, now=now)
    copy = campaign_run.issue_drafts
    calls = []

    def dies_half_way(**arguments):
        copy(**arguments)
        calls.append(len(arguments["drafts"]))
        if len(calls) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(campaign_run, "issue_drafts", dies_half_way)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        campaign_run._step(campaign.pk, now)
        with transaction.atomic():
            campaign_run._step(campaign.pk, now)
    assert numbers() == []  # the test's own transaction took the first batch back as well

    run_campaign(campaign_id=campaign.pk, now=now)

    campaign.refresh_from_db()
    assert (campaign.state, campaign.done, numbers()) == (CampaignState.ISSUED, 5, [1, 2, 3, 4, 5])
    assert check_ledger() == []


def test_the_cost_of_a_batch_does_not_grow(regie, now):
    def cost(families: int) -> int:
        for _ in range(families):
            household = a_family(school=None).household
            for _ in range(3):
                a_charge(regie, household, now=now)
        computed = count_queries(lambda: a_campaign(regie, now=now))
        campaign = regie.campaigns.first()
        return computed + count_queries(lambda: issue(campaign, now=now))

    assert cost(1) == cost(4)


def test_dates_must_follow(regie, now):
    with pytest.raises(CampaignTermsError, match="se suivre"):
        a_campaign(regie, now=now, due_on=date(2020, 1, 1))
    with pytest.raises(CampaignTermsError, match="précède"):
        a_campaign(regie, now=now, last_date=date(2020, 1, 1))


def test_the_database_refuses_to_change_an_issued_document(regie, family, now):
    a_charge(regie, family.household, now=now)
    issue(a_campaign(regie, now=now), now=now)

    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        Invoice.objects.update(total=Decimal("1.00"))
