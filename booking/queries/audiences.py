"""Families by what their children are enrolled in, book, or come to on a day."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from booking.enums import LIVE, TAKING
from booking.models import Activity, Enrolment, Period, Place
from booking.queries.enrolments import running_on
from core.audiences import Source
from core.models import Child
from core.queries.audiences import households_of


class Activities(Source):
    """Children enrolled in it, or who hold a place in one of its periods that is not over."""

    key = "activite"
    label = "Une activité : ses inscrits et ceux qui y réservent"

    def choices(self, *, on: date) -> list[tuple[str, str]]:  # noqa: ARG002
        return _activities()

    def households(self, codes: Sequence[str], *, on: date) -> set[int]:
        enrolled = Enrolment.objects.filter(running_on(on), activity__code__in=codes)
        booked = Place.objects.filter(
            opening__slot__period__activity__code__in=codes,
            opening__slot__period__end__gte=on,
            state__in=LIVE,
        )
        children = Child.objects.filter(Q(pk__in=enrolled.values("child")) | Q(pk__in=booked.values("child")))
        return households_of(children, on=on)


class Periods(Source):
    key = "periode"
    label = "Une période : ceux qui y ont réservé"

    def choices(self, *, on: date) -> list[tuple[str, str]]:
        rows = Period.objects.filter(end__gte=on).select_related("activity__establishment")
        return [
            (period.code, f"{period.name} – {period.activity.name}, {period.activity.establishment.name}")
            for period in rows.order_by("activity__establishment__name", "activity__name", "start")
        ]

    def households(self, codes: Sequence[str], *, on: date) -> set[int]:
        places = Place.objects.filter(opening__slot__period__code__in=codes, state__in=LIVE)
        return households_of(Child.objects.filter(pk__in=places.values("child")), on=on)


class Expected(Source):
    """Those who hold a place on one day: what a closure or a late bus is told to."""

    key = "attendus"
    label = "Les enfants attendus un jour"
    wants_day = True
    lasts = False

    def choices(self, *, on: date) -> list[tuple[str, str]]:  # noqa: ARG002
        return _activities()

    def households(self, codes: Sequence[str], *, on: date) -> set[int]:
        places = Place.objects.filter(
            opening__date=on, opening__slot__period__activity__code__in=codes, state__in=TAKING
        )
        return households_of(Child.objects.filter(pk__in=places.values("child")), on=on)


def _activities() -> list[tuple[str, str]]:
    rows = Activity.objects.select_related("establishment").order_by(
        "establishment__position", "position", "name"
    )
    return [(activity.code, f"{activity.name} – {activity.establishment.name}") for activity in rows]
