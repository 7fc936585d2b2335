"""What a family sees of its coming days at the top of its account: booked, and ticked but not confirmed yet."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from booking.enums import LIVE
from booking.models import BookingDraft, Period, Place
from core.models import Child, Household

DAYS = 7


@dataclass(kw_only=True)
class Coming:
    """One child in one period. ``days``: each with the names of what is booked; ``ticked``: changes to confirm."""

    child: Child
    period: Period
    days: list[tuple[date, list[str]]] = field(default_factory=list)
    ticked: int = 0


def coming(household: Household, *, today: date) -> list[Coming]:
    """By child, then by period; what another home booked for a shared child is not there. Two queries."""
    rows: dict[tuple[int, int], Coming] = {}
    for (child, period), places in groupby(_places(household, today), key=_owner):
        row = rows.setdefault((child.pk, period.pk), Coming(child=child, period=period))
        row.days = [
            (day, [place.line.label for place in of_day])
            for day, of_day in groupby(places, key=lambda place: place.opening.date)
        ]
    drafts = BookingDraft.objects.filter(household=household, period__end__gte=today)
    for draft in drafts.select_related("child", "period__activity"):
        if ticked := len(draft.wishes) + len(draft.cancellations):
            key = draft.child_id, draft.period_id
            rows.setdefault(key, Coming(child=draft.child, period=draft.period)).ticked = ticked
    return sorted(rows.values(), key=lambda row: (row.child.first_name, row.period.activity.name))


def _places(household: Household, today: date) -> Iterable[Place]:
    booked = Place.objects.filter(
        line__reservation__household=household,
        state__in=LIVE,
        opening__date__range=(today, today + timedelta(days=DAYS)),
    )
    return booked.select_related("child", "line", "opening__slot__period__activity").order_by(
        "child", "opening__slot__period", "opening__date", "opening__slot__starts", "pk"
    )


def _owner(place: Place) -> tuple[Child, Period]:
    return place.child, place.opening.slot.period
