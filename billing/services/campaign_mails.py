"""Telling payers that their invoice is there, once it is published."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from billing.enums import CampaignState
from billing.models import Debit, Draft
from billing.queries.ledger import with_allocated
from billing.services.debit_plan import plan_debits
from core.locks import lock_ids, locking_transaction
from core.models import Guardian
from core.services.outbox import Letter, write_mails
from tenants.context import town_timezone, town_url

BATCH = 250


def announce_invoices(*, now: datetime) -> int:
    """Write to the payers of invoices whose day has come. Each is told once. Returns how many invoices."""
    told = 0
    while batch := _announce_some(now):
        told += batch
    return told


def _untold(now: datetime) -> QuerySet[Draft]:
    return Draft.objects.filter(
        invoice__isnull=False,
        announced_at__isnull=True,
        campaign__state=CampaignState.ISSUED,
        campaign__published_on__lte=now.astimezone(town_timezone()).date(),
    )


def _announce_some(now: datetime) -> int:
    with locking_transaction():
        # Whoever waited for these rows finds them told, and takes none of them.
        ids = lock_ids(_untold(now).filter(pk__in=_untold(now).order_by("pk").values("pk")[:BATCH]))
        drafts = with_allocated(Draft.objects.filter(pk__in=ids), "invoice__draft").select_related(
            "invoice__regie"
        )
        payers = payers_by_household([draft.household_id for draft in drafts])
        # Nobody is debited who could not be told of it.
        told = [draft for draft in drafts if draft.household_id in payers]
        due = {draft.invoice: draft.invoice.total - draft.allocated for draft in told}
        debits = plan_debits(due=due, now=now)
        write_mails(letters=list(_letters(told, payers, debits)), now=now)
        Draft.objects.filter(pk__in=ids).update(announced_at=now)
    return len(ids)


def _letters(
    drafts: Sequence[Draft], payers: Mapping[int, Sequence[Guardian]], debits: Mapping[int, Debit]
) -> Iterable[Letter]:
    link = town_url(reverse("account"))
    for draft in drafts:
        invoice = draft.invoice
        assert invoice is not None  # _untold
        for guardian in payers[draft.household_id]:
            yield Letter(
                to=mail_address(guardian),
                template="invoice_issued",
                context={
                    "invoice": invoice,
                    "due": invoice.total - draft.allocated,  # type: ignore[attr-defined]  # annotated
                    "debit": debits.get(invoice.pk),
                    "link": link,
                },
                dedupe_key=f"invoice:{invoice.pk}:issued:{guardian.pk}",
            )


def payers_by_household(households: Iterable[int]) -> dict[int, list[Guardian]]:
    """The payers who can be written to, in one query."""
    found: dict[int, list[Guardian]] = {}
    payers = Guardian.objects.filter(household__in=set(households), is_payer=True)
    for guardian in payers.exclude(email="", user=None).select_related("user").order_by("pk"):
        found.setdefault(guardian.household_id, []).append(guardian)
    return found


def mail_address(guardian: Guardian) -> str:
    """Their account's address, which they keep up to date, before the office's."""
    return guardian.user.email if guardian.user else guardian.email
