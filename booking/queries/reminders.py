"""Which cut-offs are near, and which children usually book what closes then. As many queries for one family as for all."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from django.db.models import Count, F, Q, QuerySet, Value, prefetch_related_objects
from django.db.models.functions import ExtractIsoWeekDay, Greatest

from billing.enums import OPEN_PAYMENTS
from booking.enums import PlaceState, ReservationState
from booking.models import Opening, Period, Place, Reservation, SlotGroup, Stage
from booking.queries.groups import slot_groups
from booking.queries.offer import choices_for, periods
from booking.queries.planning import RULE
from booking.rules.cutoffs import last_moment
from booking.rules.groups import group_of
from core.models import Child
from core.queries.calendar import town_calendar

# How far ahead a day may be whose cut-off is near.
HORIZON = timedelta(days=62)
# « Usually »: on the same weekday, in that many of the last open weeks at least.
WEEKS, TIMES = 4, 2
# School holidays and closures may lie between those weeks.
LOOK_BACK = timedelta(days=120)
DAY_BEGINS, DAY_ENDS, EVENING = time(8), time(20), time(19)


@dataclass(frozen=True, kw_only=True)
class Closing:
    """A stage of an opening that closes soon. ``first``: the stage in which the day is booked on time."""

    opening: Opening
    stage: Stage
    period: Period
    last: datetime
    first: bool


def is_daytime(now: datetime, tz: tzinfo) -> bool:
    return DAY_BEGINS <= now.astimezone(tz).time() < DAY_ENDS


def reminder_moment(last: datetime, *, hours: int, tz: tzinfo) -> datetime:
    """``hours`` before a last moment, or the evening before when that is at night."""
    at = (last - timedelta(hours=hours)).astimezone(tz)
    if at.time() < DAY_BEGINS:
        return datetime.combine(at.date() - timedelta(days=1), EVENING, tzinfo=tz)
    if at.time() >= DAY_ENDS:
        return datetime.combine(at.date(), EVENING, tzinfo=tz)
    return at


def near_closings(*, hours: int, now: datetime, tz: tzinfo) -> list[Closing]:
    """What closes so soon that families are reminded of it now."""
    today = now.astimezone(tz).date()
    running = {period.pk: period for period in periods().filter(end__gte=today, start__lte=today + HORIZON)}
    calendars = {
        place: town_calendar(today - HORIZON, today + HORIZON, establishment=place)
        for place in {period.activity.establishment for period in running.values()}
    }
    by_slot: dict[int, list[Stage]] = defaultdict(list)
    stages = Stage.objects.filter(slot__period__in=running).select_related("slot")
    for stage in stages.order_by("slot_id", "position", "pk"):
        by_slot[stage.slot_id].append(stage)
    openings = Opening.objects.filter(
        slot__in=by_slot, date__range=(today, today + HORIZON), closed_reason=""
    ).order_by("date", "pk")
    found: list[Closing] = []
    rules = {stage.pk: RULE.validate_python(stage.cutoff) for own in by_slot.values() for stage in own}
    for opening in openings:
        for rank, stage in enumerate(by_slot[opening.slot_id]):
            period = running[stage.slot.period_id]
            last = last_moment(
                rules[stage.pk],
                service_start=datetime.combine(opening.date, stage.slot.starts, tzinfo=tz),
                period=period.dates,
                calendar=calendars[period.activity.establishment],
                tz=tz,
            )
            if last.at and last.allows(now) and reminder_moment(last.at, hours=hours, tz=tz) <= now:
                found.append(
                    Closing(opening=opening, stage=stage, period=period, last=last.at, first=not rank)
                )
    return found


def forgotten(closings: Iterable[Closing], *, now: datetime, today: date) -> list[tuple[Child, Closing]]:
    """Children who usually book such a day, may book it now, and have not: each with what closes."""
    coming = [one for one in closings if one.first and one.opening.free != 0]
    usual = _usual(coming, today)
    wanted = [
        (child, one)
        for one in coming
        for child in usual.get((one.period.activity_id, one.opening.date.isoweekday()), ())
    ]
    booked = set(
        Place.objects.live(now)
        .filter(opening__date__in={one.opening.date for one in coming}, child__in={pk for pk, _ in wanted})
        .values_list("child_id", "opening__slot__period__activity_id", "opening__date")
    )
    missing = [
        (pk, one) for pk, one in wanted if (pk, one.period.activity_id, one.opening.date) not in booked
    ]
    children = Child.objects.filter(pk__in={pk for pk, _ in missing}).select_related("school", "household")
    known = {child.pk: child for child in children}
    open_to = {
        (pk, choice.period.pk)
        for pk, choices in choices_for(known.values(), now=now).items()
        for choice in choices
        if not choice.obstacle
    }
    groups = slot_groups(slot__in={one.opening.slot_id for _, one in missing})
    prefetch_related_objects([one.opening for _, one in missing], "groups")
    return [
        (known[pk], one)
        for pk, one in missing
        if (pk, one.period.pk) in open_to
        and _admits(one.stage, known[pk])
        and _has_room(one.opening, groups.get(one.opening.slot_id, ()), known[pk])
    ]


def _usual(closings: Collection[Closing], today: date) -> Mapping[tuple[int, int], Collection[int]]:
    """By activity and weekday: the children who booked it in at least TIMES of its last WEEKS open weeks."""
    asked = {(one.period.activity_id, one.opening.date.isoweekday()) for one in closings}
    if not asked:
        return {}
    past = Opening.objects.filter(
        slot__period__activity__in={activity for activity, _ in asked},
        date__range=(today - LOOK_BACK, today - timedelta(days=1)),
        closed_reason="",
    )
    days: dict[tuple[int, int], list[date]] = defaultdict(list)
    for activity, day in past.order_by("-date").values_list("slot__period__activity_id", "date").distinct():
        key = (activity, day.isoweekday())
        if key in asked and len(days[key]) < WEEKS:
            days[key].append(day)
    came = Q(pk__in=())
    for (activity, _), dates in days.items():
        came |= Q(opening__slot__period__activity=activity, opening__date__in=dates)
    rows = (
        Place.objects.filter(came, state=PlaceState.CONFIRMED)
        .annotate(weekday=ExtractIsoWeekDay("opening__date"))
        .order_by()
        .values_list("opening__slot__period__activity_id", "weekday", "child_id")
        .annotate(days=Count("opening__date", distinct=True))
        .filter(days__gte=TIMES)
    )
    usual: dict[tuple[int, int], list[int]] = defaultdict(list)
    for activity, weekday, child, _ in rows:
        usual[activity, weekday].append(child)
    return usual


def lapsing_baskets(*, now: datetime, at_least: timedelta) -> QuerySet[Reservation]:
    """Unpaid reservations that still hold their places, were given ``at_least`` that long, and nobody is paying."""
    held = Place.objects.live(now).filter(state=PlaceState.HELD).values("line__reservation_id")
    return (
        Reservation.objects.filter(
            state=ReservationState.AWAITING_PAYMENT,
            pk__in=held,
            pay_before__gte=Greatest(Value(now), F("created_at") + at_least),
        )
        .exclude(payment_items__payment__state__in=OPEN_PAYMENTS)
        .select_related("child", "period__activity")
        .order_by("pay_before", "pk")
    )


def _admits(stage: Stage, child: Child) -> bool:
    return not stage.levels or child.level in stage.levels


def _has_room(opening: Opening, groups: Collection[SlotGroup], child: Child) -> bool:
    """Whether the day, and the group of the slot in which the child is that day, have a free place."""
    group = group_of(
        [one.rule for one in groups], level=child.level, birth_date=child.birth_date, on=opening.date
    )
    return opening.room.left(group) != 0
