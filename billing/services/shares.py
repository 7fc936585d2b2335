"""Who pays for a child that two households share: the one whose day it is, or each its part, to the cent."""

from collections.abc import Iterable, Iterator
from copy import copy
from decimal import Decimal

from billing.models import Charge
from billing.services.charges import post_charges
from core.custody import Part
from core.money import format_euros
from core.queries.custody import Custodies
from core.words import NBSP


def shared(charges: Iterable[Charge], *, custodies: Custodies | None = None) -> list[Charge]:
    """These charges, not saved yet, at their payers: one of a shared day becomes two.

    ``custodies``: those of their children, when they were read already; else one query.
    What a family paid when it booked stays its own: do not pass it here.
    """
    wanted = list(charges)
    known = custodies or Custodies({charge.child_id for charge in wanted if charge.child_id})
    return [part for charge in wanted for part in _parts(charge, known)]


def post_to_payers(charges: Iterable[Charge], *, custodies: Custodies | None = None) -> None:
    """Write what is to be invoiced, each part at its payer, skipping sources already posted."""
    post_charges(shared(charges, custodies=custodies))


def _parts(charge: Charge, custodies: Custodies) -> Iterator[Charge]:
    if charge.child_id is None:
        yield charge
        return
    parts = list(custodies.parts(charge.child_id, charge.service_date, household_id=charge.household_id))
    charge.household_id = parts[0].household_id
    if len(parts) == 1:
        yield charge
        return
    whole = charge.amount
    second = copy(charge)
    second.share_of, second.source = charge.source, f"{charge.source}:foyer:{parts[1].household_id}"
    second.household_id = parts[1].household_id
    for one, part in zip((charge, second), parts, strict=True):
        _take(one, part, whole)
        yield one


def _take(charge: Charge, part: Part, whole: Decimal) -> None:
    charge.share = part.percent
    charge.quantity, charge.unit_price = Decimal(1), charge.part_of(whole)
    charge.amount = charge.unit_price
    percent = f"{part.percent.normalize():f}".replace(".", ",")
    said = f"Votre part{NBSP}: {percent}{NBSP}% de {format_euros(whole)}, soit {format_euros(charge.amount)}"
    charge.reasons = [*charge.reasons, said]
