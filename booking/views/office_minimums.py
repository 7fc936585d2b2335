"""« Effectifs »: the coming days that too few children have booked."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.models import Period
from booking.queries.minimums import ShortDay, short_days
from core import clock
from core.rights import Right
from core.views.access import agent_required
from core.views.listing import exported, page_of
from tenants.context import town_timezone

AHEAD = timedelta(days=60)
COLUMNS = ("Date", "Établissement", "Période", "Accueil", "Inscrits", "De la commune", "Ce qui manque")


@agent_required(right=Right.READ)
@require_safe
def agent_places_minimums(request: HttpRequest) -> HttpResponse:
    today = clock.today(town_timezone())
    days = short_days(today=today, until=today + AHEAD)
    if file := exported(request.GET, name="effectifs", columns=COLUMNS, rows=days, cells=_row):
        return file
    context = {
        "page": page_of(days, request.GET),
        "ahead": AHEAD.days,
        "asked": Period.objects.filter(minimum__isnull=False, end__gte=today).exists(),
    }
    return render(request, "agent/minimums.html", context)


def _row(day: ShortDay) -> tuple[object, ...]:
    slot = day.opening.slot
    return (
        day.opening.date,
        slot.period.activity.establishment,
        slot.period,
        slot.label,
        day.children,
        day.residents,
        day.missing,
    )
