"""Repas à commander: who eats where, day by day of a week, and what has changed since the last order.

A meal is a place of a service that is open at half past twelve. Three queries, whatever the number of children.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.db.models import Count

from booking.enums import TAKING, ChangeKind, PlaceState
from booking.models import Activity, MealOrder, Opening, Place
from core.levels import Level
from core.models import Establishment

MIDDAY = time(12, 30)
WITHOUT_LEVEL = "Sans niveau"


@dataclass(frozen=True, kw_only=True)
class MealCount:
    """Meals of one column of the planning (its stage) and one level. ``awaiting``: places whose payment is awaited."""

    label: str
    level: str
    group: str
    confirmed: int
    awaiting: int

    @property
    def total(self) -> int:
        return self.confirmed + self.awaiting


@dataclass(frozen=True, kw_only=True)
class DayMeals:
    date: date
    counts: tuple[MealCount, ...] = ()
    order: MealOrder | None = None
    closed: str = ""  # why nobody eats
    note: str = ""  # « pique-nique »

    @property
    def confirmed(self) -> int:
        return sum(count.confirmed for count in self.counts)

    @property
    def awaiting(self) -> int:
        return sum(count.awaiting for count in self.counts)

    @property
    def total(self) -> int:
        return self.confirmed + self.awaiting

    @property
    def difference(self) -> int:
        """How many meals more (or fewer) than the last order."""
        return self.total - self.order.total if self.order else 0


@dataclass(kw_only=True)
class ServiceMeals:
    activity: Activity
    days: list[DayMeals] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(day.total for day in self.days)

    @property
    def by_label(self) -> list[tuple[str, int]]:
        """The week's meals by column of the planning."""
        return sorted(self._sums(lambda count: count.label).items())

    @property
    def by_group(self) -> list[tuple[str, int]]:
        """The week's meals by group of levels."""
        return sorted(self._sums(lambda count: count.group).items())

    def _sums(self, key: Callable[[MealCount], str]) -> Counter[str]:
        sums: Counter[str] = Counter()
        for day in self.days:
            for count in day.counts:
                sums[key(count)] += count.total
        return sums


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def meals_of_week(
    monday: date, *, now: datetime, establishment: Establishment | None = None
) -> list[ServiceMeals]:
    """The services that serve a meal in this week, in the town's order, with their open days."""
    openings = _openings(monday, monday + timedelta(days=6), establishment)
    counts = _counts(openings, now)
    orders = _last_orders(monday, monday + timedelta(days=6))
    notes = dict(
        Opening.objects.filter(
            pk__in=[opening.pk for opening in openings],
            changes__kind=ChangeKind.MEAL,
            changes__undone_at__isnull=True,
        ).values_list("pk", "changes__reason")
    )
    services = []
    for activity, of_activity in groupby(openings, key=lambda one: one.slot.period.activity):
        service = ServiceMeals(activity=activity)
        by_date: dict[date, list[Opening]] = {}
        for opening in of_activity:
            by_date.setdefault(opening.date, []).append(opening)
        for day, served in sorted(by_date.items()):
            is_closed = all(opening.closed_reason for opening in served)
            service.days.append(
                DayMeals(
                    date=day,
                    counts=tuple(count for opening in served for count in counts.get(opening.pk, ())),
                    order=orders.get((activity.pk, day)),
                    closed=served[0].closed_reason if is_closed else "",
                    note=next((notes[opening.pk] for opening in served if opening.pk in notes), ""),
                )
            )
        services.append(service)
    return services


def _openings(start: date, end: date, establishment: Establishment | None) -> list[Opening]:
    openings = Opening.objects.filter(
        date__range=(start, end), slot__starts__lte=MIDDAY, slot__ends__gt=MIDDAY
    ).select_related("slot__period__activity__establishment")
    if establishment:
        openings = openings.filter(slot__period__activity__establishment=establishment)
    return list(
        openings.order_by(
            "slot__period__activity__establishment__position",
            "slot__period__activity__establishment__name",
            "slot__period__activity__position",
            "slot__period__activity__name",
            "slot__period__activity_id",
            "date",
            "slot__position",
        )
    )


def _counts(openings: Iterable[Opening], now: datetime) -> dict[int, list[MealCount]]:
    rows = (
        Place.objects.live(now)
        .filter(opening__in=[opening.pk for opening in openings], state__in=TAKING)
        .order_by()
        .values_list("opening", "line__label", "child__level", "state")
        .annotate(count=Count("pk"))
    )
    sums: dict[tuple[int, str, str], Counter[str]] = {}
    for opening, label, level, state, count in rows:
        sums.setdefault((opening, label, level), Counter())[state] += count
    order = [level.value for level in Level]
    found: dict[int, list[MealCount]] = {}
    for (opening, label, level), states in sorted(
        sums.items(), key=lambda item: (item[0][1], order.index(item[0][2]) if item[0][2] else len(order))
    ):
        found.setdefault(opening, []).append(
            MealCount(
                label=label,
                level=Level(level).label if level else WITHOUT_LEVEL,
                group=Level(level).group.label if level else WITHOUT_LEVEL,
                confirmed=states[PlaceState.CONFIRMED],
                awaiting=states[PlaceState.HELD],
            )
        )
    return found


def _last_orders(start: date, end: date) -> dict[tuple[int, date], MealOrder]:
    orders = (
        MealOrder.objects.filter(date__range=(start, end))
        .select_related("ordered_by")
        .order_by("activity_id", "date", "-pk")
        .distinct("activity_id", "date")
    )
    return {(order.activity_id, order.date): order for order in orders}
