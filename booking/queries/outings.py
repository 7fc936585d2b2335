"""Who was on an outing, what each then owes, and what a tariff is told of its cost."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from billing.models import Charge
from billing.pricing.shape import Settled
from billing.queries.prices import load_prices
from booking.enums import Mark
from booking.models import AttendanceSheet, Opening, OutingCost, Stage
from booking.queries.attendance import acts_by_child
from booking.sources import outing_prefix
from core.models import Child
from core.money import ZERO, round_euros, split_euros


@dataclass(frozen=True, kw_only=True)
class Part:
    """A child's part of the cost, and what it owes of it until now, whoever pays it. Euros."""

    child: Child
    amount: Decimal
    owed: Decimal


def is_marked(opening: Opening) -> bool:
    """Its sheet is closed: those who came are known."""
    return AttendanceSheet.objects.filter(opening=opening).exists()


def present_children(opening: Opening) -> list[Child]:
    """Those marked present, booked or not, always in the same order."""
    latest = (acts[-1] for acts in acts_by_child(opening).values())
    there = [act.child for act in latest if act.mark == Mark.PRESENT]
    return sorted(there, key=lambda child: (child.last_name, child.first_name, child.pk))


def live_cost(opening: Opening) -> OutingCost | None:
    return OutingCost.objects.filter(opening=opening, cancelled_at__isnull=True).first()


def parts_of(opening: Opening, total: Decimal, children: Collection[Child]) -> list[Part]:
    """Equal parts to the cent. Those who owe a part and were not there, after all, owe nothing any more. Two queries
    and those of the children who left the list."""
    owed = _owed(opening)
    new = dict(zip(children, split_euros(total, len(children)), strict=True)) if children else {}
    gone = Child.objects.filter(pk__in=owed.keys() - {child.pk for child in new}).order_by("pk")
    return [
        Part(child=child, amount=new.get(child, ZERO), owed=owed.get(child.pk, ZERO))
        for child in [*new, *gone]
    ]


def _owed(opening: Opening) -> dict[int, Decimal]:
    """What stands for this outing, by child."""
    owed: dict[int, Decimal] = {}
    parts = Charge.objects.filter(source__startswith=outing_prefix(opening.pk), voided_at__isnull=True)
    for charge in parts:
        assert charge.child_id is not None  # an outing's part is always somebody's
        owed[charge.child_id] = owed.get(charge.child_id, ZERO) + charge.amount
    return owed


def shares_the_cost(opening: Opening) -> bool:
    """Whether some price of this opening is a share of what the outing really cost."""
    tariffs = set(
        Stage.objects.filter(slot=opening.slot_id, tariff__isnull=False).values_list("tariff", flat=True)
    )
    prices = load_prices(tariffs)
    return any(prices.rule(tariff, opening.date).settled is Settled.WITH_THE_REAL_COST for tariff in tariffs)


def cost_facts(openings: Iterable[int]) -> Mapping[int, dict[str, object]]:
    """What a tariff is told, by opening: the cost for one participant. One query."""
    live = OutingCost.objects.filter(opening__in=openings, by_tariff=True, cancelled_at__isnull=True)
    return {cost.opening_id: {"cost": round_euros(cost.total / cost.present)} for cost in live}
