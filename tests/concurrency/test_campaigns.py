"""Two workers on one campaign, and a family that cancels while its day is being invoiced."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from billing.enums import CampaignState
from billing.models import Charge, Invoice
from billing.queries.check import check_ledger
from billing.services import campaign_run
from billing.services.campaign_mails import announce_invoices
from billing.services.campaign_run import run_campaign
from billing.services.campaigns import begin_issue
from billing.services.charges import void_charges
from billing.services.credit_use import use_credit
from core.clock import now as clock_now
from core.models import OutgoingMail
from tests.factories.billing import a_regie
from tests.factories.campaigns import FIRST, LAST, a_campaign, a_charge, issue
from tests.factories.world import a_family
from tests.harness.threads import run_together

FAMILIES = 7


@pytest.fixture
def regie(transactional_db, commune):
    return a_regie()


def this_month(now) -> dict:
    return {
        "first_date": FIRST, "last_date": LAST, "issued_on": now.date(), "published_on": now.date(),
        "due_on": now.date() + timedelta(days=30),
    }  # fmt: skip


def test_two_workers_leave_no_hole_and_no_double(regie, monkeypatch):
    now = clock_now()
    monkeypatch.setattr(campaign_run, "BATCH", 2)
    for _ in range(FAMILIES):
        a_charge(regie, a_family(school=None).household, now=now)
    campaign = a_campaign(regie, now=now, **this_month(now))
    begin_issue(campaign=campaign, by=None, now=now)

    def work() -> None:
        run_campaign(campaign_id=campaign.pk, now=now)
        announce_invoices(now=now)

    assert run_together([work, work]) == [None, None]

    campaign.refresh_from_db()
    assert (campaign.state, campaign.done) == (CampaignState.ISSUED, FAMILIES)
    assert sorted(Invoice.objects.values_list("number", flat=True)) == list(range(1, FAMILIES + 1))
    assert OutgoingMail.objects.count() == FAMILIES
    assert check_ledger() == []


def test_a_worker_killed_between_two_batches_is_taken_over(regie, monkeypatch):
    now = clock_now()
    monkeypatch.setattr(campaign_run, "BATCH", 2)
    for _ in range(FAMILIES):
        a_charge(regie, a_family(school=None).household, now=now)
    campaign = a_campaign(regie, now=now, **this_month(now))
    begin_issue(campaign=campaign, by=None, now=now)
    genuine, batches = campaign_run.issue_drafts, []

    def dies_in_the_third(**arguments) -> None:
        genuine(**arguments)
        batches.append(1)
        if len(batches) == 3:
            raise SystemExit

    monkeypatch.setattr(campaign_run, "issue_drafts", dies_in_the_third)
    with pytest.raises(SystemExit):
        run_campaign(campaign_id=campaign.pk, now=now)
    assert Invoice.objects.count() == 4  # two whole batches, nothing of the third

    run_campaign(campaign_id=campaign.pk, now=now)

    assert sorted(Invoice.objects.values_list("number", flat=True)) == list(range(1, FAMILIES + 1))
    assert check_ledger() == []


def test_a_day_is_cancelled_or_invoiced_never_both(regie):
    now = clock_now()
    charge = a_charge(regie, a_family(school=None).household, now=now)
    campaign = a_campaign(regie, now=now, **this_month(now))
    begin_issue(campaign=campaign, by=None, now=now)

    def cancel() -> int:
        with transaction.atomic():
            return void_charges(sources=[charge.source], reason="Annulée", now=now)

    cancelled, _ = run_together([cancel, lambda: run_campaign(campaign_id=campaign.pk, now=now)])

    charge = Charge.objects.get(pk=charge.pk)
    assert cancelled == (charge.voided_at is not None)
    assert hasattr(charge, "invoice_line") == (not cancelled)
    assert check_ledger() == []


def test_credit_is_spent_once(regie):
    now = clock_now()
    regie.credit_use = "demand"
    regie.save()
    household = a_family(school=None).household
    a_charge(regie, household, now=now, amount="-10.00")
    issue(a_campaign(regie, now=now, **this_month(now)), now=now)
    for _ in range(2):
        a_charge(regie, household, now=now, amount="8.00")
        issue(a_campaign(regie, now=now, **this_month(now)), now=now)
    first, second = Invoice.objects.filter(kind="invoice")

    used = run_together(
        [lambda: use_credit(invoice=first, now=now), lambda: use_credit(invoice=second, now=now)]
    )

    assert sum(used, Decimal(0)) == 10
    assert check_ledger() == []
