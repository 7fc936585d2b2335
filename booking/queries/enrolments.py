"""Who is enrolled in what, as the office reads it."""

from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from booking.models import Activity, Enrolment, Place
from core.models import Child
from core.queries.families import children_named
from core.queries.plain_text import plain

ORDERS = {
    "nom": ("child__last_name__plain", "child__first_name__plain", "pk"),
    "ecole": (
        "child__school__name__plain",
        "child__level",
        "child__class_name",
        "child__last_name__plain",
        "pk",
    ),
    "debut": ("valid_from", "child__last_name__plain", "pk"),
    "fin": ("valid_until", "child__last_name__plain", "pk"),
}


def running_on(day: date) -> Q:
    """Enrolments that hold on a day."""
    return Q(valid_from__lte=day) & (Q(valid_until__isnull=True) | Q(valid_until__gte=day))


def enrolment_activities(*, today: date) -> QuerySet[Activity]:
    """Every activity, those that need an enrolment first, with the number of children ``enrolled`` today. One query."""
    running = Q(enrolments__valid_from__lte=today) & (
        Q(enrolments__valid_until__isnull=True) | Q(enrolments__valid_until__gte=today)
    )
    return (
        Activity.objects.select_related("establishment")
        .annotate(enrolled=Count("enrolments__child", filter=running, distinct=True))
        .order_by("-needs_enrolment", "establishment__position", "position", "name")
    )


def enrolments_of(
    activity: Activity, *, today: date, text: str = "", over: bool = False
) -> QuerySet[Enrolment]:
    """Running and coming enrolments, or those that are ``over``. One query."""
    past = Q(valid_until__lt=today)
    rows = activity.enrolments.select_related("child__school", "child__household").filter(
        past if over else ~past | Q(valid_until__isnull=True)
    )
    for word in map(plain, text.split()):
        rows = rows.filter(child__in=children_named(word))
    return rows


def with_enrolment(children: QuerySet[Child], activity: Activity, *, on: date) -> QuerySet[Child]:
    """Children with ``is_enrolled``: an enrolment that holds on a day, or begins after it."""
    known = Enrolment.objects.filter(child=OuterRef("pk"), activity=activity).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=on)
    )
    return children.annotate(is_enrolled=Exists(known))


def booked_after(activity: Activity, *, children: QuerySet[Child], day: date) -> int:
    """How many of these children hold a place of the activity after a day."""
    places = Place.objects.filter(
        child__in=children, opening__date__gt=day, opening__slot__period__activity=activity
    )
    return places.exclude(released_at__isnull=False).values("child").distinct().count()
