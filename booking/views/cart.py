"""« Panier »: what waits to be paid, régie by régie, and the way to the payment page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billing.models import Payment, Regie
from billing.services.payments import provider_page
from booking.enums import LineState
from booking.errors import PaymentInProgressError
from booking.forms import PayForm
from booking.models import Reservation, ReservationLine
from booking.queries.carts import awaiting_payment, open_payment_of
from booking.queries.estimate import EstimateRow, estimate_lines
from booking.queries.planning import full_name
from booking.queries.reservations import reservations_of, with_lines
from booking.services.cart_payments import open_cart_payment
from booking.services.carts import withdraw_reservation
from core import clock
from core.errors import DomainError
from core.models import Household
from core.views.access import family_required


@dataclass(frozen=True, kw_only=True)
class CartReservation:
    reservation: Reservation
    heading: str
    lines: Sequence[ReservationLine]
    estimate: Sequence[EstimateRow]


@dataclass(frozen=True, kw_only=True)
class RegieCart:
    """``running``: the attempt to pay it that has not ended yet."""

    regie: Regie
    items: Sequence[CartReservation]
    running: Payment | None

    @property
    def total(self) -> Decimal:
        return sum((item.reservation.total for item in self.items), Decimal(0))

    @property
    def pay_before(self) -> datetime:
        return min(item.reservation.pay_before for item in self.items)


def _regie_carts(household: Household, now: datetime) -> list[RegieCart]:
    reservations = with_lines(awaiting_payment(household, now=now))
    return [
        RegieCart(
            regie=one.regie,
            items=[_item(reservation) for reservation in group],
            running=open_payment_of(one),
        )
        for one, group in groupby(reservations, key=lambda reservation: reservation.cart)
    ]


def _item(reservation: Reservation) -> CartReservation:
    lines = list(reservation.lines.all())
    return CartReservation(
        reservation=reservation,
        heading=f"{reservation.child.first_name} - {full_name(reservation.period)}",
        lines=lines,
        estimate=estimate_lines(line for line in lines if line.state == LineState.AWAITING_PAYMENT),
    )


@family_required
def cart(request: HttpRequest) -> HttpResponse:
    carts = _regie_carts(request.user.guardian.household, clock.now())
    return render(request, "booking/cart.html", {"carts": carts})


@family_required
@require_POST
def cart_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    reservation = get_object_or_404(
        reservations_of(request.user.guardian.household), pk=pk, cart__isnull=False
    )
    try:
        withdraw_reservation(reservation=reservation, by=request.user, now=clock.now())
    except PaymentInProgressError as error:
        return _in_progress(request, error, reservation.cart.regie)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(
            request,
            _("La réservation n° %(number)s est retirée de votre panier. Rien ne vous est demandé.")
            % {"number": reservation.display_number},
        )
    return redirect("cart")


@family_required
def cart_pay(request: HttpRequest, regie_code: str) -> HttpResponse:
    """« Paiement »: the amount, once more, before leaving for the provider."""
    regie = get_object_or_404(Regie, code=regie_code)
    mine = [one for one in _regie_carts(request.user.guardian.household, clock.now()) if one.regie == regie]
    if not mine:
        return redirect("cart")
    return render(request, "booking/pay.html", {"cart": mine[0], "regie": regie})


@family_required
@require_POST
def payment_start(request: HttpRequest, regie_code: str) -> HttpResponse:
    regie = get_object_or_404(Regie, code=regie_code)
    form = PayForm(request.POST)
    restart = form.is_valid() and form.cleaned_data["recommencer"]
    try:
        payment = open_cart_payment(
            household=request.user.guardian.household,
            regie=regie,
            payer=request.user,
            restart=restart,
            now=clock.now(),
        )
    except PaymentInProgressError as error:
        return _in_progress(request, error, regie)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("cart")
    return redirect(provider_page(payment))


def _in_progress(request: HttpRequest, error: PaymentInProgressError, regie: Regie) -> HttpResponse:
    payment = get_object_or_404(Payment, pk=error.payment_id, household=request.user.guardian.household)
    if payment.is_settled:  # its result had been lost on the way
        return redirect("payment_result", payment.token)
    return render(
        request, "booking/payment_in_progress.html", {"payment": payment, "regie": regie}, status=409
    )
