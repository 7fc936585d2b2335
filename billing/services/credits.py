"""Giving back what was already invoiced. An invoice never changes: a credit is a new, negative line to invoice."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import QuerySet

from billing.models import Charge, Refund
from billing.queries.charges import CREDIT_SUFFIX, is_credit
from billing.services.charges import copy_of, post_charges
from billing.services.journal import record_refunded
from core.locks import lock_rows, locking_transaction
from core.models import User
from core.money import ZERO


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


def mark_refunded(*, refund_ids: Collection[int], by: User, now: datetime) -> int:
    """Say that the régie gave this money back. The first who says it is remembered. Returns how many."""
    with locking_transaction():
        refunds = lock_rows(Refund.objects.filter(pk__in=refund_ids, done_at=None))
        Refund.objects.filter(pk__in=[refund.pk for refund in refunds]).update(done_at=now, done_by=by)
        record_refunded(refunds=refunds, by=by, now=now)
    return len(refunds)
