"""« Places »: how full the periods are, and the acts that change it."""

from calendar import monthrange
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from booking.forms_places import CloseForm, PlacesForm, StaffingForm
from booking.models import Opening, Period
from booking.queries.capacity import places_days, watched_periods
from booking.services.capacity import change_capacity, close_opening, reopen_opening, set_staffing
from core import clock
from core.audit_acts import AuditAct
from core.errors import DomainError
from core.rights import Right
from core.services.audit import record
from core.views.access import agent_required
from core.words import month_title, plural
from tenants.context import town_timezone

JOURNAL = 10  # latest acts shown


@agent_required(right=Right.READ)
@require_safe
def agent_places(request: HttpRequest) -> HttpResponse:
    periods = watched_periods(today=clock.today(town_timezone()))
    return render(request, "agent/places.html", {"periods": periods})


@agent_required(right=Right.READ, acting=Right.CONFIGURE)
def agent_places_period(request: HttpRequest, pk: int) -> HttpResponse:
    """One month of a period (?mois=2027-03), and the form that changes its places."""
    period = get_object_or_404(Period.objects.select_related("activity__establishment"), pk=pk)
    month = _month(period, request.GET.get("mois", ""))
    form = PlacesForm(request.POST or None, period=period, initial=_initial(period, month))
    if request.method == "POST" and form.is_valid() and _change(request, period, form):
        return redirect(f"{reverse('agent_places_period', args=[pk])}?mois={form.cleaned_data['du']:%Y-%m}")
    slots = list(period.slots.all())
    context = {
        "period": period,
        "form": form,
        "staffing_form": StaffingForm(period=period),
        "slots": slots,
        "days": places_days(period=period, slots=slots, dates=_dates(month), now=clock.now()),
        "month": month_title(month),
        "before": _link(period, _shifted(month, -1)),
        "after": _link(period, _shifted(month, +1)),
        "acts": period.places_acts.select_related("by")[:JOURNAL],
    }
    return render(request, "agent/places_period.html", context)


def _change(request: HttpRequest, period: Period, form: PlacesForm) -> bool:
    data = form.cleaned_data
    try:
        count = change_capacity(
            period=period,
            slots=list(data["accueils"]),
            weekdays=data["jours"],
            dates=(data["du"], data["au"]),
            capacity=data["places"],
            by=request.user,
            now=clock.now(),
            group=data.get("groupe"),
        )
    except DomainError as error:
        form.add_error(None, error.message)
        return False
    messages.success(request, f"Le nombre de places est changé pour {plural(count, 'jour')}.")
    return True


@agent_required(right=Right.CONFIGURE)
@require_POST
def agent_places_staffing(request: HttpRequest, pk: int) -> HttpResponse:
    period = get_object_or_404(Period, pk=pk)
    form = StaffingForm(request.POST, period=period)
    if form.is_valid():
        data = form.cleaned_data
        set_staffing(
            slot=data["accueil"],
            adults=data["adultes"],
            under_six=data["moins_de_six"],
            six_and_over=data["six_et_plus"],
        )
        note = f"Encadrement de « {data['accueil'].label} » : {plural(data['adultes'], 'adulte')}"
        record(act=AuditAct.PLACES, by=request.user, now=clock.now(), on=period, note=note)
        messages.success(request, f"L’encadrement de « {data['accueil'].label} » est noté.")
    else:
        messages.error(request, "Rien n’est noté : écrivez des nombres d’adultes et d’enfants.")
    return redirect("agent_places_period", pk)


@agent_required(right=Right.CONFIGURE)
@require_POST
def agent_places_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close one day to new bookings, or open it again when no reason is asked for (« rouvrir »)."""
    opening = get_object_or_404(Opening.objects.select_related("slot__period"), pk=pk)
    form = CloseForm(request.POST)
    by, now = request.user, clock.now()
    try:
        if "rouvrir" in request.POST:
            reopen_opening(opening=opening, by=by, now=now)
            messages.success(request, "Ce jour est de nouveau ouvert aux réservations.")
        elif form.is_valid():
            close_opening(opening=opening, reason=form.cleaned_data["motif"], by=by, now=now)
            messages.success(
                request, "Ce jour est fermé aux nouvelles réservations ; celles déjà faites restent."
            )
        else:
            messages.error(request, "Donnez le motif de la fermeture : les familles le liront.")
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("agent_requests_day", pk)


def _month(period: Period, text: str) -> date:
    """The first day of the month asked for, kept inside the period; this month by default."""
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        asked = clock.today(town_timezone())
    return min(max(asked, period.start), period.end).replace(day=1)


def _dates(month: date) -> tuple[date, date]:
    return month, month.replace(day=monthrange(month.year, month.month)[1])


def _shifted(month: date, step: int) -> date:
    months = month.year * 12 + month.month - 1 + step
    return date(months // 12, months % 12 + 1, 1)


def _link(period: Period, month: date) -> tuple[str, str] | None:
    """The address and the name of a month of the period; None outside it."""
    first, last = _dates(month)
    return (
        (f"?mois={month:%Y-%m}", month_title(month)) if first <= period.end and last >= period.start else None
    )


def _initial(period: Period, month: date) -> dict[str, date]:
    first, last = _dates(month)
    return {"du": max(first, period.start), "au": min(last, period.end)}
