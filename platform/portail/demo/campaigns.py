"""What the demo's office has invoiced: one campaign of the past weeks, issued, and one still to be looked at."""

from datetime import date, timedelta

from billing.models import Campaign, Charge, Regie
from billing.services.campaign_mails import announce_invoices
from billing.services.campaign_run import run_campaign
from billing.services.campaigns import begin_issue, open_campaign
from core.clock import now
from core.models import User
from core.words import short_date
from tenants.context import town_timezone

PAST, FUTURE = timedelta(days=90), timedelta(days=60)


def write_campaigns(agent: User) -> None:
    """At the till that has the most to invoice; nothing when it has been written before, or nothing is owed."""
    regie = _busiest_till()
    if regie is None or Campaign.objects.exists():
        return
    days = Charge.objects.filter(regie=regie, voided_at=None, invoice_line=None).order_by("service_date")
    dates = list(days.values_list("service_date", flat=True))
    middle = dates[len(dates) // 2]
    _campaign(regie, agent, issued=True, first=middle - PAST, last=middle)
    _campaign(regie, agent, issued=False, first=middle + timedelta(days=1), last=middle + FUTURE)


def _busiest_till() -> Regie | None:
    waiting = Charge.objects.filter(voided_at=None, invoice_line=None).values_list("regie", flat=True)
    tills = list(waiting)
    return Regie.objects.get(pk=max(set(tills), key=tills.count)) if tills else None


def _campaign(regie: Regie, agent: User, *, issued: bool, first: date, last: date) -> None:
    at = now()
    today = at.astimezone(town_timezone()).date()
    campaign = open_campaign(
        regie=regie,
        label=f"Jusqu’au {short_date(last)}",
        first_date=first,
        last_date=last,
        issued_on=today,
        published_on=today,
        due_on=today + timedelta(days=regie.payment_days),
        by=agent,
        now=at,
    )
    run_campaign(campaign_id=campaign.pk, now=at)
    if issued:
        begin_issue(campaign=campaign, by=agent, now=at)
        run_campaign(campaign_id=campaign.pk, now=at)
        announce_invoices(now=at)
