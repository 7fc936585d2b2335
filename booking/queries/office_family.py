"""What the desk must see of a family at a glance: its accounts, its coming days, what happened lately."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from django.db.models import QuerySet

from billing.queries.ledger import RegieSummary, regie_summaries
from booking.enums import LIVE
from booking.models import AbsenceReport, Place, ReservationEvent
from booking.queries.absences import absences_of
from booking.queries.reach import within
from core.models import Household
from core.rights import Reach

COMING_DAYS = 14
LATEST = 8


def accounts(household: Household, reach: Reach, *, on: date) -> list[RegieSummary]:
    """Its account at each régie within reach where something was ever invoiced, paid, kept or is to be invoiced. Five
    queries."""
    return [
        one
        for one in regie_summaries(household, on=on)
        if (reach.everywhere or one.regie.code in reach.regies)
        and (one.entries or one.to_invoice or one.refunded)
    ]


def coming_days(household: Household, reach: Reach, *, today: date) -> Iterator[tuple[date, list[Place]]]:
    """Its places within reach of the next two weeks, day by day, in the order of the day. One query."""
    places = (
        Place.objects.filter(
            within(reach, "opening__slot__period__activity"),
            child__household=household,
            state__in=LIVE,
            opening__date__range=(today, today + timedelta(days=COMING_DAYS)),
        )
        .select_related("child", "line", "opening__slot__period__activity__establishment")
        .order_by("opening__date", "opening__slot__starts", "child__first_name", "pk")
    )
    for day, rows in groupby(places, key=lambda place: place.opening.date):
        yield day, list(rows)


def latest_absences(household: Household) -> QuerySet[AbsenceReport]:
    return absences_of(household)[:LATEST]


def history(household: Household, reach: Reach) -> QuerySet[ReservationEvent]:
    """The last acts on its requests within reach, by whomever. One query."""
    events = ReservationEvent.objects.filter(
        within(reach, "reservation__period__activity"), reservation__household=household
    )
    return events.select_related("reservation__child", "by").order_by("-at", "-pk")[:LATEST]
