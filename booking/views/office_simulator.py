"""« Essayer une règle »: what a family could do at a moment, and what a draft of the réglement would change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.forms_simulator import DraftForm, SimulatorForm
from booking.models import Period
from booking.queries.offer import choices_for, periods
from booking.queries.planning import Cell, Day, Planning, load_planning
from booking.services.what_if import try_file
from core import clock
from core.commune_file.services import export_text
from core.errors import BusyError
from core.models import Child
from core.queries.families import CHILD_ORDERS, find_children
from core.rights import Right
from core.views.access import agent_required
from tenants.context import current_commune, town_timezone

FOUND = 12  # children to choose among


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One period on the day asked for. ``day`` is None when the period says nothing of that day."""

    planning: Planning
    day: Day | None

    @property
    def cells(self) -> Sequence[Cell]:
        return [cell for cell in self.day.cells if cell] if self.day and not self.day.note else ()


@agent_required(right=Right.CONFIGURE)
@require_safe
def agent_simulator(request: HttpRequest) -> HttpResponse:
    now = clock.now().astimezone(town_timezone())
    asked = "q" in request.GET
    start = {"date": now.date(), "jour": now.date(), "heure": now.time()}
    form = SimulatorForm(request.GET if asked else None, initial=start)
    context = {"form": form, "asked": asked, "children": [], "child": None}
    if asked and form.is_valid():
        data = form.cleaned_data
        children = list(find_children(data["q"]).order_by(*CHILD_ORDERS["nom"])[:FOUND])
        child = _chosen(children, request.GET.get("enfant", ""))
        at = datetime.combine(data["jour"], data["heure"], tzinfo=town_timezone())
        context |= {"children": children, "child": child, "at": at, "on": data["date"]}
        if child:
            context["trials"] = _trials(child, data["periode"], on=data["date"], at=at)
    return render(request, "agent/simulator.html", context)


def _chosen(children: Sequence[Child], asked: str) -> Child | None:
    """The child whose link was followed, or the only one found."""
    if len(children) == 1:
        return children[0]
    return next((child for child in children if str(child.pk) == asked), None)


def _trials(child: Child, period: Period | None, *, on: date, at: datetime) -> list[Trial]:
    if period:
        wanted = [periods().get(pk=period.pk)]
    else:
        offered = [choice.period for choice in choices_for([child], now=at)[child.pk]]
        wanted = [one for one in offered if one.start <= on <= one.end]
    plannings = [load_planning(child=child, period=one, now=at) for one in wanted]
    return [
        Trial(planning=planning, day=next((day for day in planning.days if day.date == on), None))
        for planning in plannings
    ]


@agent_required(right=Right.CONFIGURE)
def agent_simulator_draft(request: HttpRequest) -> HttpResponse:
    """The town's file, to be changed and tried; nothing is published from here."""
    commune = current_commune()
    if request.method != "POST":
        form = DraftForm(initial={"texte": export_text(commune)})
        return render(request, "agent/simulator_draft.html", {"form": form, "trial": None})
    form = DraftForm(request.POST, request.FILES)
    context = {"form": form, "trial": None}
    if form.is_valid():
        try:
            context["trial"] = try_file(commune=commune, text=form.cleaned_data["texte"], now=clock.now())
        except BusyError as error:
            form.add_error(None, error.message)
    return render(request, "agent/simulator_draft.html", context)
