"""A child of two households, at the desk."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.custody import CustodyMode
from core.forms.custody import CustodyForm, EndForm
from core.models import Child
from core.queries.custody import custodies_of
from core.rights import Right
from core.services.custody import CustodyError, end_custody, record_custody
from core.views.access import agent_required
from tenants.context import town_timezone


@agent_required(right=Right.FAMILY)
@require_http_methods(["GET", "HEAD", "POST"])
def agent_custody(request: HttpRequest, pk: int) -> HttpResponse:
    child = get_object_or_404(Child.objects.select_related("household"), pk=pk)
    today = clock.today(town_timezone())
    form = CustodyForm(request.POST if request.method == "POST" else None, initial={"du": today})
    if form.is_bound and form.is_valid() and _recorded(request, child, form):
        messages.success(request, f"La garde partagée de {child} est enregistrée.")
        return redirect("agent_custody", pk)
    custodies = list(custodies_of(child))
    context = {
        "child": child,
        "form": form,
        "custodies": custodies,
        "current": any(custody.holds_on(today) for custody in custodies),
        "end_form": EndForm(initial={"fin": today}),
    }
    return render(request, "agent/custody.html", context)


def _recorded(request: HttpRequest, child: Child, form: CustodyForm) -> bool:
    data = form.cleaned_data
    try:
        record_custody(
            child=child,
            second=data["dossier"],
            mode=CustodyMode(data["partage"]),
            even_weeks=data["paires"] == "oui",
            percent=data["part"],
            periods=data["jours"],
            valid_from=data["du"],
            valid_until=data["au"],
            proof=data["justificatif"],
            by=request.user,
            now=clock.now(),
        )
    except CustodyError as error:
        form.add_error("dossier", str(error))
        return False
    return True


@agent_required(right=Right.FAMILY)
@require_POST
def agent_custody_end(request: HttpRequest, pk: int) -> HttpResponse:
    child = get_object_or_404(Child, pk=pk)
    form = EndForm(request.POST)
    if form.is_valid():
        last_day = form.cleaned_data["fin"]
        end_custody(child=child, last_day=last_day, by=request.user, now=clock.now())
        messages.success(request, f"La garde partagée de {child} s’arrête le {last_day:%d/%m/%Y}.")
    else:
        messages.warning(request, "Donnez le dernier jour de la garde partagée.")
    return redirect("agent_custody", pk)
