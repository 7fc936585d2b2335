"""Handing unpaid invoices over to the Trésor public, and taking one back."""

from collections.abc import Collection, Mapping
from datetime import datetime

from billing.enums import DocumentKind
from billing.errors import BooksError
from billing.models import Handover, HandoverItem, Invoice, Regie
from billing.queries.treasury import to_hand_over
from billing.services.campaign_mails import mail_address, payers_by_household
from billing.services.sequences import take_number
from core.audit_acts import AuditAct
from core.locks import lock_ids, lock_rows, locking_transaction
from core.models import User
from core.money import ZERO, format_euros
from core.services.audit import record
from core.services.outbox import Letter, write_mails
from tenants.context import town_timezone, town_url


def hand_over(*, regie: Regie, household_ids: Collection[int], by: User, now: datetime) -> Handover:
    """Send everything these households owe late to the Trésor: it is no longer paid here, and each payer is told.

    Raises BooksError when one of them no longer owes enough.
    """
    today = now.astimezone(town_timezone()).date()
    with locking_transaction():
        lock_ids(Invoice.objects.filter(regie=regie, household__in=household_ids))
        chosen = [one for one in to_hand_over(regie, on=today) if one.household.pk in set(household_ids)]
        if not chosen or len(chosen) != len(set(household_ids)):
            raise BooksError(
                f"Un de ces dossiers ne doit plus {format_euros(regie.treasury_minimum)}, ou paie en ce moment : "
                "relisez la liste."
            )
        handover = Handover.objects.create(
            regie=regie,
            year=today.year,
            number=take_number(regie=regie, kind=DocumentKind.HANDOVER, year=today.year),
            on=today,
            at=now,
            by=by,
            total=sum((one.left for one in chosen), ZERO),
        )
        items = [
            HandoverItem(handover=handover, household=one.household, invoice=invoice, amount=invoice.left)  # type: ignore[attr-defined]  # annotated
            for one in chosen
            for invoice in one.invoices
        ]
        HandoverItem.objects.bulk_create(items)
        _tell(handover, items, now)
        note = f"Remise au Trésor : {format_euros(handover.total)}"
        record(act=AuditAct.BOOKS_SENT, by=by, now=now, on=handover, note=note)
        return handover


def take_back(*, item: HandoverItem, reason: str, by: User, now: datetime) -> None:
    """The invoice is paid here again. Raises BooksError when it was taken back before."""
    with locking_transaction():
        lock_ids(Invoice.objects.filter(pk=item.invoice_id))
        taken = HandoverItem.objects.filter(pk=item.pk, withdrawn_at=None).update(
            withdrawn_at=now, withdrawn_by=by, withdraw_reason=reason
        )
        if not taken:
            raise BooksError("Cette facture est déjà reprise.")
        note = f"Facture reprise au Trésor : {reason}"
        record(act=AuditAct.BOOKS_SENT, by=by, now=now, on=item.invoice, note=note)


def note_titles(*, handover: Handover, references: Mapping[int, str]) -> None:
    """Keep the references of the Trésor's notices, by key of the item; an empty one is taken away."""
    with locking_transaction():
        items = lock_rows(HandoverItem.objects.filter(handover=handover, pk__in=references))
        for item in items:
            item.title_reference = references[item.pk]
        HandoverItem.objects.bulk_update(items, ["title_reference"])


def _tell(handover: Handover, items: Collection[HandoverItem], now: datetime) -> None:
    by_household: dict[int, list[HandoverItem]] = {}
    for item in items:
        by_household.setdefault(item.household_id, []).append(item)
    payers = payers_by_household(by_household)
    write_mails(
        letters=[
            Letter(
                to=mail_address(guardian),
                template="treasury_handover",
                context={
                    "handover": handover,
                    "items": owed,
                    "left": sum((item.amount for item in owed), ZERO),
                    "link": town_url("/mon-compte/"),
                },
                dedupe_key=f"handover:{handover.pk}:{guardian.pk}",
            )
            for household, owed in by_household.items()
            for guardian in payers.get(household, [])
        ],
        now=now,
    )
