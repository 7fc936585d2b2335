"""A family's bookings as an iCalendar text. Only first names, services and hours: an address may be shared by mistake."""

from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy
from icalendar import Calendar, Event

from booking.enums import PlaceState
from booking.models import Place
from core.models import Household
from core.queries.face import face
from tenants.context import town_timezone, town_url

PAST = timedelta(days=30)
_STATES = {
    PlaceState.CONFIRMED: ("CONFIRMED", ""),
    PlaceState.HELD: ("TENTATIVE", gettext_lazy("à payer")),
    PlaceState.REQUESTED: ("TENTATIVE", gettext_lazy("en attente de traitement")),
}


def feed_text(household: Household, *, now: datetime) -> bytes:
    """The bookings of the last month and to come, in the town's zone. The same bookings give the same text.

    What is cancelled is no longer in it: calendars that follow the address take it away.
    """
    tz = town_timezone()
    calendar = Calendar()
    calendar.add("prodid", "-//Portail//Reservations//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{face().town.name} – {household.name}")
    calendar.add("x-wr-timezone", str(tz))
    calendar.add("x-published-ttl", "PT1H")
    host = urlsplit(town_url()).hostname
    for place in _places(household, now=now, since=now.astimezone(tz).date() - PAST):
        calendar.add_component(_event(place, str(host)))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _places(household: Household, *, now: datetime, since: date) -> list[Place]:
    return list(
        Place.objects.live(now)
        .filter(child__household=household, opening__date__gte=since)
        .select_related("child", "line__reservation", "opening__slot__period__activity__establishment")
        .order_by("opening__date", "opening__slot__starts", "child__first_name", "pk")
    )


def _event(place: Place, host: str) -> Event:
    slot, tz = place.opening.slot, town_timezone()
    activity = slot.period.activity
    status, note = _STATES[PlaceState(place.state)]
    event = Event()
    # The same for a day that is cancelled and booked again: calendars then change it and do not show it twice.
    event.add("uid", f"{place.opening_id}-{place.child_id}@{host}")
    event.add("dtstamp", place.line.reservation.created_at)
    event.add("dtstart", datetime.combine(place.opening.date, slot.starts, tzinfo=tz))
    event.add("dtend", datetime.combine(place.opening.date, slot.ends, tzinfo=tz))
    title = f"{place.child.first_name} – {slot.label}"
    event.add("summary", f"{title} ({note})" if note else title)
    event.add("description", f"{activity.name}\n{place.line.reservation.name}")
    event.add("location", activity.establishment.name)
    event.add("status", status)
    event.add("transp", "TRANSPARENT")  # the child is busy, not its parents
    return event
