"""Slips: what leaves the till for the bank or the issuer of titles."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from billing.enums import DocumentKind, EntryKind, Means
from billing.errors import BooksError
from billing.models import CashCount, DepositItem, DepositSlip, Payment, Regie
from billing.queries.books import to_deposit
from billing.services.journal import closed_until, open_day
from billing.services.sequences import take_number
from core.audit_acts import AuditAct
from core.locks import lock_rows, locking_transaction
from core.models import User
from core.money import ZERO, format_euros
from core.services.audit import record
from tenants.context import town_timezone

# What a cash slip counts, in euros.
DENOMINATIONS = tuple(
    Decimal(value)
    for value in ("100.00", "50.00", "20.00", "10.00", "5.00", "2.00", "1.00", "0.50", "0.20", "0.10", "0.05", "0.02", "0.01")
)  # fmt: skip


def make_slip(
    *,
    regie: Regie,
    means: Means,
    payment_ids: Collection[int],
    cash: Mapping[Decimal, int],
    by: User,
    now: datetime,
) -> DepositSlip:
    """Take these payments out of the till. ``cash``: how many of each DENOMINATIONS, for a cash slip only.

    Raises BooksError when one of them is not in the till, or when the notes and coins do not make the sum.
    """
    with locking_transaction():
        payments = lock_rows(Payment.objects.filter(pk__in=payment_ids))
        waiting = set(to_deposit(regie, means).filter(pk__in=payment_ids).values_list("pk", flat=True))
        if not payments or waiting != {payment.pk for payment in payments}:
            raise BooksError("Un de ces règlements n’est plus dans la caisse : relisez la liste.")
        total = sum((payment.amount for payment in payments), ZERO)
        counted = sum((value * count for value, count in cash.items()), ZERO)
        if means == Means.CASH and counted != total:
            raise BooksError(
                f"Les coupures font {format_euros(counted)}, les règlements choisis {format_euros(total)}. "
                "Un manque ou un excédent se note à l’arrêté, pas sur le bordereau."
            )
        year = now.astimezone(town_timezone()).year
        slip = DepositSlip.objects.create(
            regie=regie,
            means=means,
            year=year,
            number=take_number(regie=regie, kind=DocumentKind.DEPOSIT, year=year),
            on=open_day(regie.pk, now=now),
            at=now,
            by=by,
            total=total,
        )
        DepositItem.objects.bulk_create(DepositItem(slip=slip, payment=payment) for payment in payments)
        if means == Means.CASH:
            CashCount.objects.bulk_create(
                CashCount(slip=slip, value=value, count=count) for value, count in cash.items() if count
            )
        record(act=AuditAct.BOOKS_SENT, by=by, now=now, on=slip, note=format_euros(total))
        return slip


def cancel_slip(*, slip: DepositSlip, reason: str, by: User, now: datetime) -> None:
    """Put its payments back in the till. Raises BooksError once its day is closed or one of them came back unpaid."""
    with locking_transaction():
        lock_rows(Payment.objects.filter(deposits__slip=slip))
        (locked,) = lock_rows(DepositSlip.objects.filter(pk=slip.pk))
        open_day(locked.regie_id, now=now)
        closed = closed_until(locked.regie_id)
        if locked.cancelled_at:
            raise BooksError("Ce bordereau est déjà annulé.")
        if closed and locked.on <= closed:
            raise BooksError(
                f"La journée du {locked.on:%d/%m/%Y} est arrêtée : ce bordereau ne s’annule plus."
            )
        if locked.items.filter(payment__entries__kind=EntryKind.UNPAID).exists():
            raise BooksError("Un de ses règlements est revenu impayé : ce bordereau ne s’annule plus.")
        locked.cancelled_at, locked.cancelled_by, locked.cancel_reason = now, by, reason
        locked.save()
        locked.items.update(withdrawn_at=now)
        record(act=AuditAct.BOOKS_SENT, by=by, now=now, on=locked, note=f"Bordereau annulé : {reason}")
