from django.db import models
from django.db.models import Q

from billing.models.charges import Charge
from billing.models.documents import Invoice
from billing.models.payments import Payment
from billing.models.regies import Regie
from core.models import Household, User


class Refund(models.Model):
    """Money that the régie gives back outside the portal, until somebody says it is done.

    It comes from one invoiced charge (the régie's list), or from what is left of a payment or of an avoir: it is
    then no more credit from the day it is written.
    """

    regie = models.ForeignKey(Regie, models.PROTECT, related_name="refunds", verbose_name="régie")
    household = models.ForeignKey(Household, models.PROTECT, related_name="refunds", verbose_name="dossier")
    charge = models.OneToOneField(
        Charge,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="refund",
        verbose_name="ligne facturée",
    )
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, blank=True, related_name="refunds", verbose_name="paiement"
    )
    credit_note = models.ForeignKey(
        Invoice, models.PROTECT, null=True, blank=True, related_name="refunds", verbose_name="avoir"
    )
    amount = models.DecimalField("montant", max_digits=10, decimal_places=2)
    reason = models.CharField("motif", max_length=200)
    created_at = models.DateTimeField("créé le")
    done_at = models.DateTimeField("remboursé le", null=True, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, verbose_name="remboursé par")
    # The provider's name for it, when the provider gave the money back.
    provider_ref = models.CharField("référence chez le prestataire", max_length=60, blank=True)

    class Meta:
        verbose_name = "remboursement"
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(name="refund_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="refund_one_origin",
                condition=Q(charge__isnull=False, payment__isnull=True, credit_note__isnull=True)
                | Q(charge__isnull=True, payment__isnull=False, credit_note__isnull=True)
                | Q(charge__isnull=True, payment__isnull=True, credit_note__isnull=False),
            ),
            models.CheckConstraint(
                name="refund_by_provider_is_done",
                condition=Q(provider_ref="") | Q(payment__isnull=False, done_at__isnull=False),
            ),
            models.CheckConstraint(
                name="refund_done_has_author", condition=Q(done_at__isnull=True) | Q(done_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"Remboursement {self.origin}"

    @property
    def origin(self) -> Charge | Payment | Invoice:
        found = self.charge or self.payment or self.credit_note
        assert found is not None  # refund_one_origin
        return found
