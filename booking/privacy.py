"""What booking says of a family's data: see core.privacy."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import QuerySet

from booking.enums import LIVE
from booking.models import AbsenceReport, BookingDraft, CalendarFeed, Place, Reservation, WaitingEntry
from core.models import Household
from core.privacy import FORGOTTEN, register_detail, register_eraser, register_obstacles, register_signs
from core.services.files import forget_file
from tenants.context import town_timezone


def register() -> None:
    register_detail("booking.ReservationLine", "reservation__household")
    register_obstacles("booking.places", _places_to_come)
    register_signs("booking.reservations", _booked_since)
    register_eraser("booking.files", _erase)


def _places_to_come(household: Household, now: datetime) -> Iterable[str]:
    today = now.astimezone(town_timezone()).date()
    coming = Place.objects.filter(child__household=household, state__in=LIVE, opening__date__gte=today)
    if coming.exists():
        yield "Des jours sont encore réservés : annulez-les d’abord."


def _booked_since(since: datetime) -> QuerySet:
    return Reservation.objects.filter(created_at__gte=since).values_list("household", flat=True)


def _erase(household: Household, children: Collection[int]) -> None:
    BookingDraft.objects.filter(child__in=children).delete()
    CalendarFeed.objects.filter(household=household).delete()
    reports = AbsenceReport.objects.filter(child__in=children)
    for report in reports.exclude(proof_file=""):  # a doctor's note that nobody has decided on
        forget_file(report.proof_file)
    reports.update(note="", proof_file="")
    reports.exclude(decision_reason="").update(decision_reason=FORGOTTEN)
    WaitingEntry.objects.filter(child__in=children).exclude(reason="").update(reason=FORGOTTEN)
