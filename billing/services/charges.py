"""Posting what is owed. A charge is written once per source, in the transaction of the fact that causes it."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import QuerySet

from billing.models import Charge
from core.locks import lock_ids


def post_charges(charges: Iterable[Charge]) -> QuerySet[Charge]:
    """Write charges, skipping sources already posted. The stored charges of all these sources are read if asked for."""
    wanted = list(charges)
    Charge.objects.bulk_create(wanted, ignore_conflicts=True)
    return Charge.objects.filter(source__in=[charge.source for charge in wanted]).order_by(
        "service_date", "pk"
    )


def void_charges(*, sources: Collection[str], reason: str, now: datetime) -> int:
    """Cancel charges that no invoice carries yet. Returns how many. Call it inside a transaction.

    They are locked first: a campaign that is invoicing them is waited for, and what it invoiced stays.
    """
    lock_ids(Charge.objects.filter(source__in=sources))
    return Charge.objects.filter(
        source__in=sources, voided_at__isnull=True, invoice_line__isnull=True
    ).update(voided_at=now, void_reason=reason)


def reinstate_charges(*, sources: Collection[str]) -> int:
    """Make voided charges owed again, at their first price: what they were for happens after all. Returns how many."""
    return Charge.objects.filter(source__in=sources, voided_at__isnull=False).update(
        voided_at=None, void_reason=""
    )
