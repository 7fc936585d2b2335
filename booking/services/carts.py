"""The basket: leaving it, and what lapses when nobody pays in time."""

from collections.abc import Collection
from datetime import datetime

import structlog
from django.urls import reverse

from billing.enums import OPEN_PAYMENTS, SETTLED_PAYMENTS
from booking.enums import LineState, PlaceState, ReservationState
from booking.errors import EmptyCartError, PaymentInProgressError
from booking.models import Cart, PaymentItem, Place, Reservation, ReservationLine
from booking.queries.carts import open_payment_of
from booking.queries.planning import full_name
from booking.queries.recipients import family_account
from booking.services.history import record
from booking.services.places import UNPAID, lock_openings, release
from core.locks import lock_rows, locking_transaction
from core.models import User
from core.services.outbox import write_mail
from tenants.context import town_url

log = structlog.get_logger(__name__)


def withdraw_reservation(*, reservation: Reservation, by: User, now: datetime) -> Reservation:
    """Take an unpaid reservation out of the basket; its places are free at once.

    Raises EmptyCartError when it is not in the basket any more, PaymentInProgressError while it is being paid.
    """
    if reservation.cart_id is None:
        raise EmptyCartError
    with locking_transaction():
        (cart,) = lock_rows(Cart.objects.filter(pk=reservation.cart_id))
        reservation.refresh_from_db()
        if reservation.state != ReservationState.AWAITING_PAYMENT:
            raise EmptyCartError
        if payment := open_payment_of(cart):
            raise PaymentInProgressError(payment.pk)
        _let_go([reservation.pk], reason="Retirée du panier par la famille.", by=by, now=now)
    reservation.refresh_from_db()
    return reservation


def expire_unpaid(*, now: datetime, limit: int = 500) -> int:
    """Tidy up reservations whose hold has lapsed, one basket at a time, and tell each family. Returns how many.

    Nothing depends on it having run: a lapsed hold already counts for nothing (Place.objects.live). A basket that
    cannot be tidied up is logged and stops no other.
    """
    lapsed = (
        Place.objects.lapsed(now)
        .filter(line__reservation__state=ReservationState.AWAITING_PAYMENT)
        .values_list("line__reservation__cart_id", flat=True)
        .distinct()[:limit]
    )
    # A reservation all of whose places were freed by other families' bookings has no lapsed place left.
    emptied = (
        Reservation.objects.filter(state=ReservationState.AWAITING_PAYMENT, pay_before__lt=now)
        .exclude(lines__place__state=PlaceState.HELD)
        .order_by("cart_id")
        .values_list("cart_id", flat=True)
        .distinct()[:limit]
    )
    expired = 0
    for cart_id in sorted({*lapsed, *emptied}):
        try:
            expired += _expire_cart(cart_id, now)
        except Exception:
            log.exception("basket_not_expired", cart=cart_id)
    return expired


def _expire_cart(cart_id: int, now: datetime) -> int:
    with locking_transaction():
        lock_rows(Cart.objects.filter(pk=cart_id))
        still_held = Place.objects.live(now).filter(state=PlaceState.HELD).values("line__reservation_id")
        expired = list(
            Reservation.objects.filter(
                cart_id=cart_id, state=ReservationState.AWAITING_PAYMENT, pay_before__lt=now
            )
            .exclude(pk__in=still_held)
            .select_related("child", "created_by", "period__activity__establishment")
        )
        if not expired:
            return 0
        _let_go([reservation.pk for reservation in expired], reason=UNPAID, by=None, now=now)
        begun = _with_money_that_may_come(expired)
        for reservation in expired:
            if account := family_account(reservation.household_id, preferred=reservation.created_by):
                write_mail(
                    to=account.email,
                    template="reservation_expired",
                    context={
                        "reservation": reservation,
                        "full_name": full_name(reservation.period),
                        "payment_begun": reservation.pk in begun,
                        "booking_url": town_url(reverse("booking_child")),
                    },
                    now=now,
                    dedupe_key=f"reservation:{reservation.pk}:expired",
                )
        return len(expired)


def _with_money_that_may_come(reservations: Collection[Reservation]) -> set[int]:
    """Those for which a payment was begun and may still turn out paid: nobody can promise that nothing was debited."""
    items = PaymentItem.objects.filter(
        reservation__in=reservations, payment__state__in=OPEN_PAYMENTS | SETTLED_PAYMENTS
    )
    return set(items.values_list("reservation_id", flat=True))


def _let_go(reservation_ids: Collection[int], *, reason: str, by: User | None, now: datetime) -> None:
    """Release what these unpaid reservations hold. Their basket is locked by the caller."""
    held = Place.objects.filter(line__reservation__in=reservation_ids, state=PlaceState.HELD)
    lock_openings(held.values_list("opening_id", flat=True), now=now)
    places = list(held)
    release(places, now=now)
    unpaid = ReservationLine.objects.filter(reservation__in=reservation_ids, state=LineState.AWAITING_PAYMENT)
    unpaid.update(state=LineState.CANCELLED, reason=reason)
    record(reservation_ids=reservation_ids, act=reason, by=by, now=now)
