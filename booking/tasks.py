"""Jobs of booking, for the active town. Nothing depends on them having run."""

from celery import shared_task

from booking.services import carts, change_mails, document_reminders, reminders, retakes, waiting_offers
from core import clock


@shared_task
def expire_unpaid() -> None:
    carts.expire_unpaid(now=clock.now())


@shared_task
def offer_freed_places() -> None:
    waiting_offers.offer_freed_places(now=clock.now())
    retakes.settle_retakes(now=clock.now())


@shared_task
def send_reminders() -> None:
    reminders.send_reminders(now=clock.now())


@shared_task
def remind_documents() -> None:
    document_reminders.remind_documents(now=clock.now())


@shared_task
def tell_changes() -> None:
    change_mails.tell_changes(now=clock.now())
