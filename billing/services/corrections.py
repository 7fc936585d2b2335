"""Changing what is owed for something already charged, without ever touching what an invoice carries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from billing.models import Charge
from billing.queries.charges import is_credit
from billing.services.charges import following, is_invoiced, post_charges, things, void_charges
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
    void: dict[str, list[str]] = {}
    new: list[Charge] = []
    for one in wanted:
        rows = known.get(one.charge.source, [])
        standing = [row for row in rows if row.voided_at is None]
        if (one.only_if_charged and not rows) or _is_owed(one, standing):
            continue
        void.setdefault(one.reason, []).append(one.charge.source)
        invoiced = [row for row in standing if is_invoiced(row) or is_credit(row)]
        kept = sum((row.amount for row in invoiced), ZERO)
        difference = one.amount - kept
        # A unit of a closed span that costs nothing more is still one of its units.
        if difference or (one.rated and not invoiced):
            new.append(_corrected(one, rows, difference, now))
    for reason, voided in void.items():
        void_charges(sources=voided, reason=reason[:200], now=now)
    post_charges(new)


def _is_owed(one: Owed, standing: Sequence[Charge]) -> bool:
    if sum((row.amount for row in standing), ZERO) == one.amount:
        return bool(standing) or not one.rated
    is_plain = one.charge.rated_later and one.amount == one.charge.amount and not one.rated
    return is_plain and any(row.rated_later for row in standing)


def _corrected(one: Owed, rows: list[Charge], amount: Decimal, now: datetime) -> Charge:
    charge = one.charge
    if rows:
        charge = following(rows, one.charge, now=now, amount=amount)
    else:
        charge.unit_price = charge.amount = amount
    charge.reasons = [one.reason, *one.why]
    charge.rated_later = one.rated
    return charge
