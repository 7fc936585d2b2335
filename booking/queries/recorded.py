"""How long a child really stayed, what its outing really cost: billing asks when it rates a day for good."""

from collections.abc import Collection
from datetime import time

from billing.models import Charge
from booking.enums import Mark
from booking.models import AttendanceAct, ReservationLine
from booking.queries.outings import cost_facts
from booking.sources import ATTENDANCE, LINE, number_in


def recorded_times(charges: Collection[Charge]) -> dict[str, dict[str, object]]:
    """Minutes spent, and minutes after closing, by source, where somebody wrote when the child came or left.

    Without an arrival the child was there from the start, without a departure until the end. Three queries.
    """
    days = _days(charges)
    times = _times({opening for opening, _ in days.values()})
    return {source: times[day] for source, day in days.items() if day in times}


def recorded_costs(charges: Collection[Charge]) -> dict[str, dict[str, object]]:
    """What the outing of each source cost for one participant, once an agent said it. Three queries."""
    days = _days(charges)
    costs = cost_facts({opening for opening, _ in days.values()})
    return {source: costs[opening] for source, (opening, _) in days.items() if opening in costs}


def _days(charges: Collection[Charge]) -> dict[str, tuple[int, int]]:
    """The opening and the child of each source that is booked or marked."""
    sources = {charge.source for charge in charges}
    days = {
        f"{LINE}{pk}": (opening, child)
        for pk, opening, child in ReservationLine.objects.filter(pk__in=_numbers(sources, LINE)).values_list(
            "pk", "opening", "reservation__child"
        )
    }
    days |= {
        f"{ATTENDANCE}{pk}": (opening, child)
        for pk, opening, child in AttendanceAct.objects.filter(
            pk__in=_numbers(sources, ATTENDANCE)
        ).values_list("pk", "opening", "child")
    }
    return days


def _numbers(sources: Collection[str], prefix: str) -> list[int]:
    return [number_in(source) for source in sources if source.startswith(prefix)]


def _times(openings: Collection[int]) -> dict[tuple[int, int], dict[str, object]]:
    """By opening and child, for the latest act of each."""
    acts = AttendanceAct.objects.filter(opening__in=openings).select_related("opening__slot")
    latest = {(act.opening_id, act.child_id): act for act in acts.order_by("at", "pk")}
    found: dict[tuple[int, int], dict[str, object]] = {}
    for key, act in latest.items():
        if act.mark == Mark.PRESENT and (act.arrived or act.left):
            slot = act.opening.slot
            ends = _minutes(slot.ends)
            left = _minutes(act.left or slot.ends)
            found[key] = {
                "minutes": max(0, left - _minutes(act.arrived or slot.starts)),
                "late_minutes": max(0, left - ends),
            }
    return found


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute
