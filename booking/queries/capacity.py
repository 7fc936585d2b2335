"""Places of a period as the office watches them: taken, asked for, nearly full, and the adults they need."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import Count, DateField, F, Func, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from booking.enums import PlaceState
from booking.models import Opening, OpeningGroup, Period, Place, Slot, Staffing, WaitingEntry

# From this share of its places, in percent, an opening is worth a look.
NEARLY_FULL = 90


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What has places: a slot of a day, or one of its groups."""

    counter: Opening | OpeningGroup

    @property
    def is_full(self) -> bool:
        return self.counter.capacity is not None and self.counter.taken >= self.counter.capacity

    @property
    def is_nearly_full(self) -> bool:
        capacity = self.counter.capacity
        return (
            capacity is not None and not self.is_full and self.counter.taken * 100 >= capacity * NEARLY_FULL
        )


@dataclass(frozen=True, kw_only=True)
class OpeningPlaces(Counted):
    """One slot of one day. ``asked``: demands an agent has not decided; ``waiting``: children on the waiting list."""

    opening: Opening
    groups: Sequence[Counted] = ()
    asked: int = 0
    waiting: int = 0
    adults_needed: int | None = None  # None: the town does not say how the slot is staffed
    adults: int = 0

    @property
    def lacks_adults(self) -> bool:
        return self.adults_needed is not None and self.adults_needed > self.adults


@dataclass(frozen=True, kw_only=True)
class PlacesDay:
    date: date
    cells: Sequence[OpeningPlaces | None]  # one a slot


def watched_periods(*, today: date) -> QuerySet[Period]:
    """Running and coming periods, with how many days come, and are ``full`` or ``nearly``; ``full_groups``. One query."""
    coming = Q(slots__openings__date__gte=today, slots__openings__closed_reason="")
    capacity, taken = F("slots__openings__capacity"), F("slots__openings__taken")
    full = coming & Q(slots__openings__capacity__lte=taken)
    nearly = coming & Q(
        slots__openings__taken__gte=capacity * NEARLY_FULL / 100.0, slots__openings__taken__lt=capacity
    )
    return (
        Period.objects.filter(end__gte=today)
        .select_related("activity__establishment")
        .annotate(
            coming=Count("slots__openings", filter=coming),
            places=Sum("slots__openings__capacity", filter=coming),
            taken=Sum("slots__openings__taken", filter=coming),
            full=Count("slots__openings", filter=full),
            nearly=Count("slots__openings", filter=nearly),
            full_groups=Coalesce(_full_groups(today), 0),
        )
        .order_by("activity__establishment__position", "activity__position", "start", "name")
    )


def _full_groups(today: date) -> Subquery:
    """How many coming days of a period have a full age or level group, a group a day."""
    rows = (
        OpeningGroup.objects.filter(
            opening__slot__period=OuterRef("pk"),
            opening__date__gte=today,
            opening__closed_reason="",
            capacity__lte=F("taken"),
        )
        .order_by()
        .values("opening__slot__period")
        .annotate(count=Count("pk"))
    )
    return Subquery(rows.values("count"))


def places_days(
    *, period: Period, slots: Sequence[Slot], dates: tuple[date, date], now: datetime
) -> list[PlacesDay]:
    """The days of a period between two dates. Seven queries whatever their number; ``slots`` make the columns."""
    openings = list(
        Opening.objects.filter(slot__period=period, date__range=dates)
        .select_related("slot")
        .prefetch_related("groups__group")
        .order_by("date")
    )
    ids = [opening.pk for opening in openings]
    asked = _counts(Place.objects.filter(opening__in=ids, state=PlaceState.REQUESTED))
    waiting = _counts(WaitingEntry.objects.standing(now).filter(opening__in=ids))
    staffing = {one.slot_id: one for one in Staffing.objects.filter(slot__in=slots)}
    ages = _ages(ids, now) if staffing else {}
    days = []
    for day, group in groupby(openings, key=lambda opening: opening.date):
        by_slot = {
            opening.slot_id: _places(opening, asked, waiting, staffing.get(opening.slot_id), ages)
            for opening in group
        }
        days.append(PlacesDay(date=day, cells=[by_slot.get(slot.pk) for slot in slots]))
    return days


def _places(
    opening: Opening,
    asked: dict[int, int],
    waiting: dict[int, int],
    staffing: Staffing | None,
    ages: dict[int, tuple[int, int]],
) -> OpeningPlaces:
    young, older = ages.get(opening.pk, (0, 0))
    return OpeningPlaces(
        counter=opening,
        opening=opening,
        groups=group_places(opening),
        asked=asked.get(opening.pk, 0),
        waiting=waiting.get(opening.pk, 0),
        adults_needed=staffing.adults_needed(young=young, older=older) if staffing else None,
        adults=staffing.adults if staffing else 0,
    )


def group_places(opening: Opening) -> list[Counted]:
    """The groups of a day, in their order; ``groups__group`` prefetched."""
    return [Counted(counter=one) for one in opening.groups.all()]


def _counts(rows: QuerySet) -> dict[int, int]:
    return dict(rows.order_by().values_list("opening").annotate(count=Count("pk")))


def _ages(openings: Collection[int], now: datetime) -> dict[int, tuple[int, int]]:
    """By opening: children expected that day who are under six, and six and over."""
    sixth = Func(
        F("child__birth_date"), Value("6 years"), template="(%(expressions)s::interval)::date",
        arg_joiner=" + ", output_field=DateField(),
    )  # fmt: skip
    young = Q(sixth__gt=F("opening__date"))
    rows = (
        Place.objects.live(now)
        .filter(opening__in=openings)
        .exclude(state=PlaceState.REQUESTED)
        .annotate(sixth=sixth)
        .order_by()
        .values("opening_id")
        .annotate(young=Count("pk", filter=young), older=Count("pk", filter=~young))
    )
    return {row["opening_id"]: (row["young"], row["older"]) for row in rows}
