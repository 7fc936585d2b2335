"""Relances: writing to the payers of invoices whose term has passed, in the steps that each régie has chosen."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby

from django.db import transaction
from django.urls import reverse

from billing.models import Invoice, Regie, Reminder
from billing.queries.unpaid import to_remind
from billing.services.campaign_mails import mail_address, payers_by_household
from core.money import ZERO
from core.services.outbox import Letter, write_mails
from tenants.context import town_timezone, town_url


def send_reminders(*, now: datetime) -> int:
    """Write to whoever has to be reminded today; each step of an invoice once, one mail a payer and régie.

    Returns how many invoices.
    """
    today = now.astimezone(town_timezone()).date()
    return sum(_remind(regie, today, now) for regie in Regie.objects.exclude(reminder_days=[]))


@transaction.atomic
def _remind(regie: Regie, today: date, now: datetime) -> int:
    due = to_remind(regie, on=today)
    Reminder.objects.bulk_create(
        [Reminder(invoice=invoice, step=step, sent_at=now) for invoice, step in due], ignore_conflicts=True
    )
    write_mails(letters=list(_letters(regie, due, today)), now=now)
    return len(due)


def _letters(regie: Regie, due: Sequence[tuple[Invoice, int]], today: date) -> Iterable[Letter]:
    payers = payers_by_household(invoice.household_id for invoice, _ in due)
    for household, group in groupby(due, key=lambda row: row[0].household_id):
        rows = list(group)
        context = {
            "regie": regie,
            "invoices": [invoice for invoice, _ in rows],
            "total": sum((invoice.left for invoice, _ in rows), ZERO),  # type: ignore[attr-defined]  # annotated
            "step": max(step for _, step in rows),
            "link": town_url(reverse("regie_block", args=[regie.code])),
        }
        for guardian in payers.get(household, []):
            yield Letter(
                to=mail_address(guardian),
                template="invoice_reminder",
                context=context,
                dedupe_key=f"reminder:{regie.pk}:{guardian.pk}:{today:%Y-%m-%d}",
            )
