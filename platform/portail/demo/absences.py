"""An absence of the first family: a paid meal missed for illness, whose certificate an agent has still to read."""

from datetime import date, datetime, time

from booking.enums import PlaceState
from booking.models import AbsenceReport, Period, Place
from booking.rules.absence import AbsenceReason
from booking.services.absences import report_absence
from core.clock import now
from core.models import Child
from tenants.context import town_timezone


def report_missed_meal(child: Child, period: Period) -> None:
    """The last paid meal that is past, told that very morning; nothing when the period has no rule for it."""
    today = now().astimezone(town_timezone()).date()
    missed = (
        Place.objects.filter(
            child=child, opening__slot__period=period, state=PlaceState.CONFIRMED, opening__date__lt=today
        )
        .order_by("-opening__date")
        .values_list("opening__date", flat=True)
        .first()
    )
    if missed is None or period.absences is None or AbsenceReport.objects.filter(child=child).exists():
        return
    report_absence(
        child=child,
        period=period,
        first=missed,
        last=missed,
        reason=AbsenceReason.ILLNESS,
        note="",
        file=None,
        by=child.household.guardians.get(user__isnull=False).user,
        now=_morning(missed),
    )


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(7, 40), tzinfo=town_timezone())
