from django.db import models
from django.db.models import Q

from billing.models.charges import Charge
from billing.models.documents import Invoice
from billing.models.payments import Payment
from billing.models.regies import Regie
from core.models import Household, User

# Begins the source of the charge by which a family owes a refund again.
CLAIM_SOURCE = "refund.claim:"


class RefundQuerySet(models.QuerySet["Refund"]):
    def live(self) -> "RefundQuerySet":
        """Those that are to be given back, or were."""
        return self.filter(cancelled_at=None)

    def to_do(self) -> "RefundQuerySet":
        return self.live().filter(done_at=None)


class Refund(models.Model):
    """Money that the régie gives back outside the portal, until somebody says it is done, or that it will not be.

    It comes from one invoiced charge (the régie's list), or from what is left of a payment or of an avoir: it is
    then no more credit from the day it is written. ``paid_on``: the day of the transfer, as the agent says it.
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
    paid_on = models.DateField("viré le", null=True, blank=True)
    transfer_ref = models.CharField("référence du virement", max_length=60, blank=True)
    cancelled_at = models.DateTimeField("abandonné le", null=True, blank=True)
    # Nobody: its money was taken back by the bank.
    cancelled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="abandonné par"
    )
    cancel_reason = models.CharField("motif de l’abandon", max_length=200, blank=True)
    asked_at = models.DateTimeField("demandé au prestataire le", null=True, blank=True)
    # The provider's name for it, when the provider gave the money back.
    provider_ref = models.CharField("référence chez le prestataire", max_length=60, blank=True)

    objects = RefundQuerySet.as_manager()

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
                name="refund_done_or_cancelled",
                condition=Q(cancelled_at__isnull=True) | Q(done_at__isnull=True) & ~Q(cancel_reason=""),
            ),
            models.CheckConstraint(
                name="refund_done_has_author", condition=Q(done_at__isnull=True) | Q(done_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"Remboursement {self.origin}"

    @property
    def claim_source(self) -> str:
        return f"{CLAIM_SOURCE}{self.pk}"

    @property
    def may_be_kept(self) -> bool:
        """Whether the family may keep it as credit after all: it came from credit, and nobody gave it back yet."""
        return self.charge_id is None and self.done_at is None and self.cancelled_at is None

    @property
    def origin(self) -> Charge | Payment | Invoice:
        found = self.charge or self.payment or self.credit_note
        assert found is not None  # refund_one_origin
        return found
