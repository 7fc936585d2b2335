from celery import shared_task

from billing.services.settlement import sweep
from core.clock import now


@shared_task
def sweep_payments() -> None:
    sweep(now=now())
