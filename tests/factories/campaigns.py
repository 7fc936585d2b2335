"""Things to invoice, and campaigns that invoice them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from billing.enums import CampaignState
from billing.models import Campaign, Charge, Regie
from billing.services.campaign_run import run_campaign
from billing.services.campaigns import begin_issue, open_campaign
from billing.services.charges import post_charges
from core.models import Household, User

_sources = count(1)
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
GROUP = "Ecole Henri Serment / RESTAURATION / Cantine 2026-2027"


def a_charge(
    regie: Regie,
    household: Household,
    *,
    now: datetime,
    amount: str = "3.30",
    on: date = date(2026, 11, 5),
    group: str = GROUP,
    source: str = "",
    reasons: tuple[str, ...] = (),
    **changes: object,
) -> Charge:
    price = Decimal(amount)
    values: dict[str, object] = {
        "child": household.children.first(),
        "source": source or f"test.campaign:{next(_sources)}",
        "service_date": on,
        "group_label": group,
        "label": "Repas Tarif Réduit",
        "unit_price": price,
        "amount": price,
        "reasons": list(reasons),
        "created_at": now,
    }
    (charge,) = post_charges([Charge(regie=regie, household=household, **(values | changes))])
    return charge


def a_campaign(regie: Regie, *, now: datetime, by: User | None = None, **changes: object) -> Campaign:
    """November, computed: a draft."""
    values: dict[str, object] = {
        "label": "Novembre 2026",
        "first_date": FIRST,
        "last_date": LAST,
        "issued_on": now.date(),
        "published_on": now.date(),
        "due_on": now.date() + timedelta(days=30),
    }
    campaign = open_campaign(regie=regie, by=by, now=now, **(values | changes))  # type: ignore[arg-type]
    return run(campaign, now=now)


def run(campaign: Campaign, *, now: datetime) -> Campaign:
    run_campaign(campaign_id=campaign.pk, now=now)
    campaign.refresh_from_db()
    return campaign


def issue(campaign: Campaign, *, now: datetime, by: User | None = None) -> Campaign:
    begin_issue(campaign=campaign, by=by, now=now)
    issued = run(campaign, now=now)
    assert issued.state == CampaignState.ISSUED
    return issued
