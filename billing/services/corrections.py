"""Changing what is owed for something already charged, without ever touching what an invoice carries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from billing.models import Charge
from billing.services.charges import post_charges, reinstate_charges, void_charges
from core.locks import lock_rows
from core.money import ZERO

LONGEST = 9  # corrections of one thing


@dataclass(frozen=True, kw_only=True)
class Owed:
    """What is now owed, in euros, for the thing whose first charge has, or would have had, the content of ``charge``.

    ``only_if_charged``: a thing that was never charged is left so.
    """

    charge: Charge
    amount: Decimal
    reason: str
    only_if_charged: bool = False


def set_owed(wanted: Sequence[Owed], *, now: datetime) -> None:
    """Make each of these things owe its amount: lines that no invoice carries are voided, and a new one makes up the
    difference with those that are invoiced (negative when something is given back). Done twice, it changes nothing.

    Runs in the caller's transaction, in a number of queries that does not depend on how many there are.
    """
    sources = [source for one in wanted for source in sources_of(one.charge.source)]
    known: dict[str, list[Charge]] = {}
    for charge in lock_rows(Charge.objects.filter(source__in=sources)):
        known.setdefault(_first(charge.source), []).append(charge)
    invoiced = set(
        Charge.objects.filter(source__in=sources, invoice_line__isnull=False).values_list("pk", flat=True)
    )
    void: dict[str, list[str]] = {}
    new: list[Charge] = []
    reinstated: list[str] = []  # what was owed before, and is again
    for one in wanted:
        rows = known.get(one.charge.source, [])
        if one.only_if_charged and not rows:
            continue
        standing = [row for row in rows if row.voided_at is None]
        if sum((row.amount for row in standing), ZERO) == one.amount:
            continue
        void.setdefault(one.reason, []).extend(row.source for row in standing if row.pk not in invoiced)
        kept = sum((row.amount for row in standing if row.pk in invoiced), ZERO)
        difference = one.amount - kept
        again = next((row.source for row in rows if row.voided_at and row.amount == difference), "")
        if again:
            reinstated.append(again)
        elif difference:
            new.append(_corrected(one, difference, sources_of(one.charge.source)[len(rows)]))
    for reason, voided in void.items():
        void_charges(sources=voided, reason=reason[:200], now=now)
    reinstate_charges(sources=reinstated)
    post_charges(new)


def sources_of(first: str) -> list[str]:
    """The source of a first charge, then those of its corrections."""
    return [first, *(f"{first}:rectif:{number}" for number in range(1, LONGEST + 1))]


def _first(source: str) -> str:
    return source.partition(":rectif:")[0]


def _corrected(one: Owed, amount: Decimal, source: str) -> Charge:
    like = one.charge
    return Charge(
        regie_id=like.regie_id,
        household_id=like.household_id,
        child_id=like.child_id,
        source=source,
        service_date=like.service_date,
        group_label=like.group_label,
        label=like.label,
        unit_price=amount,
        amount=amount,
        reasons=[one.reason],
        created_at=like.created_at,
    )
