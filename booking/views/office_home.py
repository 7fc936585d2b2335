"""The desk's first page: what waits, today's services, and the week in small charts. An agent sees what its rights open."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.models import Opening
from booking.queries.attendance import openings_of
from booking.queries.meals import MIDDAY, monday_of
from booking.queries.office import find_reservations
from booking.queries.office_home import (
    RECEIPT_MONTHS,
    Occupation,
    crowded,
    heaps,
    occupation,
    receipts_by_month,
    reservations_by_day,
)
from booking.queries.reach import within
from core import clock
from core.agent_menu import reach_at
from core.queries.office import tasks_for
from core.rights import Reach, Right
from core.views.access import agent_required
from core.words import MONTHS, SHORT_MONTHS, long_date, month_title
from tenants.context import town_timezone
from themes.charts import Chart, Point

SHORT = 6  # rows of the small tables


@agent_required(right=None)
@require_safe
def agent_home(request: HttpRequest) -> HttpResponse:
    """Twenty queries or so, whatever the town's size; none for what the agent may not see."""
    tz, rights = town_timezone(), request.rights
    today, accounts = clock.today(tz), rights.reach(Right.ACCOUNTS)
    context = dict.fromkeys(
        ("heaps", "crowded", "occupation", "by_day", "reservations", "services", "tasks", "receipts")
    )
    context["heaps"] = heaps(reach_at=partial(reach_at, rights=rights), agent=request.user, today=today)
    if reach := rights.reach(Right.READ):
        context |= {
            "crowded": crowded(today=today, reach=reach),
            "occupation": _occupation(today, reach),
            "by_day": _by_day(reservations_by_day(today=today, tz=tz, reach=reach)),
            "reservations": find_reservations()
            .filter(within(reach, "period__activity"))
            .order_by("-pk")[:SHORT],
        }
    if rights.may(Right.ATTEND):
        reached = openings_of(today).filter(within(rights.reach(Right.ATTEND), "slot__period__activity"))
        services = [one for one in reached if one.expected or not one.closed_reason]
        context |= {"services": services, "meals": sum(map(_meals, services))}
    if rights.may_everywhere(Right.TASKS):
        context["tasks"] = tasks_for(request.user, accounts=accounts, today=today)[:SHORT]
    if accounts:
        context["receipts"] = _receipts(today, accounts)
    context["today"] = today
    return render(request, "agent/home.html", context)


def _meals(opening: Opening) -> int:
    is_meal = opening.slot.starts <= MIDDAY < opening.slot.ends
    return opening.expected if is_meal else 0  # type: ignore[attr-defined]  # annotated


def _occupation(today: date, reach: Reach) -> Chart:
    """This week; from Saturday on, the next one."""
    monday = monday_of(today + timedelta(days=2))
    rows = occupation(first=monday, last=monday + timedelta(days=6), reach=reach)
    return Chart(
        title=f"Places prises, semaine du {monday:%d/%m}",
        head="Service",
        measure="Places prises",
        of="Places",
        points=[_service(row) for row in rows],
    )


def _service(row: Occupation) -> Point:
    return Point(label=f"{row.establishment} – {row.service}", value=row.taken, of=row.places)


def _by_day(days: list[tuple[date, int]]) -> Chart:
    return Chart(
        title="Réservations reçues par jour",
        head="Jour",
        measure="Réservations",
        points=[
            Point(
                label=long_date(day),
                value=count,
                short=f"{day.day} {SHORT_MONTHS[day.month - 1]}" if rank % 7 == 3 else "",
            )
            for rank, (day, count) in enumerate(days)
        ],
    )


def _receipts(today: date, reach: Reach) -> Chart:
    """Of the régies whose accounts the agent reads."""
    first = today.replace(day=1)
    for _ in range(RECEIPT_MONTHS - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    regies = None if reach.everywhere else reach.regies
    return receipts_chart(receipts_by_month(first=first, last=today, regies=regies))


def receipts_chart(rows: list[tuple[date, Decimal]]) -> Chart:
    return Chart(
        title="Recettes par mois",
        head="Mois",
        measure="Recettes",
        euros=True,
        points=[
            Point(label=month_title(month), value=sum_, short=MONTHS[month.month - 1][0].upper())
            for month, sum_ in rows
        ],
    )
