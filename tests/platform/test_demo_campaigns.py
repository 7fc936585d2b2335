"""The demo's office: one campaign issued, one still a draft, written once."""

from datetime import date

from billing.models import Campaign, Invoice
from core.clock import now
from portail.demo.campaigns import write_campaigns
from tests.factories.billing import a_regie
from tests.factories.campaigns import a_charge
from tests.factories.people import an_agent
from tests.factories.world import a_family


def test_one_campaign_is_issued_and_one_is_a_draft(commune):
    regie, agent, household = a_regie(), an_agent(), a_family(school=None).household
    for day in range(1, 5):
        a_charge(regie, household, now=now(), on=date(2026, 11, day))

    write_campaigns(agent)
    write_campaigns(agent)

    states = Campaign.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["issued", "draft"]
    assert Invoice.objects.get().lines.count() == 3


def test_without_anything_owed_there_is_no_campaign(commune):
    write_campaigns(an_agent())

    assert not Campaign.objects.exists()
