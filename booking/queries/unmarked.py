"""What a campaign should know before it invoices: children who were expected and whom nobody marked."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from billing.campaign_checks import Finding
from billing.enums import AnomalyKind
from billing.models import Regie
from booking.enums import TAKING, Mark
from booking.models import AttendanceAct, Place
from core.clock import today
from core.words import NBSP, plural, short_date
from tenants.context import town_timezone

# An activity is attended when somebody marked it that long before the campaign's days, or since: a forgotten month shows.
HABIT = timedelta(days=60)


def unmarked_bookings(regie: Regie, first: date, last: date) -> Iterator[Finding]:
    """One finding a service and past day, in an attended activity, with children nobody has marked. One query."""
    attended = AttendanceAct.objects.filter(
        opening__slot__period__activity=OuterRef("opening__slot__period__activity"),
        opening__date__gte=first - HABIT,
    )
    latest = AttendanceAct.objects.filter(opening=OuterRef("opening"), child=OuterRef("child")).order_by(
        "-at", "-pk"
    )
    school, service = "opening__slot__period__activity__establishment__name", "opening__slot__label"
    days = (
        Place.objects.filter(
            Exists(attended),
            state__in=TAKING,
            opening__slot__period__activity__regie=regie,
            opening__date__range=(first, last),
            opening__date__lt=today(town_timezone()),
        )
        .annotate(mark=Subquery(latest.values("mark")[:1]))
        .filter(Q(mark=None) | Q(mark=Mark.NONE))
        .values("opening__date", school, service)
        .annotate(children=Count("pk"))
        .order_by("opening__date", school, service)
    )
    for day in days:
        children = plural(day["children"], "enfant réservé et non pointé", "enfants réservés et non pointés")
        when = short_date(day["opening__date"])
        yield Finding(
            kind=AnomalyKind.UNMARKED,
            detail=f"{day[service]} ({day[school]}), {when}{NBSP}: {children}.",
        )
