"""Which period a brother or sister may book like another child's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from django.utils.translation import gettext as _

from booking.models import Period, Slot
from booking.queries.offer import choices_for
from core.models import Child


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """``period`` to book for this child, or why there is none, one sentence without stop."""

    child: Child
    period: Period | None = None
    why: str = ""


def periods_like(period: Period, children: Iterable[Child], *, now: datetime) -> list[Likeness]:
    """The same period or, for a child of another school, the only one of the same kind of days with the same hours.

    ``children`` need their school and household loaded.
    """
    children = list(children)
    choices = choices_for(children, now=now)
    offered = {choice.period.pk for own in choices.values() for choice in own}
    hours = _hours({period.pk, *offered})
    found = []
    for child in children:
        own = {choice.period.pk: choice for choice in choices[child.pk]}
        if period.pk in own:
            same = own[period.pk]
            found.append(Likeness(child=child, period=None if same.obstacle else period, why=same.obstacle))
            continue
        alike = [
            choice.period
            for choice in own.values()
            if not choice.obstacle
            and _same_days(choice.period, period)
            and hours.get(choice.period.pk, set()) & hours.get(period.pk, set())
        ]
        if len(alike) == 1:
            found.append(Likeness(child=child, period=alike[0]))
        else:
            found.append(
                Likeness(
                    child=child,
                    why=_("aucune période comme « %(period)s » à réserver") % {"period": period.name},
                )
            )
    return found


def _same_days(one: Period, other: Period) -> bool:
    return (
        one.in_school_holidays == other.in_school_holidays
        and bool(set(one.weekdays) & set(other.weekdays))
        and one.start <= other.end
        and other.start <= one.end
    )


def _hours(period_ids: Iterable[int]) -> dict[int, set[tuple[time, time]]]:
    hours: dict[int, set[tuple[time, time]]] = {}
    for period_id, starts, ends in Slot.objects.filter(period__in=period_ids).values_list(
        "period_id", "starts", "ends"
    ):
        hours.setdefault(period_id, set()).add((starts, ends))
    return hours
