"""What the règlement promises today about the days to come that are booked: to compare with another règlement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from billing.queries.prices import load_prices
from booking.models import Period, Place
from booking.queries.planning import RULE, full_name
from booking.rules.cutoffs import last_moment
from core.calendars import Calendar
from core.models import Child
from core.queries.calendar import town_calendar
from tenants.context import town_timezone


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """One booked day to come. ``price``: euros that booking it again would cost, for whatever reason."""

    period: str
    child_id: int
    household_id: int
    child: str
    date: date
    label: str
    book_until: datetime | None
    cancel_until: datetime | None
    price: Decimal
    closed: str


def commitments(*, now: datetime, child: Child | None = None) -> dict[int, Commitment]:
    """By place, those of today and later; of one ``child`` only, if given. The number of queries depends on the periods,
    not on the bookings."""
    return _Reader(now, child).read()


class _Reader:
    def __init__(self, now: datetime, child: Child | None) -> None:
        self.tz = town_timezone()
        today = now.astimezone(self.tz).date()
        coming = Place.objects.live(now).filter(opening__date__gte=today)
        if child:
            coming = coming.filter(child=child)
        self.places = list(
            coming.select_related(
                "child__household",
                "child__school",
                "line__stage",
                "opening__slot__period__activity__establishment",
            ).order_by("opening__date", "pk")
        )
        self.calendars: dict[int, Calendar] = {}
        self.moments: dict[tuple[int, date], tuple[datetime | None, datetime | None]] = {}
        self.prices = load_prices(
            {place.line.stage.tariff_id for place in self.places if place.line.stage.tariff_id},
            households={place.child.household_id for place in self.places},
        )

    def read(self) -> dict[int, Commitment]:
        return {place.pk: self._read(place) for place in self.places}

    def _read(self, place: Place) -> Commitment:
        opening, stage, child = place.opening, place.line.stage, place.child
        key = (stage.pk, opening.date)
        if key not in self.moments:
            self.moments[key] = self._moments(place)
        book_until, cancel_until = self.moments[key]
        return Commitment(
            period=full_name(opening.slot.period),
            child_id=child.pk,
            household_id=child.household_id,
            child=str(child),
            date=opening.date,
            label=place.line.label,
            book_until=book_until,
            cancel_until=cancel_until,
            price=self.prices.price(stage.tariff_id, child, opening.date).amount,
            closed=opening.closed_reason,
        )

    def _moments(self, place: Place) -> tuple[datetime | None, datetime | None]:
        """The last moments to book this stage of this day, and to cancel it: the same for every child."""
        slot = place.opening.slot
        start = datetime.combine(place.opening.date, slot.starts, tzinfo=self.tz)
        calendar = self._calendar(slot.period)

        def until(rule: Mapping) -> datetime | None:
            found = last_moment(
                RULE.validate_python(rule),
                service_start=start,
                period=slot.period.dates,
                calendar=calendar,
                tz=self.tz,
            )
            return found.at

        return until(place.line.stage.cutoff), until(slot.period.cancel_rule)

    def _calendar(self, period: Period) -> Calendar:
        if period.pk not in self.calendars:
            self.calendars[period.pk] = town_calendar(
                period.start, period.end, establishment=period.activity.establishment
            )
        return self.calendars[period.pk]
