import structlog
from celery import shared_task

from billing.queries.check import check_ledger
from billing.services import campaign_run
from billing.services.campaign_mails import announce_invoices
from billing.services.mandates import expire_mandates
from billing.services.quotient_reminders import remind_expiring
from billing.services.reminders import send_reminders
from billing.services.settlement import sweep
from core.clock import now

log = structlog.get_logger(__name__)


@shared_task
def sweep_payments() -> None:
    sweep(now=now())


@shared_task
def prove_books() -> None:
    """Wrong books are for the vendor to look at before anybody else does: an error in the logs, one a problem."""
    for problem in check_ledger():
        log.error("books_are_wrong", problem=problem)


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
