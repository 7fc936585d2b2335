"""What Balaruc’s family asked for lately: a demand accepted, one accepted in part, and those that still wait."""

from datetime import timedelta

from booking.enums import BookingMode
from booking.models import Period, Reservation
from booking.queries.planning import load_planning
from booking.services.decisions import decide_lines
from core.clock import now
from core.models import Child, User
from portail.demo.history import book_days
from tenants.context import town_timezone

NO_ROOM = "Aucune place disponible ce jour-là."
HOUR = timedelta(hours=1)


def write_demands(children: list[Child], *, agent: User) -> None:
    """For the running periods that an agent decides; nothing when the family has already asked for something."""
    if Reservation.objects.filter(child__in=children).exists():
        return
    for rank, child in enumerate(children):
        family = child.household.guardians.get(user__isnull=False).user
        begun = now().astimezone(town_timezone()).replace(hour=18, minute=20) - timedelta(days=9 - rank)
        for period in _periods(child)[:2]:
            accepted = book_days(child, period, family, begun, days=6)
            if accepted is None:
                continue
            _decide(accepted, agent, first=0)
            if mixed := book_days(child, period, family, begun + timedelta(days=2), days=4):
                _decide(mixed, agent, first=1)
            book_days(child, period, family, begun + timedelta(days=7), days=5)


def _periods(child: Child) -> list[Period]:
    at = now()
    today = at.astimezone(town_timezone()).date()
    running = Period.objects.select_related("activity__establishment", "activity__regie").filter(
        mode=BookingMode.REQUEST, start__lte=today, end__gte=today
    )
    return [period for period in running if not load_planning(child=child, period=period, now=at).obstacles]


def _decide(reservation: Reservation, agent: User, *, first: int) -> None:
    """The next day: the ``first`` days are refused, the others accepted."""
    lines = list(reservation.lines.order_by("opening__date", "pk").values_list("pk", flat=True))
    at = reservation.created_at + 15 * HOUR
    if first:
        decide_lines(line_ids=lines[:first], accept=False, reason=NO_ROOM, by=agent, now=at)
    decide_lines(line_ids=lines[first:], accept=True, reason="", by=agent, now=at)
