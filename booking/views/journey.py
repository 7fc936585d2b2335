"""What the pages of one booking share: whose, which period, and what is ticked so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from booking.models import BookingDraft, Period
from booking.queries.access import lacks_of, standings
from booking.queries.offer import periods
from booking.queries.planning import full_name
from core import clock
from core.models import Child, CommuneSettings
from core.views.access import own_child
from tenants.context import town_timezone


@dataclass(kw_only=True)
class Journey:
    child: Child
    period: Period
    tz: ZoneInfo

    @property
    def key(self) -> str:
        """« 12.cantine-2026 », how an address names one planning among several."""
        return f"{self.child.pk}.{self.period.code}"

    @property
    def prefix(self) -> str:
        """Keeps what this planning sends apart from the others of the page: a form’s prefix."""
        return f"e{self.child.pk}-{self.period.pk}"

    @property
    def args(self) -> list:
        return [self.child.pk, self.period.code]

    @property
    def full_name(self) -> str:
        return full_name(self.period)

    @property
    def planning_url(self) -> str:
        return reverse("booking_planning", args=self.args)

    @property
    def period_url(self) -> str:
        return reverse("booking_period", args=[self.child.pk])

    @cached_property
    def draft(self) -> BookingDraft | None:
        return BookingDraft.objects.filter(
            child=self.child, household=self.child.household_id, period=self.period
        ).first()


def journey_for(request: HttpRequest, child_id: int, period_code: str) -> Journey:
    """Raises Http404 for a child of another household."""
    return Journey(
        child=own_child(request, child_id),
        period=get_object_or_404(periods(), code=period_code),
        tz=town_timezone(),
    )


def no_booking_page(request: HttpRequest, journey: Journey, obstacles: Sequence[str]) -> HttpResponse:
    """Why this child cannot book this period, and whom to call."""
    known = standings([journey.child], [journey.period], now=clock.now())
    context = {
        "journey": journey,
        "obstacles": obstacles,
        "lacks": lacks_of(journey.period, known.of(journey.child, journey.period)),
        "settings": CommuneSettings.objects.get(),
    }
    return render(request, "booking/not_allowed.html", context)
