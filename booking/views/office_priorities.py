"""Priority criteria: their points for a period, and what an agent recognises for a family."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from booking.forms_priorities import FamilyPrioritiesForm, PointsForm
from booking.models import Period
from booking.services.priorities import set_priorities, tick_priorities
from core import clock
from core.audit_acts import AuditAct
from core.models import Household
from core.rights import Right
from core.services.audit import record
from core.views.access import agent_required
from tenants.context import town_timezone


@agent_required(right=Right.CONFIGURE)
@require_safe
def agent_priorities(request: HttpRequest) -> HttpResponse:
    periods = (
        Period.objects.filter(end__gte=clock.today(town_timezone()))
        .select_related("activity__establishment")
        .prefetch_related("priority_rules")
        .order_by("-mode", "activity__establishment__position", "activity__position", "start", "name")
    )
    return render(request, "agent/priorities.html", {"periods": periods})


@agent_required(right=Right.CONFIGURE)
def agent_priorities_period(request: HttpRequest, pk: int) -> HttpResponse:
    period = get_object_or_404(Period.objects.select_related("activity__establishment"), pk=pk)
    form = PointsForm(request.POST or None, period=period)
    if request.method == "POST" and form.is_valid():
        set_priorities(period=period, points=form.points())
        note = "Points des critères de priorité"
        record(act=AuditAct.SETTINGS_SAVED, by=request.user, now=clock.now(), on=period, note=note)
        messages.success(request, f"Les priorités de « {period} » sont enregistrées.")
        return redirect("agent_priorities")
    return render(request, "agent/priorities_period.html", {"period": period, "form": form})


@agent_required(right=Right.CONFIGURE)
@require_POST
def agent_priorities_family(request: HttpRequest, pk: int) -> HttpResponse:
    household = get_object_or_404(Household, pk=pk)
    form = FamilyPrioritiesForm(request.POST)
    if form.is_valid():
        tick_priorities(
            household=household, criteria=form.cleaned_data["criteres"], by=request.user, now=clock.now()
        )
        messages.success(request, "Les critères de priorité de la famille sont enregistrés.")
    return redirect("agent_family", pk)
