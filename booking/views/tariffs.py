from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.queries.tariffs import tariffs_by_regie
from core import clock
from core.rights import Right
from core.views.access import agent_required
from tenants.context import town_timezone


@agent_required(right=Right.ACCOUNTS)
@require_safe
def agent_tariffs(request: HttpRequest) -> HttpResponse:
    """Every tariff, under the régie that collects it."""
    found = tariffs_by_regie(today=clock.today(town_timezone()))
    return render(request, "agent/tariffs.html", {"regies": found.items()})
