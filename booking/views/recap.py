"""From the recap to the recorded request. Confirming twice the same selection records it once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from booking.enums import BookingMode, ReservationState
from booking.errors import NotAllowedError, NothingAskedError, RequestRefusedError
from booking.forms import ConfirmForm
from booking.models import BookingDraft, Reservation
from booking.queries.estimate import asked, estimate_cells, estimate_lines
from booking.queries.planning import full_name
from booking.queries.reservations import reservations_of, with_lines
from booking.services.drafts import draft_wishes
from booking.services.requests import check_demand, submit_request
from booking.views.journey import Journey, journey_for
from core import clock
from core.errors import BusyError
from core.views.access import family_required


@family_required
def booking_recap(request: HttpRequest, child_id: int, period_code: str) -> HttpResponse:
    now = clock.now()
    journey = journey_for(request, child_id, period_code)
    planning = f"{journey.planning_url}?{urlencode({'vue': request.GET.get('vue', '')})}"
    if journey.draft is None:
        messages.error(request, NothingAskedError.message)
        return redirect(planning)
    try:
        demand = check_demand(**_wanted(journey), now=now)
    except (NothingAskedError, RequestRefusedError, NotAllowedError) as error:
        messages.error(request, error.message)
        return redirect(planning)
    context = {
        "journey": journey,
        "planning_url": planning,
        "demand": demand,
        "estimate": estimate_cells(demand.additions) if demand.total else [],
        "is_request": journey.period.mode == BookingMode.REQUEST,
        "form": ConfirmForm(
            initial={"brouillon": journey.draft.pk, "version": journey.draft.updated_at.isoformat()}
        ),
    }
    return render(request, "booking/recap.html", context)


def _wanted(journey: Journey) -> dict:
    draft = journey.draft
    return {
        "child": journey.child,
        "period": journey.period,
        "wishes": draft_wishes(draft),
        "cancellations": draft.cancellations,
    }


@family_required
@require_POST
def booking_confirm(request: HttpRequest, child_id: int, period_code: str) -> HttpResponse:
    journey = journey_for(request, child_id, period_code)
    form = ConfirmForm(request.POST)
    draft = journey.draft
    if form.is_valid() and (draft is None or draft.pk != form.cleaned_data["brouillon"]):
        return _already_recorded(request, journey)
    if not form.is_valid() or draft.updated_at != form.cleaned_data["version"]:
        return _look_again(request, journey)
    return _submit(request, journey, draft)


def _submit(request: HttpRequest, journey: Journey, draft: BookingDraft) -> HttpResponse:
    try:
        reservation = submit_request(**_wanted(journey), by=request.user, now=clock.now())
    except (NothingAskedError, RequestRefusedError, NotAllowedError) as error:
        if not BookingDraft.objects.filter(
            pk=draft.pk
        ).exists():  # the other click of a double click was faster
            return _already_recorded(request, journey)
        messages.error(request, error.message)
        return redirect(journey.planning_url)
    except BusyError as error:
        messages.error(request, error.message)
        return redirect("booking_recap", *journey.args)
    return redirect("booking_recorded", reservation.pk)


def _look_again(request: HttpRequest, journey: Journey) -> HttpResponse:
    messages.warning(
        request, "Votre sélection a changé depuis l’affichage de cette page. Vérifiez-la avant de confirmer."
    )
    return redirect("booking_recap", *journey.args)


def _already_recorded(request: HttpRequest, journey: Journey) -> HttpResponse:
    latest = Reservation.objects.filter(child=journey.child, period=journey.period).order_by("-pk").first()
    if latest is None:
        return redirect(journey.planning_url)
    messages.info(request, "Cette demande est déjà enregistrée : elle ne l’a été qu’une fois.")
    return redirect("booking_recorded", latest.pk)


@family_required
def booking_recorded(request: HttpRequest, pk: int) -> HttpResponse:
    """« Demande de réservation enregistrée »: what was recorded, and what happens next."""
    reservation = get_object_or_404(with_lines(reservations_of(request.user.guardian.household)), pk=pk)
    lines = list(reservation.lines.all())
    context = {
        "reservation": reservation,
        "full_name": full_name(reservation.period),
        "lines": lines,
        "estimate": estimate_lines(asked(lines)),
        "awaits_payment": reservation.state == ReservationState.AWAITING_PAYMENT,
    }
    return render(request, "booking/recorded.html", context)
