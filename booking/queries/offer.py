"""What may be booked: periods with their establishments, and which of them are for a child."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Q, QuerySet

from booking.models import Activity, Enrolment, Period
from booking.queries.planning import audience_obstacles, window_obstacle
from core.models import Child, Establishment
from tenants.context import town_timezone


def periods() -> QuerySet[Period]:
    """Periods with all that a planning needs of them."""
    return Period.objects.select_related("activity__establishment", "activity__regie")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A period offered to a child; ``obstacle`` says why it cannot be booked at this moment, "" when it can."""

    period: Period
    obstacle: str = ""


@dataclass(frozen=True, kw_only=True)
class ActivityChoices:
    activity: Activity
    choices: Sequence[Choice]


@dataclass(frozen=True, kw_only=True)
class EstablishmentChoices:
    establishment: Establishment
    activities: Sequence[ActivityChoices]


def choices_for(children: Iterable[Child], *, now: datetime) -> dict[int, list[Choice]]:
    """By child: the running and coming periods it may book, in the town's order, in two queries for all children.

    A period that is not for the child at all is left out; one that is not open yet, or no more, says so.
    ``children`` need their school loaded.
    """
    children = list(children)
    today = now.astimezone(town_timezone()).date()
    enrolled = set(
        Enrolment.objects.filter(child__in=children, valid_from__lte=today)
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today))
        .values_list("child_id", "activity_id")
    )
    running = list(
        periods()
        .filter(end__gte=today)
        .order_by(
            "activity__establishment__position",
            "activity__establishment__name",
            "activity__position",
            "activity__name",
            "start",
            "name",
        )
    )
    return {
        child.pk: [
            Choice(period=period, obstacle=window_obstacle(period, now=now))
            for period in running
            if not audience_obstacles(
                child=child, period=period, enrolled=(child.pk, period.activity_id) in enrolled
            )
        ]
        for child in children
    }


def as_tree(choices: Iterable[Choice]) -> list[EstablishmentChoices]:
    """établissement → activité → période, from choices in the town's order."""
    return [
        EstablishmentChoices(
            establishment=establishment,
            activities=[
                ActivityChoices(activity=activity, choices=list(group))
                for activity, group in groupby(of_establishment, key=lambda choice: choice.period.activity)
            ],
        )
        for establishment, of_establishment in groupby(
            choices, key=lambda choice: choice.period.activity.establishment
        )
    ]
