"""What a child who came without a place owes: charged when the sheet is closed, corrected with the mark."""

from collections.abc import Collection, Mapping
from datetime import datetime

from billing.models import Charge
from billing.pricing.frozen import freeze
from billing.queries.charges import charges_about, is_credit
from billing.services.charges import reinstate_charges, void_charges
from billing.services.credits import credit_charges
from billing.services.shares import post_to_payers
from booking.enums import TAKING, Mark
from booking.models import AttendanceAct, Opening, Place
from booking.queries.attendance import acts_by_child
from booking.queries.planning import full_name
from booking.queries.unbooked import UnbookedPrices
from booking.sources import attendance_source
from core.money import ZERO

CORRECTED = "Pointage corrigé."


def settle_unbooked(*, opening: Opening, children: Collection[int] | None, now: datetime) -> None:
    """Make the charges of one opening say what its marks say; done twice, it changes nothing.

    ``children``: only these (None: all). A charge that no invoice carries is voided when the mark is corrected; an
    invoiced one is given back by an opposite charge. Runs in the caller's transaction, the opening locked; its
    number of queries does not depend on the number of children.
    """
    acts = acts_by_child(opening, children=children)
    booked = set(
        Place.objects.live(now)
        .filter(opening=opening, child__in=acts, state__in=TAKING)
        .values_list("child_id", flat=True)
    )
    posted = _posted(acts)
    void: list[Charge] = []
    back: list[Charge] = []
    again: list[str] = []
    new: list[AttendanceAct] = []
    for child, made in acts.items():
        latest, charges = made[-1], posted.get(child, [])
        standing = [charge for charge in charges if charge.voided_at is None]
        is_owed = latest.mark == Mark.PRESENT and child not in booked
        owes = _owes(standing)
        if is_owed and not owes:
            former = attendance_source(latest.pk)
            known = any(charge.source == former and charge.voided_at for charge in charges)
            again += [former] if known else []
            new += [] if known else [latest]
        elif owes and not is_owed:
            void += [charge for charge in standing if not hasattr(charge, "invoice_line")]
            back += [charge for charge in standing if hasattr(charge, "invoice_line")]
    void_charges(sources=[(charge.corrects or charge).source for charge in void], reason=CORRECTED, now=now)
    reinstate_charges(sources=again, now=now)
    credit_charges(charges=back, reason=CORRECTED, now=now)
    _post(opening, new, now)


def _owes(standing: Collection[Charge]) -> bool:
    """A unit that costs nothing more in its week or month is still one of its units."""
    counted = any(charge.rated_later for charge in standing) and not any(map(is_credit, standing))
    return counted or sum((charge.amount for charge in standing), ZERO) != ZERO


def _posted(acts: Mapping[int, list[AttendanceAct]]) -> dict[int, list[Charge]]:
    """Every charge that these acts caused, credits included, by child."""
    sources = {attendance_source(act.pk) for made in acts.values() for act in made}
    found: dict[int, list[Charge]] = {}
    for charge in charges_about(sources).select_related("invoice_line", "corrects"):
        assert charge.child_id is not None  # an attendance is always somebody's
        found.setdefault(charge.child_id, []).append(charge)
    return found


def _post(opening: Opening, acts: Collection[AttendanceAct], now: datetime) -> None:
    period = opening.slot.period
    regie = period.activity.regie
    if not acts or regie is None:  # the commune file refuses a price without a régie to collect it
        return
    prices = UnbookedPrices(opening, households={act.child.household_id for act in acts})
    priced = [(act, prices.of(act.child)) for act in acts]
    post_to_payers(
        Charge(
            regie=regie,
            household_id=act.child.household_id,
            child_id=act.child_id,
            source=attendance_source(act.pk),
            service_date=opening.date,
            group_label=full_name(period),
            label=price.label,
            unit_price=price.amount,
            amount=price.amount,
            reasons=list(price.reasons),
            facts=freeze(price.facts),
            tariff_id=price.tariff_id,
            rated_later=price.rated_later,
            created_at=now,
        )
        for act, price in priced
        if price.amount or price.rated_later
    )
