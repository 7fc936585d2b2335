from celery import shared_task

from billing.services import campaign_run, proof
from billing.services.campaign_mails import announce_invoices
from billing.services.mandates import expire_mandates
from billing.services.quotient_reminders import remind_expiring
from billing.services.reminders import send_reminders
from billing.services.settlement import sweep
from core.clock import now


@shared_task
def sweep_payments() -> None:
    sweep(now=now())


@shared_task
def prove_books() -> None:
    proof.prove_books(now=now())


@shared_task
def run_campaign(campaign_id: int) -> None:
    campaign_run.run_campaign(campaign_id=campaign_id, now=now())
    announce_invoices(now=now())


@shared_task
def follow_campaigns() -> None:
    """A campaign whose job was lost or killed goes on; invoices whose day has come are announced."""
    for campaign_id in campaign_run.unfinished_campaigns():
        campaign_run.run_campaign(campaign_id=campaign_id, now=now())
    announce_invoices(now=now())


@shared_task
def remind() -> None:
    send_reminders(now=now())


@shared_task
def end_unused_mandates() -> None:
    expire_mandates(now=now())


@shared_task
def remind_quotients() -> None:
    remind_expiring(now=now())
