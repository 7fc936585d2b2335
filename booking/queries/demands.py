"""What waits for an agent: demands, their days, and what the agent needs to know to decide."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from booking.enums import LineState, PlaceState, ReservationState
from booking.models import Activity, OpeningGroup, Place, Reservation, ReservationLine
from booking.queries.office import find_reservations
from booking.queries.priorities import scored, scores
from booking.queries.reach import within
from core.models import Child
from core.rights import Reach

ORDERS: Mapping[str, tuple[str, ...]] = {
    "numero": ("pk",),
    "enfant": ("child__last_name__plain", "child__first_name__plain", "pk"),
    "classe": ("child__level", "child__class_name", "pk"),
    "periode": ("period__activity__establishment__name", "period__name", "pk"),
    "recue": ("created_at", "pk"),
    "du": ("first_date", "pk"),
    "jours": ("waiting", "pk"),
    "priorite": ("score", "pk"),
}
DEFAULT_ORDER = "recue"


@dataclass(frozen=True, kw_only=True)
class DemandDay:
    """One waiting day. ``left``: free places now, of the day and of the child’s group (None: no limit); ``rivals``: other children who ask for the same.

    ``siblings``: what children of the same household already have or ask for that day.
    """

    line: ReservationLine
    left: int | None
    rivals: int
    siblings: Sequence[str]
    score: int = 0

    @property
    def is_full(self) -> bool:
        return self.left == 0


def pending_demands(
    text: str = "",
    *,
    activity: int | None = None,
    day: date | None = None,
    level: str = "",
    class_name: str = "",
) -> QuerySet[Reservation]:
    """Demands with days that wait, ``waiting`` of them, ``full`` of those on days without a free place for the
    child’s group; their ``score``
    of priority; whether a brother or a sister (``has_siblings``) asks for the same period."""
    waiting = Q(lines__state=LineState.PENDING)
    full_group = OpeningGroup.objects.filter(
        opening=OuterRef("lines__opening"), group=OuterRef("lines__place__group"), capacity__lte=F("taken")
    )
    no_room = Q(lines__opening__capacity__lte=F("lines__opening__taken")) | Q(Exists(full_group))
    siblings = Reservation.objects.filter(
        household=OuterRef("household"), period=OuterRef("period"), state=ReservationState.PENDING
    ).exclude(child=OuterRef("child"))
    demands = scored(find_reservations(text, state=ReservationState.PENDING)).annotate(
        waiting=Count("lines", filter=waiting),
        full=Count("lines", filter=waiting & no_room),
        has_siblings=Exists(siblings),
    )
    if activity:
        demands = demands.filter(period__activity=activity)
    if day:
        asked = ReservationLine.objects.filter(
            reservation=OuterRef("pk"), state=LineState.PENDING, opening__date=day
        )
        demands = demands.filter(Exists(asked))
    if level:
        demands = demands.filter(child__level=level)
    if class_name:
        demands = demands.filter(child__class_name=class_name)
    return demands


def neighbours(reservation: Reservation, *, reach: Reach) -> tuple[int | None, int | None]:
    """The waiting demands within reach received just before and just after this one."""
    waiting = Reservation.objects.filter(within(reach, "period__activity"), state=ReservationState.PENDING)
    key = (reservation.created_at, reservation.pk)
    before = Q(created_at__lt=key[0]) | Q(created_at=key[0], pk__lt=key[1])
    after = Q(created_at__gt=key[0]) | Q(created_at=key[0], pk__gt=key[1])
    return (
        waiting.filter(before).order_by("-created_at", "-pk").values_list("pk", flat=True).first(),
        waiting.filter(after).order_by("created_at", "pk").values_list("pk", flat=True).first(),
    )


def asked_activities(reach: Reach) -> QuerySet[Activity]:
    """Services within reach that have a waiting demand."""
    asked = Reservation.objects.filter(period__activity=OuterRef("pk"), state=ReservationState.PENDING)
    return Activity.objects.filter(within(reach), Exists(asked)).select_related("establishment")


def asked_classes(reach: Reach) -> list[str]:
    waiting = Reservation.objects.filter(within(reach, "period__activity"), state=ReservationState.PENDING)
    classes = Child.objects.filter(pk__in=waiting.values("child")).exclude(class_name="")
    return list(classes.order_by("class_name").values_list("class_name", flat=True).distinct())


def waiting_lines(*, reach: Reach, **which: object) -> list[ReservationLine]:
    """Waiting days within reach, the oldest demand first within a day. ``which``: a filter on lines."""
    return list(
        ReservationLine.objects.filter(
            within(reach, "reservation__period__activity"), state=LineState.PENDING, **which
        )
        .select_related(
            "opening__slot",
            "place",
            "reservation__child__school",
            "reservation__household",
            "reservation__period__activity__establishment",
        )
        .prefetch_related("opening__groups")
        .order_by(
            "opening__date",
            "opening__slot__position",
            "opening__slot__starts",
            "reservation__created_at",
            "reservation_id",
        )
    )


def demand_days(lines: Collection[ReservationLine], *, reach: Reach, now: datetime) -> list[DemandDay]:
    """What to know about waiting days, in four queries whatever their number; of brothers and sisters, what is within
    reach."""
    openings = {line.opening_id for line in lines}
    lapsed = _lapsed(openings, now)
    asked = _counts(Place.objects.filter(opening__in=openings, state=PlaceState.REQUESTED))
    family = _family_places(lines, reach, now)
    points = scores({line.reservation_id for line in lines})
    return [
        DemandDay(
            line=line,
            left=line.opening.room.freed(lapsed.get(line.opening_id, {})).left(line.place.group_id),
            rivals=asked.get(line.opening_id, 1) - 1,
            siblings=[
                words
                for child, words in family.get((line.reservation.household_id, line.opening.date), ())
                if child != line.reservation.child_id
            ],
            score=points[line.reservation_id],
        )
        for line in lines
    ]


def _lapsed(openings: Collection[int], now: datetime) -> dict[int, dict[int | None, int]]:
    """By opening and group: holds whose time is over, still counted as taken."""
    rows = (
        Place.objects.lapsed(now)
        .filter(opening__in=openings)
        .values_list("opening_id", "group_id")
        .annotate(count=Count("pk"))
        .order_by()
    )
    found: dict[int, dict[int | None, int]] = {}
    for opening_id, group_id, count in rows:
        found.setdefault(opening_id, {})[group_id] = count
    return found


def _counts(places: QuerySet[Place]) -> dict[int, int]:
    return dict(places.values_list("opening").annotate(count=Count("pk")).order_by())


def _family_places(
    lines: Iterable[ReservationLine], reach: Reach, now: datetime
) -> dict[tuple[int, date], list[tuple[int, str]]]:
    """(child, « Roméo : Matin (acceptée) ») by household and date."""
    households = {line.reservation.household_id for line in lines}
    dates = {line.opening.date for line in lines}
    places = (
        Place.objects.live(now)
        .filter(
            within(reach, "opening__slot__period__activity"),
            child__household__in=households,
            opening__date__in=dates,
        )
        .select_related("child", "opening", "line")
        .order_by("opening__date", "child__first_name", "opening__slot__position")
    )
    found: dict[tuple[int, date], list[tuple[int, str]]] = {}
    for place in places:
        words = f"{place.child.first_name}\u00a0: {place.line.label} ({place.get_state_display().lower()})"
        found.setdefault((place.child.household_id, place.opening.date), []).append((place.child_id, words))
    return found
