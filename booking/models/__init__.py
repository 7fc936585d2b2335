from booking.models.absences import AbsenceReport, AbsentDay
from booking.models.attendance import AttendanceAct, AttendanceSheet
from booking.models.carts import Cart
from booking.models.changes import ChangedLine, ServiceChange
from booking.models.drafts import BookingDraft
from booking.models.feeds import CalendarFeed
from booking.models.groups import OpeningGroup, SlotGroup
from booking.models.meals import MealOrder
from booking.models.offer import Activity, Enrolment, Opening, Period, Slot, Stage
from booking.models.outings import OutingCost
from booking.models.places import Place
from booking.models.priorities import FamilyPriority, PriorityRule
from booking.models.reservations import PaymentItem, Reservation, ReservationEvent, ReservationLine
from booking.models.staffing import PlacesAct, Staffing
from booking.models.waiting import RetakeClaim, WaitingEntry, WaitingEvent, WaitingPolicy

__all__ = [
    "AbsenceReport",
    "AbsentDay",
    "Activity",
    "AttendanceAct",
    "AttendanceSheet",
    "BookingDraft",
    "CalendarFeed",
    "Cart",
    "ChangedLine",
    "Enrolment",
    "FamilyPriority",
    "MealOrder",
    "Opening",
    "OpeningGroup",
    "OutingCost",
    "PaymentItem",
    "Period",
    "Place",
    "PlacesAct",
    "PriorityRule",
    "Reservation",
    "ReservationEvent",
    "ReservationLine",
    "RetakeClaim",
    "ServiceChange",
    "Slot",
    "SlotGroup",
    "Staffing",
    "Stage",
    "WaitingEntry",
    "WaitingEvent",
    "WaitingPolicy",
]
