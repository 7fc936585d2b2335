"""Writing the journal of a régie: one entry for each movement of money, in the transaction of the movement."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db.models import Max

from billing.enums import EntryKind, Means
from billing.models import Closing, JournalEntry, Payment, Refund, Regie
from core.locks import lock_ids
from core.models import User
from tenants.context import town_timezone


def open_day(regie_id: int, *, now: datetime) -> date:
    """The day of the books for something that happens now: today, or the day after the last one that is closed.

    Locks the régie's books, last of all in the lock order (core.locks): whoever closes a day waits for what is being
    written in it, and what is written next goes to the next day.
    """
    lock_ids(Regie.objects.filter(pk=regie_id))
    today = now.astimezone(town_timezone()).date()
    closed = closed_until(regie_id)
    return max(today, closed + timedelta(days=1)) if closed else today


def closed_until(regie_id: int) -> date | None:
    """The last day of a régie that is closed."""
    return Closing.objects.filter(regie=regie_id).aggregate(last=Max("last_day"))["last"]


def record_received(*, payments: Collection[Payment], now: datetime, by: User | None = None) -> None:
    """The money of these payments, of one régie, is here. The payments must be locked or new."""
    _write(
        [
            JournalEntry(payment=payment, kind=EntryKind.RECEIVED, means=payment.means, amount=payment.amount)
            for payment in payments
        ],
        regie_id=next(iter(payments)).regie_id,
        by=by,
        now=now,
    )


def record_taken_back(
    *,
    payments: Collection[Payment],
    kind: EntryKind,
    now: datetime,
    by: User | None = None,
    reason: str = "",
) -> None:
    """The money of these payments, of one régie, is not here after all. The payments must be locked."""
    _write(
        [
            JournalEntry(
                payment=payment, kind=kind, means=payment.means, amount=-payment.amount, reason=reason
            )
            for payment in payments
        ],
        regie_id=next(iter(payments)).regie_id,
        by=by,
        now=now,
    )


def record_refunded(
    *, refunds: Collection[Refund], now: datetime, by: User, means: Means = Means.TRANSFER
) -> None:
    """The régie gave this money back. A till of receipts never pays out of its cash: a transfer, unless told otherwise."""
    for regie_id in sorted({refund.regie_id for refund in refunds}):
        _write(
            [
                JournalEntry(
                    refund=refund,
                    kind=EntryKind.REFUNDED,
                    means=means,
                    amount=-refund.amount,
                    reason=refund.reason,
                )
                for refund in refunds
                if refund.regie_id == regie_id
            ],
            regie_id=regie_id,
            by=by,
            now=now,
        )


def _write(entries: list[JournalEntry], *, regie_id: int, by: User | None, now: datetime) -> None:
    on = open_day(regie_id, now=now)
    for entry in entries:
        entry.regie_id = regie_id
        entry.household_id = (entry.payment or entry.refund).household_id  # type: ignore[union-attr]  # one_origin
        entry.on, entry.at, entry.by = on, now, by
    JournalEntry.objects.bulk_create(entries)
