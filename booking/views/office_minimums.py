"""« Effectifs »: the coming days that too few children have booked."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.models import Period
from booking.queries.minimums import short_days
from core import clock
from core.rights import Right
from core.views.access import agent_required
from core.views.listing import page_of
from tenants.context import town_timezone

AHEAD = timedelta(days=60)


@agent_required(right=Right.READ)
@require_safe
def agent_places_minimums(request: HttpRequest) -> HttpResponse:
    today = clock.today(town_timezone())
    context = {
        "page": page_of(short_days(today=today, until=today + AHEAD), request.GET),
        "ahead": AHEAD.days,
        "asked": Period.objects.filter(minimum__isnull=False, end__gte=today).exists(),
    }
    return render(request, "agent/minimums.html", context)
