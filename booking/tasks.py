"""Jobs of booking, for the active town. Nothing depends on them having run."""

from celery import shared_task

from booking.services import carts
from core import clock


@shared_task
def expire_unpaid() -> None:
    carts.expire_unpaid(now=clock.now())
