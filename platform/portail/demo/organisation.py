"""What the demo's agents have done themselves: places, a family's priority, next classes, a late booking."""

from datetime import date, timedelta

from booking.enums import OfficePrice, PaymentMode, PriorityCriterion
from booking.models import Enrolment, FamilyPriority, Period, PlacesAct, Reservation
from booking.queries.offer import choices_for
from booking.queries.office_planning import office_planning
from booking.queries.planning import load_planning
from booking.services.agent_bookings import OfficeTerms, act_for_family
from booking.services.capacity import change_capacity
from booking.services.enrolments import end_enrolments
from booking.services.priorities import tick_priorities
from core.clock import now, today
from core.models import Child, User, YearChange
from core.services.year_changes import plan_year, prepare_year
from tenants.context import town_timezone

PLACES = 24
SEPTEMBER = 9


def write_organisation(*, agent: User) -> None:
    """Nothing that is already there is done again."""
    day = today(town_timezone())
    running = Period.objects.filter(start__lte=day, end__gte=day).order_by("pk")
    if not PlacesAct.objects.exists():
        for period in running[:2]:
            _set_places(period, agent)
    if not FamilyPriority.objects.exists():
        _know_a_family(agent)
    if not YearChange.objects.exists():
        _plan_next_classes(agent)
    if not Reservation.objects.filter(created_by=agent).exists():
        _book_for_a_family(agent)
    if not Enrolment.objects.filter(valid_until__isnull=False).exists() and (
        last := Enrolment.objects.order_by("-pk").first()
    ):
        end_enrolments(
            activity=last.activity,
            enrolment_ids=[last.pk],
            last_day=day + timedelta(days=30),
            by=agent,
            now=now(),
        )


def _set_places(period: Period, agent: User) -> None:
    change_capacity(
        period=period,
        slots=period.slots.all()[:1],
        weekdays=[min(period.weekdays)],
        dates=(today(town_timezone()), period.end),
        capacity=PLACES,
        by=agent,
        now=now(),
    )


def _plan_next_classes(agent: User) -> None:
    """The coming school year, which applies by itself on its first of September."""
    at, day = now(), today(town_timezone())
    year = day.year + (day.month >= SEPTEMBER)
    change = prepare_year(year=year, by=agent, now=at)
    plan_year(change=change, day=date(year, SEPTEMBER, 1), by=agent, today=day, now=at)


def _know_a_family(agent: User) -> None:
    child = Child.objects.select_related("household").order_by("pk").first()
    if child:
        tick_priorities(
            household=child.household, criteria=[PriorityCriterion.BOTH_WORK], by=agent, now=now()
        )


def _book_for_a_family(agent: User) -> None:
    """The first child whose family pays by invoice: its next free day, late or not, at the normal price."""
    at = now()
    children = list(Child.objects.select_related("school", "household").order_by("pk"))
    for child, choices in ((child, choices_for([child], now=at)[child.pk]) for child in children):
        for period in (one.period for one in choices if one.period.payment == PaymentMode.INVOICED):
            office = office_planning(load_planning(child=child, period=period, now=at))
            coming = (day for day in office.planning.days if day.date >= at.date())
            free = [cell for day in coming for cell in office.cells_of(day) if cell and cell.can_book]
            if free:
                act_for_family(
                    child=child,
                    period=period,
                    wishes=[free[0].opening_id],
                    cancellations=[],
                    terms=OfficeTerms(
                        reason="Oubli de la famille, accepté par le service.", price=OfficePrice.NORMAL
                    ),
                    by=agent,
                    now=at,
                )
                return
