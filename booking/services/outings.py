"""What an outing cost: divided among those who were there, corrected, given up. Nothing invoiced ever changes."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from billing.models import Charge
from billing.services.corrections import Owed, set_owed
from booking.errors import OutingCostError
from booking.models import Opening, OutingCost
from booking.queries.outings import (
    Part,
    is_marked,
    live_cost,
    parts_of,
    present_children,
    shares_the_cost,
)
from booking.queries.planning import full_name
from booking.sources import outing_source
from core.locks import lock_rows, locking_transaction
from core.models import User
from core.money import ZERO, format_euros
from core.words import NBSP, plural


def record_cost(
    *,
    opening: Opening,
    label: str,
    total: Decimal,
    expected: int,
    reason: str = "",
    by: User,
    now: datetime,
) -> OutingCost:
    """Divide what an outing cost (euros) among the children present, as the preview showed it to the agent.

    ``expected``: how many children it showed. ``reason``: why an earlier cost is replaced; what each family owes is
    then brought to the new part, by a new line when the former one is invoiced. ``opening`` needs its activity,
    establishment and régie. Raises OutingCostError.
    """
    with locking_transaction():
        lock_rows(Opening.objects.filter(pk=opening.pk))
        children = present_children(opening)
        _require_shareable(opening, len(children), expected)
        former = live_cost(opening)
        if former:
            _give_up(former, reason=reason, by=by, now=now)
        cost = OutingCost.objects.create(
            opening=opening,
            label=label,
            total=total,
            present=len(children),
            by_tariff=shares_the_cost(opening),
            recorded_at=now,
            recorded_by=by,
        )
        parts = parts_of(opening, ZERO if cost.by_tariff else total, children)
        there = plural(len(children), "enfant présent", "enfants présents")
        why = f"Coût de la sortie{NBSP}: {format_euros(total)} pour {there}" + (
            f" ({reason})" if former else ""
        )
        _owe(opening, label, parts, reason=why, now=now)
    return cost


def cancel_cost(*, opening: Opening, reason: str, by: User, now: datetime) -> None:
    """Give the cost of an outing up: nobody owes a part of it any more. Raises OutingCostError."""
    with locking_transaction():
        lock_rows(Opening.objects.filter(pk=opening.pk))
        cost = live_cost(opening)
        if cost is None:
            raise OutingCostError("Aucun coût n’est saisi pour cette sortie.")
        _give_up(cost, reason=reason, by=by, now=now)
        why = f"Coût de la sortie annulé{NBSP}: {reason}"
        _owe(opening, cost.label, parts_of(opening, ZERO, []), reason=why, now=now)


def _require_shareable(opening: Opening, present: int, expected: int) -> None:
    if opening.slot.period.activity.regie is None:
        raise OutingCostError("Cette activité n’a pas de régie : rien ne peut y être facturé.")
    if not is_marked(opening):
        raise OutingCostError("Terminez d’abord le pointage : le coût se partage entre les présents.")
    if not present:
        raise OutingCostError("Personne n’était présent : il n’y a personne entre qui partager.")
    if present != expected:
        raise OutingCostError(
            f"Le pointage a changé depuis l’aperçu{NBSP}: {plural(present, 'présent')}. Relisez le partage."
        )


def _give_up(cost: OutingCost, *, reason: str, by: User, now: datetime) -> None:
    if not reason:
        raise OutingCostError("Dites pourquoi ce coût change : les familles le liront sur leur facture.")
    cost.cancelled_at, cost.cancelled_by, cost.cancel_reason = now, by, reason
    cost.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])


def _owe(opening: Opening, label: str, parts: Sequence[Part], *, reason: str, now: datetime) -> None:
    period = opening.slot.period
    set_owed(
        [
            Owed(
                charge=Charge(
                    regie=period.activity.regie,
                    household_id=part.child.household_id,
                    child=part.child,
                    source=outing_source(opening.pk, part.child.pk),
                    service_date=opening.date,
                    group_label=full_name(period),
                    label=label,
                    unit_price=part.amount,
                    amount=part.amount,
                    created_at=now,
                ),
                amount=part.amount,
                reason=reason,
            )
            for part in parts
        ],
        now=now,
    )
