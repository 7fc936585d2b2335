"""The first steps: which child, then which establishment and period."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from booking.queries.offer import Choice, as_tree, choices_for
from booking.queries.planning import load_planning
from booking.queries.terms import booking_terms
from core import clock
from core.models import Child, CommuneSettings
from core.views.access import family_required


@family_required
def booking_child(request: HttpRequest) -> HttpResponse:
    """With one child there is nothing to choose."""
    children = list(request.user.guardian.household.children.select_related("school"))
    if len(children) == 1:
        return redirect("booking_period", children[0].pk)
    return render(request, "booking/child.html", {"children": children})


@family_required
def booking_period(request: HttpRequest, child_id: int) -> HttpResponse:
    """« Choix de l’établissement et de la période », then « Votre sélection » once one is chosen (?periode=)."""
    now = clock.now()
    household = request.user.guardian.household
    child = get_object_or_404(
        Child.objects.select_related("school", "household"), pk=child_id, household=household
    )
    choices = choices_for([child], now=now)[child.pk]
    chosen = _chosen(choices, request.GET.get("periode", ""))
    context = {
        "child": child,
        "alone": household.children.count() == 1,
        "tree": as_tree(choices),
        "chosen": chosen,
        "settings": CommuneSettings.objects.get(),
    }
    if chosen:
        context["terms"] = booking_terms(load_planning(child=child, period=chosen.period, now=now))
    return render(request, "booking/period.html", context)


def _chosen(choices: list[Choice], code: str) -> Choice | None:
    if not code:
        return None
    for choice in choices:
        if choice.period.code == code and not choice.obstacle:
            return choice
    raise Http404
