"""How long a family has to pay what the office accepted or booked for it."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from core.models import CommuneSettings
from tenants.context import town_timezone


def office_deadline(services: Iterable[tuple[date, time]], *, now: datetime) -> datetime:
    """The town's delay for what the office decides, but never after the first service begins, and never less than what
    a family has for its own basket. ``services``: the local days and hours to be paid."""
    town = CommuneSettings.objects.only("hold_minutes", "office_hold_hours").get()
    tz = town_timezone()
    first = min(datetime.combine(day, starts, tzinfo=tz) for day, starts in services)
    least = now + timedelta(minutes=town.hold_minutes)
    return max(least, min(now + timedelta(hours=town.office_hold_hours), first))
