"""Changing what is owed for something already charged, without ever touching what an invoice carries."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from billing.models import Charge
from billing.queries.charges import is_credit
from billing.services.charges import copy_of, following, is_invoiced, post_charges, things, void_rows
from billing.services.shares import shared
from core.money import ZERO


@dataclass(frozen=True, kw_only=True)
class Owed:
    """What is now owed, in euros, for the thing whose first charge has, or would have had, the content of ``charge``.

    ``why``: the reasons of the price, after ``reason``. ``only_if_charged``: a thing that was never charged is left so.
    ``rated``: the price of a closed week, month…; any other caller that asks for the plain price again leaves it.
    """

    charge: Charge
    amount: Decimal
    reason: str
    why: tuple[str, ...] = ()
    only_if_charged: bool = False
    rated: bool = False


def set_owed(wanted: Sequence[Owed], *, now: datetime) -> None:
    """Make each of these things owe its amount: lines that no invoice carries are voided, and a new one makes up the
    difference with those that are invoiced (negative when something is given back). Done twice, it changes nothing.

    Runs in the caller's transaction, in a number of queries that does not depend on how many there are.
    """
    known = things([one.charge.source for one in wanted])
    void: dict[str, list[int]] = {}
    new: list[Charge] = []
    first: list[Charge] = []  # of a thing that owed nothing yet
    for one in _by_payer(wanted, known):
        rows = known.get(one.charge.source, [])
        standing = [row for row in rows if row.voided_at is None]
        if (one.only_if_charged and not rows) or _is_owed(one, standing):
            continue
        void.setdefault(one.reason, []).extend(row.pk for row in standing)
        invoiced = [row for row in standing if is_invoiced(row) or is_credit(row)]
        kept = sum((row.amount for row in invoiced), ZERO)
        difference = one.amount - kept
        # A unit of a closed span that costs nothing more is still one of its units.
        if difference or (one.rated and not invoiced):
            (new if rows else first).append(_corrected(one, rows, difference, now))
    for reason, voided in void.items():
        void_rows(ids=voided, reason=reason[:200], now=now)
    post_charges([*new, *(shared(first) if first else ())])


def _by_payer(wanted: Sequence[Owed], known: Mapping[str, list[Charge]]) -> Iterator[Owed]:
    """What each payer now owes. A plain price asked for again stays what the end of its span made of it."""
    others = {rows[0].share_of: rows[0] for rows in known.values() if rows[0].share_of}
    for one in wanted:
        rows = known.get(one.charge.source, [])
        is_plain = one.charge.rated_later and one.amount == one.charge.amount and not one.rated
        if is_plain and any(row.rated_later and row.voided_at is None for row in rows):
            continue
        yield replace(one, amount=rows[0].part_of(one.amount)) if rows and not one.rated else one
        if (other := others.get(one.charge.source)) and not one.rated:
            charge = copy_of(one.charge, source=other.source, now=one.charge.created_at)
            yield replace(one, charge=charge, amount=other.part_of(one.amount))


def _is_owed(one: Owed, standing: Sequence[Charge]) -> bool:
    settled = sum((row.amount for row in standing), ZERO) == one.amount
    return settled and (bool(standing) or not one.rated)


def _corrected(one: Owed, rows: list[Charge], amount: Decimal, now: datetime) -> Charge:
    charge = copy(one.charge)
    if rows:
        charge = following(rows, one.charge, now=now, amount=amount)
    else:
        charge.unit_price = charge.amount = amount
    charge.reasons = [one.reason, *one.why]
    charge.rated_later = one.rated
    return charge
