from datetime import datetime

from django.db.models import QuerySet

from billing.enums import OPEN_PAYMENTS
from billing.models import Payment
from booking.enums import PlaceState, ReservationState
from booking.models import Cart, Place, Reservation
from core.models import Household


def awaiting_payment(household: Household, *, now: datetime) -> QuerySet[Reservation]:
    """What is in the household's basket at this moment: reservations whose places are still held."""
    held = Place.objects.live(now).filter(state=PlaceState.HELD).values("line__reservation_id")
    return (
        Reservation.objects.filter(household=household, state=ReservationState.AWAITING_PAYMENT, pk__in=held)
        .select_related("child", "cart__regie", "period__activity__establishment")
        .order_by("cart__regie__position", "pk")
    )


def open_payment_of(cart: Cart) -> Payment | None:
    """The latest attempt for what is in the basket that may still bring money."""
    return (
        Payment.objects.filter(
            items__reservation__cart=cart,
            items__reservation__state=ReservationState.AWAITING_PAYMENT,
            state__in=OPEN_PAYMENTS,
        )
        .order_by("-created_at")
        .first()
    )
