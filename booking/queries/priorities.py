"""Which demands come first: the points of their period's criteria, counted from what the town knows today."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from booking.enums import TAKING, PlaceState, PriorityCriterion
from booking.models import FamilyPriority, Period, Place, PriorityRule, Reservation
from core.residence import Residence

_C = PriorityCriterion


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A criterion of the period, whether the demand meets it, and the points that it gives."""

    label: str
    points: int
    met: bool


def scored(demands: QuerySet[Reservation]) -> QuerySet[Reservation]:
    """Demands with their ``score``: the points of the criteria that they meet. In the same query."""
    total: Combinable = Value(0)
    for criterion, fact in _facts().items():
        points = PriorityRule.objects.filter(period=OuterRef("period"), criterion=criterion).values("points")
        given = Coalesce(Subquery(points[:1]), 0)
        total += Case(When(fact, then=given), default=Value(0), output_field=IntegerField())
    return demands.annotate(score=total)


def scores(reservation_ids: Collection[int]) -> dict[int, int]:
    """By reservation. One query."""
    rows: QuerySet[Any, Any] = scored(Reservation.objects.filter(pk__in=reservation_ids))
    return dict(rows.order_by().values_list("pk", "score"))


def reasons(reservation: Reservation) -> list[Reason]:
    """Why this demand has its score; empty when its period has no criterion. Two queries."""
    rules = {rule.criterion: rule for rule in rules_of(reservation.period)}
    if not rules:
        return []
    facts = {
        f"meets_{criterion}": Case(When(fact, then=True), default=False)
        for criterion, fact in _facts().items()
    }
    met = Reservation.objects.filter(pk=reservation.pk).annotate(**facts).values(*facts).get()
    return [
        Reason(label=rule.get_criterion_display(), points=rule.points, met=met[f"meets_{criterion}"])
        for criterion, rule in rules.items()
    ]


def rules_of(period: Period) -> Sequence[PriorityRule]:
    return list(PriorityRule.objects.filter(period=period).order_by("-points", "criterion"))


def _facts() -> Mapping[str, Q | Exists]:
    """What each criterion asks of a demand."""
    same_activity = {"opening__slot__period__activity": OuterRef("period__activity")}
    siblings = Place.objects.filter(
        child__household=OuterRef("household"), state__in=TAKING, **same_activity
    ).exclude(child=OuterRef("child"))
    attended = Place.objects.filter(
        child=OuterRef("child"),
        state=PlaceState.CONFIRMED,
        opening__date__lt=OuterRef("first_date"),
        **same_activity,
    )
    facts: dict[str, Q | Exists] = {
        _C.RESIDENT: Q(household__is_resident=True),
        _C.WORKS_HERE: Q(household__is_resident=False, household__tie=Residence.WORKS_HERE),
        _C.SIBLING: Exists(siblings),
        _C.ATTENDED: Exists(attended),
    }
    for criterion in _C.ticked():
        ticked = FamilyPriority.objects.filter(household=OuterRef("household"), criterion=criterion)
        facts[criterion] = Exists(ticked)
    return facts
