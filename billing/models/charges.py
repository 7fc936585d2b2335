from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round

from billing.models.regies import Regie
from core.models import Child, Household


class Charge(models.Model):
    """Ligne à facturer: what a household owes for one thing on one day, not yet on an invoice.

    ``source`` is unique: the same place or attendance never makes two charges.
    """

    regie = models.ForeignKey(Regie, models.PROTECT, related_name="charges", verbose_name="régie")
    household = models.ForeignKey(Household, models.PROTECT, related_name="charges", verbose_name="dossier")
    child = models.ForeignKey(Child, models.PROTECT, null=True, verbose_name="enfant")
    source = models.CharField("origine", max_length=80, unique=True)
    service_date = models.DateField("date")
    group_label = models.CharField("service", max_length=250)
    label = models.CharField("désignation", max_length=120)
    quantity = models.DecimalField("quantité", max_digits=8, decimal_places=2, default=1)
    unit_price = models.DecimalField("prix", max_digits=10, decimal_places=2)
    amount = models.DecimalField("montant", max_digits=10, decimal_places=2)
    reasons = models.JSONField("pourquoi ce prix", default=list)
    created_at = models.DateTimeField("créée le")
    voided_at = models.DateTimeField("annulée le", null=True, blank=True)
    void_reason = models.CharField("motif", max_length=200, blank=True)

    class Meta:
        verbose_name = "ligne à facturer"
        verbose_name_plural = "lignes à facturer"
        ordering = ["service_date", "pk"]
        constraints = [
            models.CheckConstraint(
                name="charge_amount_is_product",
                condition=Q(amount=Round(F("quantity") * F("unit_price"), precision=2)),
            ),
            models.CheckConstraint(
                name="charge_voided_has_reason", condition=Q(voided_at__isnull=True) | ~Q(void_reason="")
            ),
        ]
        indexes = [models.Index(fields=["household", "regie", "service_date"], name="charge_household")]

    def __str__(self) -> str:
        return f"{self.label} {self.service_date:%d/%m/%Y}"
