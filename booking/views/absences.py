"""« Signaler une absence », and what became of the absences a family reported."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.enums import AbsenceState
from booking.errors import AbsenceError
from booking.forms_absences import AbsenceForm, PaperForm
from booking.models import AbsenceReport
from booking.queries.absences import absences_of, policy_of
from booking.queries.planning import full_name
from booking.rules.absence import describe_absences
from booking.services.absence_undo import undo_absence
from booking.services.absences import hand_in_proof, report_absence
from booking.views.journey import journey_for
from core import clock
from core.errors import BusyError
from core.views.access import family_required
from core.views.listing import page_of
from core.views.resume import refilled, typed_before
from tenants.context import town_timezone


@family_required
@require_safe
def absence_list(request: HttpRequest) -> HttpResponse:
    page = page_of(absences_of(request.user.guardian.household), request.GET)
    return render(request, "booking/absences/list.html", {"page": page})


@refilled
@family_required
def absence_new(request: HttpRequest, child_id: int, period_code: str) -> HttpResponse:
    now = clock.now()
    journey = journey_for(request, child_id, period_code)
    today = now.astimezone(journey.tz).date()
    if request.method == "POST":
        form = AbsenceForm(request.POST, request.FILES, period=journey.period)
        if form.is_valid():
            try:
                report = report_absence(
                    child=journey.child,
                    period=journey.period,
                    first=form.cleaned_data["du"],
                    last=form.cleaned_data["au"],
                    reason=form.reason,
                    note=form.cleaned_data["precision"],
                    file=form.cleaned_data["justificatif"],
                    by=request.user,
                    now=now,
                )
            except (AbsenceError, BusyError) as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("L’absence est signalée : les places sont rendues."))
                return redirect("absence_detail", report.pk)
    else:
        form = AbsenceForm(period=journey.period, initial={"du": today, "au": today} | typed_before(request))
    policy = policy_of(journey.period)
    context = {
        "journey": journey,
        "form": form,
        "rules": describe_absences(policy) if policy else [],
    }
    return render(request, "booking/absences/new.html", context)


@family_required
@require_safe
def absence_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail(request, _own(request, pk), PaperForm())


@family_required
@require_POST
def absence_proof(request: HttpRequest, pk: int) -> HttpResponse:
    report = _own(request, pk)
    form = PaperForm(request.POST, request.FILES)
    if not form.is_valid():
        return _detail(request, report, form)
    try:
        hand_in_proof(report=report, file=form.cleaned_data["justificatif"], now=clock.now())
    except (AbsenceError, BusyError) as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Le justificatif est reçu. Un agent va le lire."))
    return redirect("absence_detail", report.pk)


@family_required
@require_POST
def absence_undo(request: HttpRequest, pk: int) -> HttpResponse:
    report = _own(request, pk)
    try:
        undo_absence(report=report, by=request.user, now=clock.now())
    except (AbsenceError, BusyError) as error:
        messages.error(request, error.message)
        return redirect("absence_detail", pk)
    messages.success(
        request,
        _("L’absence est retirée : %(name)s a de nouveau ses places.") % {"name": report.child.first_name},
    )
    return redirect("absence_detail", pk)


def _own(request: HttpRequest, pk: int) -> AbsenceReport:
    return get_object_or_404(absences_of(request.user.guardian.household), pk=pk)


def _detail(request: HttpRequest, report: AbsenceReport, form: PaperForm) -> HttpResponse:
    context = {
        "report": report,
        "full_name": full_name(report.period),
        "days": report.days.select_related("line__opening"),
        "awaits": report.state == AbsenceState.AWAITING,
        "may_undo": not report.decided_at
        and not report.taken_back_at
        and report.first > clock.today(town_timezone()),
        "form": form,
    }
    return render(request, "booking/absences/detail.html", context)
