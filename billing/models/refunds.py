from django.db import models
from django.db.models import Q

from billing.models.charges import Charge
from core.models import User


class Refund(models.Model):
    """Money that the régie gives back outside the portal: one row a charge, until somebody says it is done."""

    charge = models.OneToOneField(
        Charge, models.PROTECT, related_name="refund", verbose_name="ligne facturée"
    )
    amount = models.DecimalField("montant", max_digits=10, decimal_places=2)
    reason = models.CharField("motif", max_length=200)
    created_at = models.DateTimeField("créé le")
    done_at = models.DateTimeField("remboursé le", null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, verbose_name="remboursé par")

    class Meta:
        verbose_name = "remboursement"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(name="refund_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="refund_done_has_author", condition=Q(done_at__isnull=True) | Q(done_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"Remboursement {self.charge}"
