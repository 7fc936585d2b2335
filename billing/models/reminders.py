from django.db import models
from django.db.models import Q

from billing.models.documents import Invoice


class Reminder(models.Model):
    """Relance: the payer of an unpaid invoice was written to. ``step`` counts from 1; each is sent once."""

    invoice = models.ForeignKey(
        Invoice, models.PROTECT, related_name="reminders_sent", verbose_name="facture"
    )
    step = models.IntegerField("rang")
    sent_at = models.DateTimeField("écrite le")

    class Meta:
        verbose_name = "relance"
        ordering = ["sent_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "step"], name="reminder_once"),
            models.CheckConstraint(name="reminder_step_positive", condition=Q(step__gt=0)),
        ]

    def __str__(self) -> str:
        return f"Relance {self.step} – {self.invoice}"
