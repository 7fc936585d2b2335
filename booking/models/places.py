from datetime import datetime

from django.db import models
from django.db.models import Q

from booking.enums import LIVE, PlaceState
from booking.models.groups import SlotGroup
from booking.models.offer import Opening
from booking.models.reservations import ReservationLine
from core.models import Child


class PlaceQuerySet(models.QuerySet["Place"]):
    def live(self, now: datetime) -> "PlaceQuerySet":
        """Places that stand at this moment. A hold stands while ``held_until >= now``: a predicate, never a job."""
        return self.filter(state__in=LIVE).exclude(state=PlaceState.HELD, held_until__lt=now)

    def lapsed(self, now: datetime) -> "PlaceQuerySet":
        """Holds whose time is over and that nobody has tidied up yet."""
        return self.filter(state=PlaceState.HELD, held_until__lt=now)


class Place(models.Model):
    """Présence: the one truth of who holds which opening, and in which state."""

    opening = models.ForeignKey(Opening, models.PROTECT, related_name="places", verbose_name="ouverture")
    child = models.ForeignKey(Child, models.PROTECT, related_name="places", verbose_name="enfant")
    # The line that asked for the place; the line that gave it back is the one of a later reservation.
    line = models.OneToOneField(ReservationLine, models.PROTECT, related_name="place", verbose_name="ligne")
    # In which group of the slot it is counted, whatever becomes of the child's age or class.
    group = models.ForeignKey(
        SlotGroup, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="groupe"
    )
    state = models.CharField("état", max_length=9, choices=PlaceState)
    held_until = models.DateTimeField("tenue jusqu’à", null=True, blank=True)
    released_at = models.DateTimeField("libérée le", null=True, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "présence"
        constraints = [
            models.UniqueConstraint(
                fields=["opening", "child"], condition=~Q(state=PlaceState.RELEASED), name="place_unique"
            ),
            models.CheckConstraint(name="place_state_known", condition=Q(state__in=PlaceState.values)),
            models.CheckConstraint(
                name="place_held_has_term", condition=~Q(state=PlaceState.HELD) | Q(held_until__isnull=False)
            ),
            models.CheckConstraint(
                name="place_released_has_date",
                condition=~Q(state=PlaceState.RELEASED) | Q(released_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["held_until"], condition=Q(state=PlaceState.HELD), name="place_held_until")
        ]

    def __str__(self) -> str:
        return f"{self.child} – {self.opening}"

    def has_lapsed(self, now: datetime) -> bool:
        """A hold whose time is over (PlaceQuerySet.lapsed)."""
        return self.state == PlaceState.HELD and self.held_until is not None and self.held_until < now
