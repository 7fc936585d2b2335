from celery import shared_task

from core.clock import now
from core.services import housekeeping
from core.services.outbox import send_due_mails


@shared_task
def send_mails() -> None:
    send_due_mails(now=now())


@shared_task
def tidy_up() -> None:
    housekeeping.tidy_up(now=now())
