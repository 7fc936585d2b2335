from booking.models.carts import Cart
from booking.models.drafts import BookingDraft
from booking.models.offer import Activity, Enrolment, Opening, Period, Slot, Stage
from booking.models.places import Place
from booking.models.reservations import PaymentItem, Reservation, ReservationEvent, ReservationLine

__all__ = [
    "Activity",
    "BookingDraft",
    "Cart",
    "Enrolment",
    "Opening",
    "PaymentItem",
    "Period",
    "Place",
    "Reservation",
    "ReservationEvent",
    "ReservationLine",
    "Slot",
    "Stage",
]
