"""Reservations, as messages name them."""

from django.urls import reverse

from booking.models import Reservation
from core.abouts import About
from core.models import Household


def reservation_about(pk: int, household: Household) -> About | None:
    reservation = Reservation.objects.filter(household=household, pk=pk).first()
    if reservation is None:
        return None
    return About(
        key=f"reservation:{pk}",
        label=reservation.name,
        family_url=reverse("reservation_detail", args=[pk]),
        agent_url=reverse("agent_reservation", args=[pk]),
    )
