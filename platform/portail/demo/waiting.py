"""Two full evenings of care: the first family waits for one, behind its neighbours, and is offered a place for the other."""

from datetime import datetime, timedelta

from booking.models import Opening, Period, WaitingEntry
from booking.queries.offer import periods
from booking.queries.planning import load_planning
from booking.queries.waiting_cells import bookable_cell
from booking.services.capacity import change_capacity
from booking.services.requests import submit_request
from booking.services.waiting import join_list
from booking.services.waiting_offers import offer_freed_places
from core.clock import now
from core.models import Child, User

PLACES = 2


def write_waiting_lists(child: Child, *, agent: User) -> None:
    """Of the running period of the child's school that has a list; nothing when somebody has waited before."""
    at = now()
    period = _period(child, at)
    if period is None or WaitingEntry.objects.exists():
        return
    neighbours = [
        other
        for other in Child.objects.filter(school=child.school, household__guardians__user__isnull=False)
        .exclude(household=child.household)
        .select_related("school", "household")
        .order_by("pk")
        .distinct()
        if not load_planning(child=other, period=period, now=at).obstacles
    ]
    evenings = _free_evenings(child, period, at)
    if len(neighbours) < PLACES + 2 or len(evenings) < 2:
        return
    waited, offered = evenings[:2]
    for evening in (waited, offered):
        for holder in neighbours[:PLACES]:
            _book(holder, period, evening, at)
        _resize(evening, PLACES, agent, at)
    for other in neighbours[PLACES : PLACES + 2]:
        join_list(child=other, opening=waited, by=_account(other), now=at)
    for evening in (waited, offered):
        join_list(child=child, opening=evening, by=_account(child), now=at)
    _resize(offered, PLACES + 1, agent, at)
    offer_freed_places(now=at)


def _period(child: Child, at: datetime) -> Period | None:
    return (
        periods()
        .filter(
            activity__establishment=child.school,
            waiting_policy__isnull=False,
            start__lte=at.date(),
            end__gte=at.date() + timedelta(days=30),
        )
        .first()
    )


def _free_evenings(child: Child, period: Period, at: datetime) -> list[Opening]:
    """Days of the last service that nobody has booked yet and the child may book."""
    planning = load_planning(child=child, period=period, now=at)
    last = period.slots.order_by("-starts").first()
    coming = Opening.objects.filter(
        slot=last, taken=0, closed_reason="", date__gt=at.date() + timedelta(days=9)
    ).select_related("slot__period")
    return [day for day in coming.order_by("date")[:10] if bookable_cell(planning, day)]


def _book(child: Child, period: Period, opening: Opening, at: datetime) -> None:
    cell = bookable_cell(load_planning(child=child, period=period, now=at), opening)
    if cell:
        submit_request(
            child=child,
            period=period,
            wishes={cell.opening_id: cell.stage_id},
            cancellations=[],
            by=_account(child),
            now=at,
        )


def _resize(opening: Opening, places: int, agent: User, at: datetime) -> None:
    change_capacity(
        period=opening.slot.period,
        slots=[opening.slot],
        weekdays=[opening.date.isoweekday()],
        dates=(opening.date, opening.date),
        capacity=places,
        by=agent,
        now=at,
    )


def _account(child: Child) -> User:
    return child.household.guardians.get(user__isnull=False).user
