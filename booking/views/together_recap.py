"""From one recap for several children to their reservations: each its own, all or nothing each."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from booking.enums import BookingMode, ReservationState
from booking.errors import NothingAskedError, SelectionChangedError
from booking.forms import ConfirmForm
from booking.queries.demand import Demand
from booking.queries.estimate import EstimateRow, estimate_cells
from booking.queries.reservations import reservations_of
from booking.services.confirmations import confirm_draft
from booking.views.journey import Journey
from booking.views.recap import REFUSALS, confirm_form, demand_of
from booking.views.together import Together, together_of
from core import clock
from core.errors import DomainError
from core.views.access import family_required
from core.words import NBSP


@dataclass(kw_only=True)
class Part:
    """One child's share of the recap: its demand, or why it cannot be confirmed."""

    journey: Journey
    form: ConfirmForm
    demand: Demand | None = None
    problem: str = ""

    @property
    def estimate(self) -> Sequence[EstimateRow]:
        return estimate_cells(self.demand.additions) if self.demand and self.demand.has_price else ()

    @property
    def is_request(self) -> bool:
        return self.journey.period.mode == BookingMode.REQUEST


def _parts(together: Together) -> list[Part]:
    """Those that ask for something."""
    parts = []
    for journey in together.journeys:
        part = Part(journey=journey, form=confirm_form(journey, prefix=journey.prefix))
        try:
            part.demand = demand_of(journey)
        except NothingAskedError:
            continue
        except REFUSALS as error:
            part.problem = error.message
        parts.append(part)
    return parts


@family_required
def booking_together_recap(request: HttpRequest) -> HttpResponse:
    together = together_of(request.user.guardian.household, request.GET)
    planning = together.url("booking_together_planning", vue=request.GET.get("vue", ""))
    parts = _parts(together)
    if not parts:
        messages.error(request, NothingAskedError.message)
        return redirect(planning)
    demands = [part.demand for part in parts if part.demand]
    context = {
        "parts": parts,
        "planning_url": planning,
        "ready": len(demands),
        "total": sum((demand.total for demand in demands), Decimal(0)),
        "is_prepaid": any(demand.is_prepaid for demand in demands),
    }
    return render(request, "booking/together_recap.html", context)


@family_required
@require_POST
def booking_together_confirm(request: HttpRequest) -> HttpResponse:
    """Each child in its own transaction: what one cannot have takes nothing from the others."""
    together = together_of(request.user.guardian.household, request.POST)
    numbers = []
    for journey in together.journeys:
        form = ConfirmForm(request.POST, prefix=journey.prefix)
        if form.add_prefix("brouillon") not in request.POST:
            continue  # the recap said why it could not be confirmed
        try:
            numbers.append(_confirm(request, journey, form))
        except DomainError as error:
            whose = f"{journey.child.first_name}, {journey.period.name}"
            messages.error(request, f"{whose}{NBSP}: {error.message}")
    if not numbers:
        return redirect(together.url("booking_together_recap"))
    return redirect(together.url("booking_together_recorded", numero=numbers))


def _confirm(request: HttpRequest, journey: Journey, form: ConfirmForm) -> int:
    """The number of the reservation. Raises what confirm_draft raises."""
    if not form.is_valid():
        raise SelectionChangedError
    confirmed = confirm_draft(
        child=journey.child,
        period=journey.period,
        draft_id=form.cleaned_data["brouillon"],
        version=form.cleaned_data["version"],
        by=request.user,
        now=clock.now(),
    )
    return confirmed.reservation.pk


@family_required
def booking_together_recorded(request: HttpRequest) -> HttpResponse:
    """What was recorded for each child, and what was not and why. Can be shown again: it only reads."""
    household = request.user.guardian.household
    together = together_of(household, request.GET)
    numbers = [
        int(number) for number in request.GET.getlist("numero") if number.isdecimal() and len(number) < 10
    ]
    reservations = list(reservations_of(household).filter(pk__in=numbers).order_by("child__first_name", "pk"))
    if not reservations:
        return redirect("reservation_list")
    waiting = [one for one in reservations if one.state == ReservationState.AWAITING_PAYMENT]
    context = {
        "reservations": reservations,
        "left": _parts(together),
        "to_pay": sum((one.total for one in waiting), Decimal(0)),
        "pay_before": min((one.pay_before for one in waiting), default=None),
    }
    return render(request, "booking/together_recorded.html", context)
