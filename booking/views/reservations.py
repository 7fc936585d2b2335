"""The household's reservations: all of them, and one with its history, on a page and on paper."""

from collections.abc import Iterable
from datetime import date
from io import BytesIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from booking.documents.attestation import attestation_pdf
from booking.enums import LineState, ReservationState
from booking.models import Reservation, ReservationLine
from booking.queries.estimate import asked, estimate_lines
from booking.queries.planning import full_name
from booking.queries.reservations import cancellations_of, reservations_of, with_lines
from booking.views.lists import reservation_table
from booking.views.windows import page_key
from core import clock
from core.views.access import family_required
from tenants.context import town_timezone


@family_required
def reservation_list(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "booking/reservations.html",
        {"table": reservation_table(request.user.guardian.household, request.GET)},
    )


@family_required
def reservation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    reservation = _own(request, pk)
    lines = list(reservation.lines.all())
    context = {
        "reservation": reservation,
        "full_name": full_name(reservation.period),
        "lines": lines,
        "cancellations": _cancellations(reservation, lines),
        "estimate": estimate_lines(asked(lines)),
        "history": reservation.events.select_related("by"),
        "awaits_payment": reservation.state == ReservationState.AWAITING_PAYMENT,
        "planning_page": _planning_page(reservation),
    }
    return render(request, "booking/reservation.html", context)


def _planning_page(reservation: Reservation) -> str:
    """Of its first day that has not passed."""
    coming = max(reservation.first_date, clock.today(town_timezone()))
    return page_key(reservation.period, min(coming, reservation.last_date))


def _cancellations(
    reservation: Reservation, lines: Iterable[ReservationLine]
) -> list[tuple[Reservation, list[date]]]:
    """The later reservations that gave days of this one back, with these days."""
    by_opening = cancellations_of(reservation)
    days: dict[Reservation, list[date]] = {}
    for line in lines:
        if line.state == LineState.CANCELLED and line.opening_id in by_opening:
            days.setdefault(by_opening[line.opening_id], []).append(line.opening.date)
    return list(days.items())


@family_required
def reservation_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """« Attestation de réservation »: what a family shows when it contests a penalty."""
    reservation = _own(request, pk)
    content = attestation_pdf(reservation, cancelled_by=cancellations_of(reservation), now=clock.now())
    response = FileResponse(
        BytesIO(content),
        filename=f"attestation-reservation-{reservation.display_number}.pdf",
        content_type="application/pdf",
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _own(request: HttpRequest, pk: int) -> Reservation:
    """Raises Http404 for a reservation of another household."""
    return get_object_or_404(with_lines(reservations_of(request.user.guardian.household)), pk=pk)
