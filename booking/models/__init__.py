from booking.models.carts import Cart
from booking.models.drafts import BookingDraft
from booking.models.offer import Activity, Enrolment, Opening, Period, Slot, Stage
from booking.models.places import Place
from booking.models.reservations import Reservation, ReservationEvent, ReservationLine

__all__ = [
    "Activity",
    "BookingDraft",
    "Cart",
    "Enrolment",
    "Opening",
    "Period",
    "Place",
    "Reservation",
    "ReservationEvent",
    "ReservationLine",
    "Slot",
    "Stage",
]
