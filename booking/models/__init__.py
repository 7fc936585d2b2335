from booking.models.attendance import AttendanceAct, AttendanceSheet
from booking.models.carts import Cart
from booking.models.changes import ChangedLine, ServiceChange
from booking.models.drafts import BookingDraft
from booking.models.feeds import CalendarFeed
from booking.models.meals import MealOrder
from booking.models.offer import Activity, Enrolment, Opening, Period, Slot, Stage
from booking.models.places import Place
from booking.models.reservations import PaymentItem, Reservation, ReservationEvent, ReservationLine
from booking.models.waiting import RetakeClaim, WaitingEntry, WaitingEvent, WaitingPolicy

__all__ = [
    "Activity",
    "AttendanceAct",
    "AttendanceSheet",
    "BookingDraft",
    "CalendarFeed",
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
    "RetakeClaim",
    "ServiceChange",
    "Slot",
    "Stage",
    "WaitingEntry",
    "WaitingEvent",
    "WaitingPolicy",
]
