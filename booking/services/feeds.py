import secrets
from datetime import datetime

from booking.models import CalendarFeed
from core.models import Household, User


def open_feed(*, household: Household, by: User, now: datetime) -> CalendarFeed:
    """Give the household a new private address for its calendars; the one before, if any, no longer works."""
    feed, _ = CalendarFeed.objects.update_or_create(
        household=household,
        defaults={"token": secrets.token_urlsafe(32), "created_at": now, "created_by": by},
    )
    return feed


def close_feed(*, household: Household) -> None:
    """The address no longer works, and no other takes its place."""
    CalendarFeed.objects.filter(household=household).delete()
