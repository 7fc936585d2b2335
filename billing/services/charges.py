"""Posting what is owed. A charge is written once per source, in the transaction of the fact that causes it."""

from collections.abc import Collection, Iterable
from copy import copy
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from billing.models import Charge
from billing.queries.charges import CREDIT_SUFFIX, charges_about, is_credit
from core.bulk import insert_rows
from core.locks import lock_ids


def post_charges(charges: Iterable[Charge]) -> QuerySet[Charge]:
    """Write charges, skipping sources already posted. The stored charges of all these sources are read if asked for."""
    wanted = list(charges)
    insert_rows(wanted, ignore_conflicts=True)
    return Charge.objects.filter(source__in=[charge.source for charge in wanted]).order_by(
        "service_date", "pk"
    )


def void_charges(*, sources: Collection[str], reason: str, now: datetime) -> int:
    """Cancel charges that no invoice carries yet, and their corrections. Returns how many. Call it inside a transaction.

    They are locked first: a campaign that is invoicing them is waited for, and what it invoiced stays; so does
    what gives an invoiced charge back.
    """
    return void_rows(ids=lock_ids(charges_about(sources)), reason=reason, now=now)


def void_rows(*, ids: Collection[int], reason: str, now: datetime) -> int:
    """``void_charges`` for charges that the caller has read and locked, and for nothing else."""
    open_charges = Charge.objects.filter(pk__in=ids, voided_at__isnull=True, invoice_line__isnull=True)
    return open_charges.exclude(source__endswith=CREDIT_SUFFIX).update(voided_at=now, void_reason=reason)


def reinstate_charges(*, sources: Collection[str], now: datetime) -> int:
    """Make what was voided owed again, at the same price, by new rows. Returns how many. Call it inside a transaction.

    What is owed already stays as it is.
    """
    again = []
    for rows in things(sources).values():
        asked = rows[0].share_of in sources or rows[0].source in sources
        voided = [row for row in rows if row.voided_at and (asked or row.source in sources)]
        stands = any(row.voided_at is None and not is_invoiced(row) and not is_credit(row) for row in rows)
        if voided and not stands:
            again.append(following(rows, voided[-1], now=now))
    return len(post_charges(again))


def things(sources: Collection[str]) -> dict[str, list[Charge]]:
    """The charges about these sources, locked, then by the source of their first one, which comes first; each payer's
    part apart. The first ones are locked before the others are read: nobody corrects the same thing meanwhile."""
    lock_ids(Charge.objects.filter(source__in=sources, corrects__isnull=True))
    lock_ids(charges_about(sources))
    found: dict[str, list[Charge]] = {}
    for charge in charges_about(sources).select_related("invoice_line", "corrects"):
        found.setdefault((charge.corrects or charge).source, []).append(charge)
    return found


def is_invoiced(charge: Charge) -> bool:
    """``charge`` as read by ``things``."""
    return hasattr(charge, "invoice_line")


def following(rows: list[Charge], like: Charge, *, now: datetime, amount: Decimal | None = None) -> Charge:
    """One more charge, not saved, about the thing of ``rows``: ``like`` another one, at its price or for ``amount``.
    Whoever pays the thing pays it."""
    first = rows[0]
    charge = copy_of(like, source=f"{first.source}:rectif:{len(rows)}", now=now)
    charge.corrects, charge.household_id, charge.share = first, first.household_id, first.share
    if amount is not None:
        charge.quantity, charge.unit_price, charge.amount = Decimal(1), amount, amount
    return charge


def copy_of(charge: Charge, *, source: str, now: datetime) -> Charge:
    """A new row with the same content, not saved; it corrects what ``charge`` corrects, or ``charge`` itself."""
    made = copy(charge)
    made._state = type(charge._state)()
    made.pk, made.source, made.created_at = None, source, now
    made.voided_at, made.void_reason = None, ""
    made.corrects_id, made.share_of = charge.corrects_id or charge.pk, ""
    return made
