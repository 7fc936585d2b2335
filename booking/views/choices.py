"""The first steps: which child, then which establishment and period."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from booking.queries.offer import Choice, as_tree, choices_for
from booking.queries.planning import load_planning
from booking.queries.terms import booking_terms
from core import clock
from core.models import CommuneSettings
from core.views.access import family_required, own_child, own_children


@family_required
def booking_child(request: HttpRequest) -> HttpResponse:
    """With one child there is nothing to choose."""
    children = own_children(request)
    if len(children) == 1:
        return redirect("booking_period", children[0].pk)
    return render(request, "booking/child.html", {"children": children})


@family_required
def booking_period(request: HttpRequest, child_id: int) -> HttpResponse:
    """« Choix de l’établissement et de la période », then « Votre sélection » once one is chosen (?periode=)."""
    now = clock.now()
    child = own_child(request, child_id)
    choices = choices_for([child], now=now)[child.pk]
    chosen = _chosen(choices, request.GET.get("periode", ""))
    context = {
        "child": child,
        "alone": len(own_children(request)) == 1,
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
