"""Grouped cancellations: the acts done, one act from its days to its confirmation, and taking it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.enums import ChangeKind
from booking.forms_changes import ChangeForm, DaysForm
from booking.models import ChangedLine, ServiceChange
from booking.queries.changes import (
    ServiceDays,
    changes,
    concerned_lines,
    preview,
    services_on,
    told_count,
    without_account,
)
from booking.services.changes import cancel_services, replace_meal, undo_change
from core import clock
from core.errors import DomainError
from core.rights import Right
from core.views.access import agent_required
from core.views.listing import exported, ordered, page_of
from core.words import plural
from tenants.context import town_timezone

ORDERS = {
    "le": ("at", "pk"),
    "jours": ("first_date", "pk"),
    "enfants": ("children", "pk"),
    "rendre": ("credited", "pk"),
}
COLUMNS = ("Quoi", "Nature", "Motif", "Du", "Au", "Enfants", "Familles", "Non facturé", "À rendre", "Par", "Le", "Reprise le")  # fmt: skip
LINE_COLUMNS = ("Enfant", "N° de dossier", "Dossier", "Jour", "Accueil", "Réservation")


@agent_required(right=Right.READ)
@require_safe
def agent_changes(request: HttpRequest) -> HttpResponse:
    rows = ordered(changes(), request.GET, ORDERS, default="-le")
    if file := exported(request.GET, name="annulations", columns=COLUMNS, rows=rows, cells=_change_row):
        return file
    return render(request, "booking/changes/list.html", {"page": page_of(rows, request.GET)})


@agent_required(right=Right.DECIDE)
@require_http_methods(["GET", "HEAD", "POST"])
def agent_change_new(request: HttpRequest) -> HttpResponse:
    """Days, then what happens to each service, then the preview, then the act; the address keeps the days."""
    asked = "du" in request.GET
    days = DaysForm(request.GET) if asked else DaysForm(initial={"du": clock.today(town_timezone())})
    services = _services(days) if asked and days.is_valid() else []
    form = ChangeForm(request.POST or None, services=services)
    context = {"days": days, "form": form, "services": services, "asked": asked and days.is_valid()}
    if request.method == "POST" and services and form.is_valid():
        if not form.cleaned_data["confirme"]:
            return render(
                request, "booking/changes/preview.html", context | {"effects": _effects(days, form)}
            )
        return _apply(request, days, form)
    return render(request, "booking/changes/new.html", context)


def _services(days: DaysForm) -> list[ServiceDays]:
    data = days.cleaned_data
    return services_on(
        data["du"], data["au"], establishment=data["etablissement"], scope=days.scope(), now=clock.now()
    )


def _effects(days: DaysForm, form: ChangeForm) -> list[dict[str, object]]:
    return [
        {
            "kind": kind,
            "is_whole": days.scope().is_whole,
            "preview": preview(days.scope(ids), now=clock.now()),
        }
        for kind in ChangeKind
        if (ids := form.opening_ids(kind))
    ]


def _apply(request: HttpRequest, days: DaysForm, form: ChangeForm) -> HttpResponse:
    acts = {ChangeKind.CANCELLED: cancel_services, ChangeKind.MEAL: replace_meal}
    done: list[ServiceChange] = []
    for kind, act in acts.items():
        if ids := form.opening_ids(kind):
            try:
                done.append(act(scope=days.scope(ids), reason=form.reason, by=request.user, now=clock.now()))
            except DomainError as error:
                messages.error(request, error.message)
    for change in done:
        count = plural(change.children, "enfant concerné", "enfants concernés")
        messages.success(request, f"{change.get_kind_display()} : {change.title}. {count}.")
    return redirect("agent_change", done[0].pk) if len(done) == 1 else redirect("agent_changes")


@agent_required(right=Right.READ)
@require_safe
def agent_change(request: HttpRequest, pk: int) -> HttpResponse:
    change = get_object_or_404(changes(), pk=pk)
    lines = concerned_lines(change).order_by(
        "line__reservation__child__last_name", "line__reservation__child__first_name", "line__opening__date"
    )
    if file := exported(
        request.GET, name=f"annulation-{pk}", columns=LINE_COLUMNS, rows=lines, cells=_line_row
    ):
        return file
    context = {
        "change": change,
        "page": page_of(lines, request.GET),
        "told": told_count(change),
        "unreachable": list(without_account(change)),
    }
    return render(request, "booking/changes/change.html", context)


@agent_required(right=Right.DECIDE)
@require_POST
def agent_change_undo(request: HttpRequest, pk: int) -> HttpResponse:
    change = get_object_or_404(changes(), pk=pk)
    try:
        undo_change(change=change, by=request.user, now=clock.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "L’annulation est reprise. Les familles sont prévenues.")
    return redirect("agent_change", pk)


def _change_row(change: ServiceChange) -> tuple[object, ...]:
    return (
        change.title,
        change.get_kind_display(),
        change.reason,
        change.first_date,
        change.last_date,
        change.children,
        change.families,
        change.voided,
        change.credited,
        change.by.name,
        change.at,
        change.undone_at,
    )


def _line_row(row: ChangedLine) -> tuple[object, ...]:
    line = row.line
    reservation = line.reservation
    return (
        reservation.child,
        reservation.household.number,
        reservation.household.name,
        line.opening.date,
        line.label,
        reservation.display_number,
    )
