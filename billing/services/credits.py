"""Giving back what was already invoiced. An invoice never changes: a credit is a new, negative line to invoice."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import QuerySet

from billing.models import Charge, Refund
from billing.queries.campaigns import CREDIT_SUFFIX
from billing.services.charges import post_charges
from billing.services.journal import record_refunded
from core.locks import lock_rows, locking_transaction
from core.models import User


def credit_charges(*, charges: Iterable[Charge], reason: str, now: datetime) -> QuerySet[Charge]:
    """Write, for each invoiced charge, the opposite line, once. The next invoice of the household takes it off."""
    return post_charges(
        Charge(
            regie_id=charge.regie_id,
            household_id=charge.household_id,
            child_id=charge.child_id,
            source=credit_source(charge),
            service_date=charge.service_date,
            group_label=charge.group_label,
            label=charge.label,
            quantity=charge.quantity,
            unit_price=-charge.unit_price,
            amount=-charge.amount,
            reasons=[reason],
            created_at=now,
        )
        for charge in charges
    )


def credit_source(charge: Charge) -> str:
    return f"{charge.source}{CREDIT_SUFFIX}"


def list_refunds(*, charges: Iterable[Charge], reason: str, now: datetime) -> None:
    """Put invoiced charges on the list of what the régie gives back, once each."""
    Refund.objects.bulk_create(
        [
            Refund(
                regie_id=charge.regie_id,
                household_id=charge.household_id,
                charge=charge,
                amount=charge.amount,
                reason=reason,
                created_at=now,
            )
            for charge in charges
            if charge.amount > 0
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
