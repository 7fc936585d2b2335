"""« Coût de la sortie »: entered once the sheet is closed, looked at child by child, then divided."""

from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from booking.forms_outings import OutingCancelForm, OutingCostForm
from booking.models import Opening, OutingCost
from booking.queries.attendance import openings
from booking.queries.outings import is_marked, live_cost, parts_of, present_children, shares_the_cost
from booking.services.outings import cancel_cost, record_cost
from core import clock
from core.errors import DomainError
from core.money import format_euros
from core.rights import Right
from core.views.access import agent_required
from core.words import NBSP, short_date

# Both forms of the page ask why.
CANCEL_ID = "annuler_%s"


@agent_required(right=Right.INVOICE, scoped=True)
@require_http_methods(["GET", "HEAD", "POST"])
def agent_attendance_cost(request: HttpRequest, pk: int) -> HttpResponse:
    """The form; « Voir le partage » shows each child's part, « Partager ce coût » writes what is owed."""
    opening = _opening(request, pk)
    former = live_cost(opening)
    form = OutingCostForm(request.POST or None, former=former)
    if request.method == "POST" and form.is_valid() and "partager" in request.POST:
        try:
            cost = record_cost(
                opening=opening,
                label=form.cleaned_data["designation"],
                total=form.cleaned_data["total"],
                expected=form.cleaned_data["presents"] or 0,
                reason=form.cleaned_data.get("motif", ""),
                by=request.user,
                now=clock.now(),
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _told(cost))
            return redirect("agent_attendance_cost", pk)
    return _page(request, opening, former, form, OutingCancelForm(auto_id=CANCEL_ID))


@agent_required(right=Right.INVOICE, scoped=True)
@require_POST
def agent_attendance_cost_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    opening = _opening(request, pk)
    former, form = live_cost(opening), OutingCancelForm(request.POST, auto_id=CANCEL_ID)
    if form.is_valid():
        try:
            cancel_cost(opening=opening, reason=form.cleaned_data["motif"], by=request.user, now=clock.now())
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "Le coût est annulé : plus personne n’en doit de part.")
        return redirect("agent_attendance_cost", pk)
    return _page(request, opening, former, OutingCostForm(former=former), form)


def _opening(request: HttpRequest, pk: int) -> Opening:
    """One whose régie this agent invoices for."""
    opening = get_object_or_404(openings(), pk=pk)
    regie, reach = opening.slot.period.activity.regie, request.rights.reach(Right.INVOICE)
    if not reach.everywhere and (regie is None or regie.code not in reach.regies):
        raise Http404
    return opening


def _page(
    request: HttpRequest,
    opening: Opening,
    former: OutingCost | None,
    form: OutingCostForm,
    cancelling: OutingCancelForm,
) -> HttpResponse:
    children = present_children(opening)
    by_tariff = shares_the_cost(opening)
    total: Decimal | None = form.cleaned_data.get("total") if form.is_bound and form.is_valid() else None
    shown = total if total is not None else (former.total if former else None)
    context = {
        "opening": opening,
        "former": former,
        "history": OutingCost.objects.filter(opening=opening, cancelled_at__isnull=False).select_related(
            "recorded_by", "cancelled_by"
        ),
        "form": form,
        "cancelling": cancelling,
        "is_marked": is_marked(opening),
        "children": children,
        "by_tariff": by_tariff,
        "total": shown,
        "previewed": total is not None,
        "parts": [] if shown is None or by_tariff else parts_of(opening, shown, children),
    }
    return render(request, "booking/attendance/cost.html", context)


def _told(cost: OutingCost) -> str:
    total, day = format_euros(cost.total), short_date(cost.opening.date)
    if cost.by_tariff:
        return f"{total} enregistrés{NBSP}: la facturation qui comprend {day} donnera à chaque famille la part de son tarif."
    return f"{total} partagés{NBSP}: chaque part sera sur la facturation qui comprend {day}."
