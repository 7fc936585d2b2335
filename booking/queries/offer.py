"""What may be booked: periods with their establishments, and which of them are for a child."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby

from django.db.models import QuerySet

from booking.models import Activity, Period
from booking.queries.access import Lacks, Standing, is_for, lacks_of, period_obstacles, standings
from core.models import Child, Establishment
from core.words import NBSP
from tenants.context import town_timezone


def periods() -> QuerySet[Period]:
    """Periods with all that a planning needs of them."""
    return Period.objects.select_related("activity__establishment", "activity__regie", "waiting_policy")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A period offered to a child; ``obstacle`` says why it cannot be booked at this moment, "" when it can.

    ``lacks``: the part of it that is for the family to give, online.
    """

    period: Period
    lacks: Lacks
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
    """By child: the running and coming periods of its class and school, in the town's order.

    A period it may not book says what is missing. The number of queries depends neither on the children nor on the
    periods. ``children`` need their school and household loaded.
    """
    children = list(children)
    tz = town_timezone()
    today = now.astimezone(tz).date()
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
    known = standings(children, running, now=now)
    return {
        child.pk: [
            _choice(child, period, known.of(child, period), now=now, tz=tz)
            for period in running
            if is_for(child, period)
        ]
        for child in children
    }


def _choice(child: Child, period: Period, standing: Standing, *, now: datetime, tz: tzinfo) -> Choice:
    found = period_obstacles(child=child, period=period, now=now, tz=tz, standing=standing)
    return Choice(period=period, obstacle=f"{NBSP}; ".join(found), lacks=lacks_of(period, standing))


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
