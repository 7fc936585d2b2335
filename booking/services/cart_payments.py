"""Paying a basket: from « Accéder au paiement » to confirmed places."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import structlog
from django.db.models import Min, QuerySet
from django.urls import reverse

from billing.enums import OPEN_PAYMENTS, Fulfilment, Trigger
from billing.models import Payment, Regie
from billing.providers.base import ProviderError
from billing.purposes import Content, WayBack
from billing.services.invoices import allocate
from billing.services.payments import close_page, prepare_payment, start_payment
from billing.services.settlement import settle
from booking.enums import LineState, PlaceState
from booking.errors import EmptyCartError, PaymentInProgressError
from booking.models import Cart, PaymentItem, Place, Reservation
from booking.queries.carts import awaiting_payment, open_payment_of
from booking.queries.planning import full_name
from booking.services.cart_delivery import Delivery, confirm_paid, invoice_paid, lines_to_pay, lock_held
from booking.services.history import record
from core.enums import TaskKind
from core.locks import lock_rows, locking_transaction
from core.models import Household, User
from core.money import format_euros
from core.services.office import open_task
from core.services.outbox import write_mail
from tenants.context import town_url

log = structlog.get_logger(__name__)

CART_PURPOSE = "booking.cart"
# A provider may need this long to say how an attempt ended (payments.md §2.5): the places wait for it.
PAYMENT_HOLD = timedelta(hours=2, minutes=15)


def open_cart_payment(
    *, household: Household, regie: Regie, payer: User, restart: bool = False, now: datetime
) -> Payment:
    """Prepare and start the payment of the household's basket at one régie; returns it with its page's address.

    Raises EmptyCartError, PaymentInProgressError (also when ``restart``, the family's word that it has not paid, turns
    out wrong), and what prepare_payment and start_payment raise.
    """
    catch_up(household, regie, now, close=restart)
    with locking_transaction():
        cart = lock_rows(Cart.objects.filter(household=household, regie=regie))
        basket = awaiting_payment(household, now=now).filter(cart__regie=regie)
        lock_held(basket, now)
        reservations = list(basket)
        if not cart or not reservations:
            raise EmptyCartError
        if not restart and (running := open_payment_of(cart[0])):
            raise PaymentInProgressError(running.pk)
        payment = prepare_payment(
            regie=regie,
            household=household,
            payer=payer,
            purpose=CART_PURPOSE,
            amount=sum((reservation.total for reservation in reservations), Decimal(0)),
            label=_label(reservations),
            now=now,
        )
        PaymentItem.objects.bulk_create(
            PaymentItem(
                payment=payment,
                reservation=reservation,
                amount=reservation.total,
                line_ids=lines_to_pay(reservation),
            )
            for reservation in reservations
        )
        _hold_until(reservations, now + PAYMENT_HOLD)
    return start_payment(payment=payment, now=now)


def catch_up(household: Household, regie: Regie, now: datetime, *, close: bool) -> None:
    """Ask what became of an attempt that is still open: a result lost on the way is found before a second one begins.

    ``close`` its page first, where the provider can: nobody pays twice.

    Raises PaymentInProgressError when it brought money.
    """
    cart = Cart.objects.filter(household=household, regie=regie).first()
    running = open_payment_of(cart) if cart else None
    if running is None:
        return
    try:
        if close:
            close_page(running)
        payment = settle(payment_id=running.pk, trigger=Trigger.POLL, now=now)
    except ProviderError as error:
        # Still open for us: the family will be told that it is.
        log.warning("provider_unavailable", payment=running.pk, code=error.code, message=error.message)
        return
    if payment.is_settled:
        raise PaymentInProgressError(payment.pk)


def _label(reservations: Sequence[Reservation]) -> str:
    numbers = " ".join(reservation.display_number for reservation in reservations)
    return f"Reservation {numbers}"[:100]


def _hold_until(reservations: Sequence[Reservation], until: datetime) -> None:
    Place.objects.filter(
        line__reservation__in=reservations, state=PlaceState.HELD, held_until__lt=until
    ).update(held_until=until)


class CartPurpose:
    """billing.purposes handler of ``booking.cart``."""

    def on_settled(self, payment: Payment, *, now: datetime) -> Fulfilment:
        reservations = list(_paid_by(payment))
        lock_rows(Cart.objects.filter(pk__in={reservation.cart_id for reservation in reservations}))
        delivery = confirm_paid(line_ids=_lines_paid_by(payment), reservations=reservations, now=now)
        ids = [reservation.pk for reservation in reservations]
        record(reservation_ids=ids, act=f"Paiement {payment.reference} reçu", by=payment.payer, now=now)
        if priced := [line for line in delivery.confirmed if line.price]:
            invoice = invoice_paid(lines=priced, regie=payment.regie, household=payment.household, now=now)
            allocate(payment=payment, invoice=invoice, amount=invoice.total, now=now)
        if delivery.unplaced:
            _ask_the_office(payment, delivery, now)
        _send_ticket(payment, delivery, now)
        return Fulfilment.UNPLACED if delivery.unplaced else Fulfilment.DONE

    def on_abandoned(self, payment: Payment, *, now: datetime) -> None:
        """The places go back to the time the family was told, unless another attempt is still running."""
        running = PaymentItem.objects.filter(payment__state__in=OPEN_PAYMENTS).exclude(payment=payment)
        reservations = list(_paid_by(payment).exclude(pk__in=running.values("reservation")))
        lock_held(reservations, now)
        for reservation in reservations:
            Place.objects.filter(line__reservation=reservation, state=PlaceState.HELD).update(
                held_until=reservation.pay_before
            )

    def return_url(self, payment: Payment) -> str:
        return reverse("payment_result", args=[payment.token])

    def contents(self, payment: Payment) -> list[Content]:
        reservations = _paid_by(payment).select_related("child", "period__activity__establishment")
        return [
            Content(
                label=f"{reservation} – {reservation.child.first_name} – {full_name(reservation.period)}",
                url=reverse("reservation_detail", args=[reservation.pk]),
            )
            for reservation in reservations
        ]

    def way_back(self, payment: Payment, *, now: datetime) -> WayBack | None:
        left = awaiting_payment(payment.household, now=now).filter(
            pk__in=_paid_by(payment), pay_before__gte=now
        )
        until = left.aggregate(until=Min("pay_before"))["until"]
        return WayBack(url=reverse("cart"), until=until) if until else None


def _paid_by(payment: Payment) -> QuerySet[Reservation]:
    return Reservation.objects.filter(payment_items__payment=payment).order_by("pk")


def _lines_paid_by(payment: Payment) -> list[int]:
    return [line for lines in payment.items.values_list("line_ids", flat=True) for line in lines]


def _ask_the_office(payment: Payment, delivery: Delivery, now: datetime) -> None:
    owed = sum((line.price for line in delivery.unplaced), Decimal(0))
    twice = all(line.state == LineState.ACCEPTED for line in delivery.unplaced)
    open_task(
        kind=TaskKind.DOUBLE_PAYMENT if twice else TaskKind.UNPLACED_PAYMENT,
        source=f"payment:{payment.pk}:unplaced",
        regie=payment.regie.code,
        title=f"{format_euros(owed)} à rendre ou à garder en avoir : paiement {payment.reference}",
        body="\n".join(f"{line.label}, {line.opening.date:%d/%m/%Y}" for line in delivery.unplaced),
        now=now,
    )


def _send_ticket(payment: Payment, delivery: Delivery, now: datetime) -> None:
    write_mail(
        to=payment.payer_email,
        template="payment_ticket",
        context={
            "payment": payment,
            "delivery": delivery,
            "link": town_url(reverse("payment_result", args=[payment.token])),
        },
        now=now,
        dedupe_key=f"payment:{payment.pk}:ticket",
    )
