from booking.models.attendance import AttendanceAct, AttendanceSheet
from booking.models.carts import Cart
from booking.models.changes import ChangedLine, ServiceChange
from booking.models.drafts import BookingDraft
from booking.models.meals import MealOrder
from booking.models.offer import Activity, Enrolment, Opening, Period, Slot, Stage
from booking.models.places import Place
from booking.models.reservations import PaymentItem, Reservation, ReservationEvent, ReservationLine

__all__ = [
    "Activity",
    "AttendanceAct",
    "AttendanceSheet",
    "BookingDraft",
    "Cart",
    "ChangedLine",
    "Enrolment",
    "MealOrder",
    "Opening",
    "PaymentItem",
    "Period",
    "Place",
    "Reservation",
    "ReservationEvent",
    "ReservationLine",
    "ServiceChange",
    "Slot",
    "Stage",
]
