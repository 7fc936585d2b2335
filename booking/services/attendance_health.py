"""A sheet with the allergies and the PAI of its children, for somebody who has to know: the reading is written down."""

from datetime import datetime

from booking.queries.attendance import Sheet
from core.models import User
from core.services.health import read_alerts
from core.words import NBSP


def open_health(sheet: Sheet, *, by: User, on: str, now: datetime) -> Sheet:
    """The sheet with the alerts of everybody on it. ``on`` says which support shows it: « Pointage », « PDF »."""
    opening = sheet.opening
    place = f"{on}{NBSP}: {opening.slot.label}, {opening.date:%d/%m/%Y}"
    alerts = read_alerts(
        children=[row.child.pk for row in sheet.rows], day=opening.date, by=by, place=place, now=now
    )
    return sheet.with_alerts(alerts)
