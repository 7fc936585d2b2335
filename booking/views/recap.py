"""From the recap to the recorded request. Confirming twice the same selection records it once."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from booking.enums import BookingMode, ReservationState
from booking.errors import NotAllowedError, NothingAskedError, RequestRefusedError, SelectionChangedError
from booking.forms import ConfirmForm
from booking.queries.demand import Demand, check_demand
from booking.queries.estimate import asked, estimate_cells, estimate_lines
from booking.queries.planning import full_name
from booking.queries.reservations import reservations_of, with_lines
from booking.services.confirmations import confirm_draft
from booking.services.drafts import draft_wishes
from booking.views.journey import Journey, journey_for
from core import clock
from core.errors import BusyError
from core.views.access import family_required

REFUSALS = (NothingAskedError, RequestRefusedError, NotAllowedError)


def demand_of(journey: Journey) -> Demand:
    """What the draft asks for, checked now. Raises one of REFUSALS."""
    draft = journey.draft
    if draft is None:
        raise NothingAskedError
    return check_demand(
        child=journey.child,
        period=journey.period,
        wishes=draft_wishes(draft),
        cancellations=draft.cancellations,
        now=clock.now(),
    )


def confirm_form(journey: Journey, *, prefix: str | None = None) -> ConfirmForm:
    """Names the draft that the page shows."""
    draft = journey.draft
    initial = {"brouillon": draft.pk, "version": draft.updated_at.isoformat()} if draft else {}
    return ConfirmForm(initial=initial, prefix=prefix)


@family_required
def booking_recap(request: HttpRequest, child_id: int, period_code: str) -> HttpResponse:
    journey = journey_for(request, child_id, period_code)
    planning = f"{journey.planning_url}?{urlencode({'vue': request.GET.get('vue', '')})}"
    try:
        demand = demand_of(journey)
    except REFUSALS as error:
        messages.error(request, error.message)
        return redirect(planning)
    context = {
        "journey": journey,
        "planning_url": planning,
        "demand": demand,
        "estimate": estimate_cells(demand.additions) if demand.has_price else [],
        "is_request": journey.period.mode == BookingMode.REQUEST,
        "form": confirm_form(journey),
    }
    return render(request, "booking/recap.html", context)


@family_required
@require_POST
def booking_confirm(request: HttpRequest, child_id: int, period_code: str) -> HttpResponse:
    journey = journey_for(request, child_id, period_code)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        messages.warning(request, SelectionChangedError.message)
        return redirect("booking_recap", *journey.args)
    try:
        confirmed = confirm_draft(
            child=journey.child,
            period=journey.period,
            draft_id=form.cleaned_data["brouillon"],
            version=form.cleaned_data["version"],
            by=request.user,
            now=clock.now(),
        )
    except (SelectionChangedError, BusyError) as error:
        messages.warning(request, error.message)
        return redirect("booking_recap", *journey.args)
    except REFUSALS as error:
        messages.error(request, error.message)
        return redirect(journey.planning_url)
    if confirmed.already:
        messages.info(request, _("Cette demande est déjà enregistrée : elle ne l’a été qu’une fois."))
    return redirect("booking_recorded", confirmed.reservation.pk)


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
