"""Repas à commander: who eats where, day by day of a week, and what has changed since the last order.

A meal is a place of a service that is open at half past twelve; its diet is the child's choice of that very day.
What a family provides itself (PAI) is counted apart: the kitchen does not cook it.
Four queries, whatever the number of children.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.db.models import Count, F, Func, IntegerField, OuterRef, Q, Subquery

from booking.enums import TAKING, ChangeKind, PlaceState
from booking.models import Activity, MealOrder, Opening, Place
from core.child_file import USUAL_MEAL_NAME, MealKind
from core.levels import Level
from core.models import ChildMeal, Establishment

MIDDAY = time(12, 30)
WITHOUT_LEVEL = "Sans niveau"
# The first age that is no longer in the group: portions differ, whatever the class.
AGE_GROUPS = ((3, "Moins de 3 ans"), (6, "3 à 5 ans"), (12, "6 à 11 ans"), (200, "12 ans et plus"))


@dataclass(frozen=True, kw_only=True)
class MealCount:
    """Meals of one column of the planning (its stage), one level, one diet and one age group.

    ``diet`` is empty for the usual meal. ``awaiting``: places whose payment is awaited.
    """

    label: str
    level: str
    group: str
    diet: str = ""
    age: str = ""
    is_brought: bool = False
    confirmed: int
    awaiting: int

    @property
    def total(self) -> int:
        return self.confirmed + self.awaiting

    @property
    def diet_name(self) -> str:
        return self.diet or USUAL_MEAL_NAME


@dataclass(frozen=True, kw_only=True)
class DayMeals:
    date: date
    counts: tuple[MealCount, ...] = ()
    brought: int = 0  # provided by families, not to order
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

    @property
    def frozen(self) -> list[dict[str, object]]:
        """What an order of now would keep."""
        return [
            {
                "label": count.label,
                "level": count.level,
                "diet": count.diet,
                "age": count.age,
                "confirmed": count.confirmed,
                "awaiting": count.awaiting,
            }
            for count in self.counts
        ]

    @property
    def has_other_meals(self) -> bool:
        """As many meals as ordered, but not the same: a diet or a class has changed."""
        return self.order is not None and not self.difference and self.order.counts != self.frozen

    @property
    def by_diet(self) -> list[tuple[str, int]]:
        """The meals that are not the usual one."""
        return sorted(sums_of((count for count in self.counts if count.diet), "diet").items())

    @property
    def by_level(self) -> list[tuple[str, int]]:
        """By column and level, in the order of the classes."""
        sums: Counter[str] = Counter()
        for count in self.counts:
            sums[f"{count.label}, {count.level}"] += count.total
        return list(sums.items())


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
        return sorted(self._sums("label").items())

    @property
    def by_group(self) -> list[tuple[str, int]]:
        """The week's meals by group of levels."""
        return sorted(self._sums("group").items())

    @property
    def by_diet(self) -> list[tuple[str, int]]:
        """The week's meals by diet, the most frequent first."""
        return self._sums("diet_name").most_common()

    @property
    def by_age(self) -> list[tuple[str, int]]:
        sums = self._sums("age")
        return [(name, sums[name]) for _, name in AGE_GROUPS if sums[name]]

    def _sums(self, part: str) -> Counter[str]:
        return sums_of((count for day in self.days for count in day.counts), part)


def sums_of(counts: Iterable[MealCount], part: str) -> Counter[str]:
    """Meals by one of their parts: its name is an attribute of ``MealCount``."""
    sums: Counter[str] = Counter()
    for count in counts:
        sums[getattr(count, part)] += count.total
    return sums


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def meals_of_week(
    monday: date, *, now: datetime, establishment: Establishment | None = None, among: Q | None = None
) -> list[ServiceMeals]:
    """The services that serve a meal in this week, in the town's order, with their open days.

    ``among``: of the openings, those that the reader may see; none is left out without it.
    """
    openings = _openings(monday, monday + timedelta(days=6), establishment, among or Q())
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
            eaten = [count for opening in served for count in counts.get(opening.pk, ())]
            is_closed = all(opening.closed_reason for opening in served)
            service.days.append(
                DayMeals(
                    date=day,
                    counts=tuple(count for count in eaten if not count.is_brought),
                    brought=sum(count.total for count in eaten if count.is_brought),
                    order=orders.get((activity.pk, day)),
                    closed=served[0].closed_reason if is_closed else "",
                    note=next((notes[opening.pk] for opening in served if opening.pk in notes), ""),
                )
            )
        services.append(service)
    return services


def _openings(start: date, end: date, establishment: Establishment | None, among: Q) -> list[Opening]:
    openings = Opening.objects.filter(
        among, date__range=(start, end), slot__starts__lte=MIDDAY, slot__ends__gt=MIDDAY
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
    diet = ChildMeal.objects.filter(
        child=OuterRef("child"), valid_from__lte=OuterRef("opening__date")
    ).order_by("-valid_from")
    rows = (
        Place.objects.live(now)
        .filter(opening__in=[opening.pk for opening in openings], state__in=TAKING)
        .order_by()
        .annotate(
            diet=Subquery(diet.values("meal__name")[:1]),
            kind=Subquery(diet.values("meal__kind")[:1]),
            years=Func(
                F("opening__date"),
                F("child__birth_date"),
                template="EXTRACT(YEAR FROM AGE(%(expressions)s))::integer",
                output_field=IntegerField(),
            ),
        )
        .values_list("opening", "line__label", "child__level", "diet", "kind", "years", "state")
        .annotate(count=Count("pk"))
    )
    sums: dict[tuple[int, str, str, str, bool, str], Counter[str]] = {}
    for opening, label, level, chosen, kind, years, state, count in rows:
        key = (opening, label, level, chosen or "", kind == MealKind.PAI_OWN, _age_group(years))
        sums.setdefault(key, Counter())[state] += count
    order = {level.value: rank for rank, level in enumerate(Level)}
    found: dict[int, list[MealCount]] = {}
    for key in sorted(sums, key=lambda key: (key[1], order.get(key[2], len(order)), key[3:])):
        opening, label, level, chosen, is_brought, age = key
        found.setdefault(opening, []).append(
            MealCount(
                label=label,
                level=Level(level).label if level else WITHOUT_LEVEL,
                group=Level(level).group.label if level else WITHOUT_LEVEL,
                diet=chosen,
                age=age,
                is_brought=is_brought,
                confirmed=sums[key][PlaceState.CONFIRMED],
                awaiting=sums[key][PlaceState.HELD],
            )
        )
    return found


def _age_group(years: int) -> str:
    return next(name for limit, name in AGE_GROUPS if years < limit)


def _last_orders(start: date, end: date) -> dict[tuple[int, date], MealOrder]:
    orders = (
        MealOrder.objects.filter(date__range=(start, end))
        .select_related("ordered_by")
        .order_by("activity_id", "date", "-pk")
        .distinct("activity_id", "date")
    )
    return {(order.activity_id, order.date): order for order in orders}
