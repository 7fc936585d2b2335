from django.db import models
from django.db.models import F, Q

from core.models.places import Establishment


class CalendarDay(models.Model):
    """An agent's word on the calendar: days closed although they are usually open, or open although they are not."""

    class Kind(models.TextChoices):
        CLOSED = "closed", "Fermé"
        OPEN = "open", "Ouvert exceptionnellement"

    kind = models.CharField("effet", max_length=6, choices=Kind)
    start = models.DateField("du")
    end = models.DateField("au")
    label = models.CharField("motif", max_length=120)
    establishment = models.ForeignKey(
        Establishment,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="calendar_days",
        verbose_name="établissement",
    )

    class Meta:
        verbose_name = "jour particulier"
        ordering = ["start"]
        constraints = [
            models.CheckConstraint(
                name="calendarday_order",
                condition=Q(start__lte=F("end")),
                violation_error_message="La fin précède le début.",
            ),
        ]

    def __str__(self) -> str:
        return self.label
