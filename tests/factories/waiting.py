"""A full day that families wait for."""

from datetime import datetime

from booking.enums import PaymentMode, WaitingMode
from booking.models import Opening, Period, SlotGroup, WaitingEntry, WaitingPolicy
from booking.services.capacity import change_capacity
from booking.services.requests import submit_request
from booking.services.waiting import join_list
from core.models import User
from tests.factories.world import Canteen, Family, a_family


def a_waiting_list(
    period: Period, *, mode: WaitingMode = WaitingMode.AUTOMATIC, minutes: int = 120
) -> WaitingPolicy:
    return WaitingPolicy.objects.create(period=period, mode=mode, offer_minutes=minutes)


def fill(canteen: Canteen, *, now: datetime, places: int = 1, first: int = 0) -> list[Family]:
    """Give one day ``places`` places, taken by as many families, which may cancel. Nothing is prepaid any more."""
    day = canteen.openings[first]
    Opening.objects.filter(pk=day.pk).update(capacity=places)
    type(canteen.period).objects.filter(pk=canteen.period.pk).update(
        payment=PaymentMode.INVOICED, cancel_rule={"type": "until_start"}
    )
    canteen.period.refresh_from_db()
    families = [a_family(school=canteen.school) for _ in range(places)]
    for family in families:
        submit_request(
            child=family.child,
            period=canteen.period,
            wishes=canteen.wishes(first=first),
            cancellations=[],
            by=family.user,
            now=now,
        )
    return families


def give_back(canteen: Canteen, family: Family, *, now: datetime, first: int = 0) -> None:
    submit_request(
        child=family.child,
        period=canteen.period,
        wishes={},
        cancellations=[canteen.openings[first].pk],
        by=family.user,
        now=now,
    )


def waits(canteen: Canteen, family: Family, *, now: datetime, first: int = 0) -> WaitingEntry:
    return join_list(child=family.child, opening=canteen.openings[first], by=family.user, now=now)


def resize(opening: Opening, places: int, *, by: User, now: datetime, group: SlotGroup | None = None) -> None:
    """One day, or one group of it, has so many places from now on, by an agent."""
    change_capacity(
        period=opening.slot.period,
        slots=[opening.slot],
        weekdays=[opening.date.isoweekday()],
        dates=(opening.date, opening.date),
        capacity=places,
        by=by,
        now=now,
        group=group,
    )
