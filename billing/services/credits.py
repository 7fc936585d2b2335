"""Giving back what was already invoiced. An invoice never changes: a credit is a new, negative line to invoice."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db.models import QuerySet

from billing.errors import RefundDateError, RefundNotPossibleError
from billing.models import Charge, Refund
from billing.queries.charges import CREDIT_SUFFIX, is_credit
from billing.services.charges import copy_of, post_charges
from billing.services.journal import record_refunded
from core.locks import lock_rows, locking_transaction
from core.models import User
from core.money import ZERO
from tenants.context import town_timezone


def credit_charges(*, charges: Iterable[Charge], reason: str, now: datetime) -> QuerySet[Charge]:
    """Write, for each invoiced charge, the opposite line, once. The next invoice of the household takes it off."""
    return post_charges(_opposite(charge, reason, now) for charge in charges if not is_credit(charge))


def _opposite(charge: Charge, reason: str, now: datetime) -> Charge:
    given = copy_of(charge, source=credit_source(charge), now=now)
    given.unit_price, given.amount = -charge.unit_price, -charge.amount
    given.reasons, given.rated_later = [reason], False
    return given


def credit_source(charge: Charge) -> str:
    return f"{charge.source}{CREDIT_SUFFIX}"


def list_refunds(*, charges: Iterable[Charge], reason: str, now: datetime) -> None:
    """Put invoiced charges on the list of what the régie gives back, once for each thing: what its corrections took
    off, or added, counts with it."""
    by_thing: dict[int, list[Charge]] = {}
    for charge in charges:
        by_thing.setdefault(charge.corrects_id or charge.pk, []).append(charge)
    owed = [(rows[0], sum((row.amount for row in rows), ZERO)) for rows in by_thing.values()]
    Refund.objects.bulk_create(
        [
            Refund(
                regie_id=charge.regie_id,
                household_id=charge.household_id,
                charge=charge,
                amount=amount,
                reason=reason,
                created_at=now,
            )
            for charge, amount in owed
            if amount > 0
        ],
        ignore_conflicts=True,
    )


def mark_refunded(
    *,
    refund_ids: Collection[int],
    by: User,
    now: datetime,
    paid_on: date | None = None,
    transfer_ref: str = "",
) -> int:
    """Say that the régie gave this money back, by a transfer of ``paid_on`` (today when it is not said).

    The first who says it is remembered. Returns how many. Raises RefundDateError.
    """
    today = now.astimezone(town_timezone()).date()
    paid_on = paid_on or today
    with locking_transaction():
        refunds = lock_rows(Refund.objects.to_do().filter(pk__in=refund_ids))
        oldest = min((one.created_at.astimezone(town_timezone()).date() for one in refunds), default=today)
        if not oldest <= paid_on <= today:
            raise RefundDateError
        Refund.objects.filter(pk__in=[refund.pk for refund in refunds]).update(
            done_at=now, done_by=by, paid_on=paid_on, transfer_ref=transfer_ref
        )
        record_refunded(refunds=refunds, by=by, now=now)
    return len(refunds)


def keep_as_credit(*, refund: Refund, reason: str, by: User, now: datetime) -> None:
    """Give up a refund that came from credit: the family keeps it. Raises RefundNotPossibleError."""
    with locking_transaction():
        (locked,) = lock_rows(Refund.objects.filter(pk=refund.pk))
        if not locked.may_be_kept:
            raise RefundNotPossibleError("Ce remboursement est déjà fait, ou ne vient pas d’un avoir.")
        locked.cancelled_at, locked.cancelled_by, locked.cancel_reason = now, by, reason
        locked.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
