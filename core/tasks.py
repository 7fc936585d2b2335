from celery import shared_task

from core.clock import now, today
from core.services import (
    housekeeping,
    import_invitations,
    imports,
    own_data,
    retention,
    texting,
    year_changes,
)
from core.services.mailings import send_scheduled
from core.services.outbox import send_due_mails
from tenants.context import town_timezone


@shared_task
def send_mails() -> None:
    send_due_mails(now=now())


@shared_task
def send_scheduled_mailings() -> None:
    send_scheduled(now=now())


@shared_task
def send_texts() -> None:
    texting.send_due_sms(now=now())


@shared_task
def prepare_archives() -> None:
    own_data.prepare_archives(now=now())


@shared_task
def propose_retention() -> None:
    retention.propose(now=now())


@shared_task
def tidy_up() -> None:
    housekeeping.tidy_up(now=now())


@shared_task
def run_import(import_id: int) -> None:
    imports.run_import(import_id=import_id, now=now())


@shared_task
def undo_import(import_id: int) -> None:
    imports.run_undo(import_id=import_id, now=now())


@shared_task
def follow_imports() -> None:
    """An import whose job was lost or killed is written after all."""
    imports.follow_imports(now=now())


@shared_task
def invite_imported(import_id: int) -> None:
    import_invitations.invite_imported(import_id=import_id, now=now())


@shared_task
def apply_planned_years() -> None:
    year_changes.apply_planned_years(today=today(town_timezone()), now=now())
