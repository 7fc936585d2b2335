"""What becomes of credit: it pays an invoice, or the régie gives it back."""

from datetime import datetime
from decimal import Decimal

from billing.enums import DocumentKind
from billing.errors import NoCreditError
from billing.models import Allocation, Invoice, Payment, Refund, Regie
from billing.queries.cesu import cesu_room
from billing.queries.credits import Credit, credits_of, paid_credits
from billing.queries.ledger import at_treasury, with_allocated
from core.locks import lock_ids, locking_transaction
from core.models import Household
from core.money import ZERO


def use_credit(*, invoice: Invoice, now: datetime, limit: Decimal | None = None) -> Decimal:
    """Pay an invoice with its household's credit at its régie, oldest first, up to ``limit`` euros.

    What is left of a CESU pays childcare only. Returns what was used: at most what is due and what there is.
    """
    with locking_transaction():
        _lock_credit(invoice.household, invoice.regie)
        locked = with_allocated(
            Invoice.objects.filter(~at_treasury(), pk=invoice.pk, kind=DocumentKind.INVOICE), "invoice"
        )
        due = sum((row.total - row.allocated for row in locked), ZERO)
        left = due if limit is None else min(due, limit)
        used = ZERO
        rows: list[Allocation] = []
        found = credits_of(invoice.household, invoice.regie)
        room = cesu_room([invoice])[invoice.pk] if any(credit.is_cesu for credit in found) else ZERO
        for credit in found:
            amount = min(left - used, credit.left, room if credit.is_cesu else credit.left)
            if amount > 0:
                rows.append(_allocation(credit, invoice, amount, now))
                used += amount
                room -= amount if credit.is_cesu else ZERO
        Allocation.objects.bulk_create(rows)
    return used


def refund_credit(
    *, household: Household, regie: Regie, amount: Decimal, reason: str, now: datetime
) -> list[Refund]:
    """Put credit on the list of what the régie gives back, oldest first. Raises NoCreditError when there is less."""
    with locking_transaction():
        _lock_credit(household, regie)
        refunds: list[Refund] = []
        left = amount
        for credit in credits_of(household, regie):
            part = min(left, credit.left)
            if part > 0:
                refunds.append(_refund(credit, part, reason, now))
                left -= part
        if left or not refunds:
            raise NoCreditError
        return Refund.objects.bulk_create(refunds)


def _lock_credit(household: Household, regie: Regie) -> None:
    """Whoever uses credit of this household at this régie, or pays its invoices, waits for the others."""
    lock_ids(Payment.objects.filter(pk__in=paid_credits(regie).filter(household=household).values("pk")))
    lock_ids(Invoice.objects.filter(household=household, regie=regie))


def _allocation(credit: Credit, invoice: Invoice, amount: Decimal, now: datetime) -> Allocation:
    if isinstance(credit.origin, Payment):
        return Allocation(payment=credit.origin, invoice=invoice, amount=amount, created_at=now)
    return Allocation(credit_note=credit.origin, invoice=invoice, amount=amount, created_at=now)


def _refund(credit: Credit, amount: Decimal, reason: str, now: datetime) -> Refund:
    refund = Refund(
        regie_id=credit.origin.regie_id,
        household_id=credit.origin.household_id,
        amount=amount,
        reason=reason,
        created_at=now,
    )
    if isinstance(credit.origin, Payment):
        refund.payment = credit.origin
    else:
        refund.credit_note = credit.origin
    return refund
