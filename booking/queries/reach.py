"""What of the offer an agent's rights reach (core.rights.Reach): a role may hold for some places only."""

from django.db.models import Q, QuerySet

from booking.models import Activity, Enrolment, Reservation
from core.models import Child
from core.rights import Reach, ScopeKind
from core.scope_places import Place


def within(reach: Reach, activity: str = "") -> Q:
    """The rows whose activity, at the end of the path ``activity``, is reached; every row when reach is everywhere."""
    if reach.everywhere:
        return Q()
    path = f"{activity}__" if activity else ""
    return Q(**{f"{path}code__in": reach.activities}) | Q(
        **{f"{path}establishment__code__in": reach.establishments}
    )


def covers(reach: Reach, activity: Activity) -> bool:
    """``within`` for one activity whose establishment is already read. No query."""
    return (
        reach.everywhere
        or activity.code in reach.activities
        or activity.establishment.code in reach.establishments
    )


def children_of_activities(reach: Reach) -> QuerySet:
    """Keys of the children enrolled in what is reached, or for whom it was booked: see core.queries.reach."""
    enrolled = Enrolment.objects.filter(within(reach, "activity")).values("child")
    booked = Reservation.objects.filter(within(reach, "period__activity")).values("child")
    return Child.objects.filter(Q(pk__in=enrolled) | Q(pk__in=booked)).values("pk")


def places_of_activities() -> list[Place]:
    return [
        Place(
            kind=ScopeKind.ACTIVITY,
            code=activity.code,
            label=f"{activity.name} – {activity.establishment.name}",
        )
        for activity in Activity.objects.select_related("establishment").order_by(
            "establishment__position", "establishment__name", "position", "name"
        )
    ]
