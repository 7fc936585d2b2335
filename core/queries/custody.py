"""Children of two households: who sees them, whose day it is, who pays. A household never learns the other's file."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import Q, QuerySet

from core.custody import WHOLE, Arrangement, Part
from core.models import Child, Custody, Household


def children_of(household: Household, *, on: date) -> list[Child]:
    """The children of a household and those it shares on a day, as this household sees them. One query.

    ``child.household`` is then the household that looks: what it books, and the prices, are its own. Such a child
    must not be saved.
    """
    children = list(visible_to(household, on=on))
    for child in children:
        child.is_shared = child.household_id != household.pk
        child.household = household
    return children


def visible_to(household: Household, *, on: date) -> QuerySet[Child]:
    shared = Custody.objects.filter(second=household, valid_from__lte=on).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=on)
    )
    return Child.objects.filter(Q(household=household) | Q(pk__in=shared.values("child"))).select_related(
        "school"
    )


class Custodies:
    """The shared custodies of some children, loaded once and asked for any day."""

    def __init__(self, children: Collection[int] = ()) -> None:
        self._by_child: dict[int, dict[int, Custody]] = {}
        if children:
            self._read(Q(child__in=children))

    def add(self, households: Collection[int]) -> None:
        """Those of the children of some households, shared by them or with them. One query."""
        self._read(Q(child__household__in=households) | Q(second__in=households))

    def _read(self, whose: Q) -> None:
        for custody in Custody.objects.filter(whose).select_related("child"):
            self._by_child.setdefault(custody.child_id, {})[custody.pk] = custody

    def on(self, child_id: int, day: date) -> Arrangement | None:
        found = (one for one in self._by_child.get(child_id, {}).values() if one.holds_on(day))
        custody = next(found, None)
        return custody.arrangement if custody else None

    def parts(self, child_id: int, day: date, *, household_id: int) -> Sequence[Part]:
        """Who pays a day; ``household_id`` alone when the child is not shared."""
        arrangement = self.on(child_id, day)
        return arrangement.parts_on(day) if arrangement else [Part(household_id, WHOLE)]

    def home(self, child_id: int, day: date) -> int | None:
        """Whose day it is; None: the household's that asks, or both's."""
        arrangement = self.on(child_id, day)
        return arrangement.home_on(day) if arrangement else None


def custodies_of(child: Child) -> QuerySet[Custody]:
    return child.custodies.select_related("second", "recorded_by")
