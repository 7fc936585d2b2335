from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db import models
from django.db.models import F, Q

from core.custody import Arrangement, CustodyMode
from core.models.accounts import User
from core.models.families import Child, Household


class Custody(models.Model):
    """Garde partagée: the second household of a child, from a day and, when it is known, until another.

    One a day for a child (the database refuses two). A change is a new row: what was owed keeps its payer.
    ``periods``: first and last days at the second household, as ISO dates, for a calendar of its own.
    """

    child = models.ForeignKey(Child, models.CASCADE, related_name="custodies", verbose_name="enfant")
    second = models.ForeignKey(
        Household, models.PROTECT, related_name="custodies", verbose_name="second dossier"
    )
    mode = models.CharField("partage", max_length=5, choices=CustodyMode)
    even_weeks = models.BooleanField("semaines paires chez le second", default=False)
    percent = models.DecimalField("part du second", max_digits=5, decimal_places=2, null=True, blank=True)
    periods = models.JSONField("jours chez le second", default=list, blank=True)
    valid_from = models.DateField("à partir du")
    valid_until = models.DateField("jusqu’au", null=True, blank=True)
    proof = models.CharField("justificatif", max_length=200, blank=True)
    recorded_at = models.DateTimeField("enregistrée le")
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="enregistrée par"
    )

    class Meta:
        verbose_name = "garde partagée"
        verbose_name_plural = "gardes partagées"
        ordering = ["child", "-valid_from"]
        constraints = [
            models.CheckConstraint(name="custody_mode_known", condition=Q(mode__in=CustodyMode.values)),
            models.CheckConstraint(
                name="custody_percent_of_share",
                condition=Q(mode=CustodyMode.SHARE, percent__gt=0, percent__lte=100)
                | (~Q(mode=CustodyMode.SHARE) & Q(percent__isnull=True)),
            ),
            models.CheckConstraint(
                name="custody_dates",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child} : {self.get_mode_display()}"

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    @cached_property
    def arrangement(self) -> Arrangement:
        """Needs the child."""
        return Arrangement(
            mode=CustodyMode(self.mode),
            first=self.child.household_id,
            second=self.second_id,
            even_weeks=self.even_weeks,
            days=[(date.fromisoformat(start), date.fromisoformat(end)) for start, end in self.periods],
            percent=self.percent or Decimal(0),
        )
