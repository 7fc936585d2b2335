"""Absences at the desk: those whose paper an agent must read, and all the others."""

from pathlib import Path

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from booking.enums import AbsenceState
from booking.forms_absences import AbsenceForm, ProofDecisionForm
from booking.models import AbsenceReport, Reservation
from booking.queries.absences import absence_reports
from booking.queries.planning import full_name
from booking.queries.reach import within
from booking.rules.absence import Proof
from booking.services.absences import decide_proof, report_absence
from core import clock
from core.errors import DomainError
from core.rights import Right
from core.views.access import agent_required
from core.views.listing import exported, page_of, searched
from tenants.context import town_timezone

COLUMNS = (
    "Enfant",
    "N° de dossier",
    "Service",
    "Du",
    "Au",
    "Motif",
    "Signalée le",
    "État",
    "Prix",
    "Reste dû",
)


@agent_required(right=Right.READ, scoped=True)
@require_safe
def agent_absences(request: HttpRequest) -> HttpResponse:
    every, search = request.GET.get("etat") == "toutes", searched(request.GET)
    rows = absence_reports().filter(within(request.reach, "period__activity"))
    if not every:
        rows = rows.filter(state=AbsenceState.AWAITING).order_by("proof_until", "pk")
    for word in search.split():
        rows = rows.filter(child__last_name__icontains=word) | rows.filter(child__first_name__icontains=word)
    if file := exported(request.GET, name="absences", columns=COLUMNS, rows=rows, cells=_row):
        return file
    context = {"page": page_of(rows, request.GET), "every": every, "search": search}
    return render(request, "agent/absences.html", context)


@agent_required(right=Right.BOOK, scoped=True)
def agent_absence_new(request: HttpRequest, pk: int) -> HttpResponse:
    """What a family told at the desk or by telephone about the child of a reservation."""
    reservation = get_object_or_404(
        Reservation.objects.select_related(
            "child__household", "period__activity__establishment", "period__activity__regie"
        ).filter(period__absences__isnull=False),
        within(request.reach, "period__activity"),
        pk=pk,
    )
    now = clock.now()
    today = now.astimezone(town_timezone()).date()
    form = AbsenceForm(
        request.POST or None,
        request.FILES or None,
        period=reservation.period,
        initial={"du": today, "au": today},
    )
    if request.method == "POST" and form.is_valid():
        try:
            report = report_absence(
                child=reservation.child,
                period=reservation.period,
                first=form.cleaned_data["du"],
                last=form.cleaned_data["au"],
                reason=form.reason,
                note=form.cleaned_data["precision"],
                file=form.cleaned_data["justificatif"],
                by=request.user,
                now=now,
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(
                request, "L’absence est notée : les places sont rendues, la famille est prévenue."
            )
            return redirect("agent_absence", report.pk)
    context = {"reservation": reservation, "full_name": full_name(reservation.period), "form": form}
    return render(request, "agent/absence_new.html", context)


@agent_required(right=Right.READ, scoped=True)
@require_safe
def agent_absence(request: HttpRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    received = report.proof_at or clock.now()
    form = ProofDecisionForm(
        initial={
            "nature": Proof.CERTIFICATE.value,
            "recu": received.astimezone(town_timezone()).replace(tzinfo=None),
        }
    )
    return _show(request, report, form)


@agent_required(right=Right.DECIDE, scoped=True)
@require_POST
def agent_absence_decide(request: HttpRequest, pk: int) -> HttpResponse:
    report, form = _report(request, pk), ProofDecisionForm(request.POST)
    if not form.is_valid():
        return _show(request, report, form)
    try:
        decide_proof(
            report=report,
            accept=form.accepts,
            proof=Proof(form.cleaned_data["nature"]),
            received=form.received,
            reason=form.cleaned_data["motif"],
            by=request.user,
            now=clock.now(),
        )
    except DomainError as error:
        form.add_error(None, error.message)
        return _show(request, report, form)
    messages.success(request, "C’est décidé. La famille est prévenue par courriel.")
    return redirect("agent_absences")


@agent_required(right=Right.DECIDE, scoped=True)
@require_safe
def agent_absence_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper itself: a PDF opens, anything else is saved."""
    report = _report(request, pk)
    if not report.proof_file:
        raise Http404
    suffix = Path(report.proof_file.name).suffix.lower()
    answer = FileResponse(
        report.proof_file.open(), as_attachment=suffix != ".pdf", filename=f"justificatif-{report.pk}{suffix}"
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


def _report(request: HttpRequest, pk: int) -> AbsenceReport:
    return get_object_or_404(absence_reports(), within(request.reach, "period__activity"), pk=pk)


def _show(request: HttpRequest, report: AbsenceReport, form: ProofDecisionForm) -> HttpResponse:
    context = {
        "report": report,
        "full_name": full_name(report.period),
        "days": report.days.select_related("line__opening"),
        "awaits": report.state == AbsenceState.AWAITING,
        "form": form,
    }
    return render(request, "agent/absence.html", context)


def _row(report: AbsenceReport) -> tuple[object, ...]:
    return (
        report.child,
        report.child.household.number,
        full_name(report.period),
        report.first,
        report.last,
        report.get_reason_display(),
        report.told_at,
        report.get_state_display(),
        report.price,  # type: ignore[attr-defined]  # annotated
        report.due,  # type: ignore[attr-defined]  # annotated
    )
