"""What an outing cost, known afterwards, and shared among the children who were there."""

from django.db import models
from django.db.models import Q

from booking.models.offer import Opening
from core.models import User


class OutingCost(models.Model):
    """The cost of one date, divided among the ``present`` children. One at a time: a correction cancels it and makes
    another one. ``by_tariff``: each family pays the share that the tariff says, when a campaign rates the date;
    otherwise the parts are equal and owed at once."""

    opening = models.ForeignKey(
        Opening, models.PROTECT, related_name="outing_costs", verbose_name="ouverture"
    )
    label = models.CharField("désignation", max_length=80)
    total = models.DecimalField("coût total", max_digits=10, decimal_places=2)
    present = models.IntegerField("enfants présents")
    by_tariff = models.BooleanField("selon le tarif", default=False)
    recorded_at = models.DateTimeField("saisi le")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="saisi par")
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulé par"
    )
    cancel_reason = models.CharField("motif", max_length=150, blank=True)

    class Meta:
        verbose_name = "coût de sortie"
        verbose_name_plural = "coûts de sortie"
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["opening"], condition=Q(cancelled_at__isnull=True), name="outingcost_one_live"
            ),
            models.CheckConstraint(name="outingcost_total_positive", condition=Q(total__gt=0)),
            models.CheckConstraint(name="outingcost_somebody_came", condition=Q(present__gt=0)),
            models.CheckConstraint(
                name="outingcost_cancelled_says_why",
                condition=Q(cancelled_at__isnull=True) | Q(cancelled_by__isnull=False) & ~Q(cancel_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} – {self.opening}"
