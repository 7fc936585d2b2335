from django.db import models

from core.models import Household, User


class CalendarFeed(models.Model):
    """The private address at which calendars read a family's bookings. A new token revokes the address before it."""

    household = models.OneToOneField(
        Household, models.CASCADE, related_name="calendar_feed", verbose_name="dossier"
    )
    token = models.CharField("jeton", max_length=64, unique=True)
    created_at = models.DateTimeField("créée le")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "agenda d’une famille"
        verbose_name_plural = "agendas des familles"

    def __str__(self) -> str:
        return str(self.household)
