from django.db import models

from booking.models.offer import Period
from core.models import Child, Household, User


class BookingDraft(models.Model):
    """What a family has ticked and not yet confirmed: kept, whatever happens to its session or network. Each home of
    a child has its own.

    ``wishes``: opening id → stage id; ``cancellations``: opening ids to give back.
    """

    child = models.ForeignKey(Child, models.CASCADE, related_name="drafts", verbose_name="enfant")
    household = models.ForeignKey(
        Household, models.CASCADE, related_name="booking_drafts", verbose_name="dossier"
    )
    period = models.ForeignKey(Period, models.CASCADE, related_name="drafts", verbose_name="période")
    wishes = models.JSONField("demandes", default=dict)
    cancellations = models.JSONField("annulations", default=list)
    updated_by = models.ForeignKey(User, models.SET_NULL, null=True, verbose_name="par")
    updated_at = models.DateTimeField("modifié le")

    class Meta:
        verbose_name = "brouillon"
        constraints = [
            models.UniqueConstraint(fields=["child", "household", "period"], name="bookingdraft_one_a_home")
        ]

    def __str__(self) -> str:
        return f"{self.child} – {self.period}"
