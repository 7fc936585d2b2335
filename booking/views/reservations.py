"""The household's reservations: all of them, and one with its history."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from booking.enums import ReservationState
from booking.queries.estimate import asked, estimate_lines
from booking.queries.planning import full_name
from booking.queries.reservations import reservations_of, with_lines
from booking.views.lists import reservation_table
from core.views.access import family_required


@family_required
def reservation_list(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "booking/reservations.html",
        {"table": reservation_table(request.user.guardian.household, request.GET)},
    )


@family_required
def reservation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    reservation = get_object_or_404(with_lines(reservations_of(request.user.guardian.household)), pk=pk)
    lines = list(reservation.lines.all())
    context = {
        "reservation": reservation,
        "full_name": full_name(reservation.period),
        "lines": lines,
        "estimate": estimate_lines(asked(lines)),
        "history": reservation.events.select_related("by"),
        "awaits_payment": reservation.state == ReservationState.AWAITING_PAYMENT,
    }
    return render(request, "booking/reservation.html", context)
