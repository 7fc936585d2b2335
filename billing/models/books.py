"""The books of a régie: a journal that is only written at its end, and the closings that freeze its days."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from billing.enums import ClosingKind, EntryKind, Means
from billing.models.payments import Payment
from billing.models.refunds import Refund
from billing.models.regies import Regie
from core.models import Household, User


class JournalEntry(models.Model):
    """Écriture: money that came (positive) or went (negative), by one means. Euros.

    ``on`` is the day of the books, in the town's time zone: the day it was recorded, or the day after the last one
    that is closed. The database refuses to change an entry, and to write one in a closed day.
    """

    regie = models.ForeignKey(Regie, models.PROTECT, related_name="entries", verbose_name="régie")
    household = models.ForeignKey(Household, models.PROTECT, related_name="entries", verbose_name="dossier")
    payment = models.ForeignKey(
        Payment, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name="paiement"
    )
    refund = models.OneToOneField(
        Refund, models.PROTECT, null=True, blank=True, related_name="entry", verbose_name="remboursement"
    )
    on = models.DateField("jour comptable")
    at = models.DateTimeField("écrite le")
    kind = models.CharField("nature", max_length=9, choices=EntryKind)
    means = models.CharField("moyen", max_length=8, choices=Means)
    amount = models.DecimalField("montant", max_digits=10, decimal_places=2)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, verbose_name="par")
    reason = models.CharField("motif", max_length=200, blank=True)

    class Meta:
        verbose_name = "écriture"
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="journalentry_kind_has_sign",
                condition=Q(kind=EntryKind.RECEIVED, amount__gt=0)
                | Q(kind__in=sorted(set(EntryKind) - {EntryKind.RECEIVED}), amount__lt=0),
            ),
            models.CheckConstraint(
                name="journalentry_one_origin",
                condition=Q(kind=EntryKind.REFUNDED, refund__isnull=False, payment__isnull=True)
                | ~Q(kind=EntryKind.REFUNDED) & Q(refund__isnull=True, payment__isnull=False),
            ),
            models.CheckConstraint(
                name="journalentry_correction_has_reason",
                condition=~Q(kind__in=[EntryKind.CANCELLED, EntryKind.CORRECTED, EntryKind.UNPAID])
                | Q(by__isnull=False) & ~Q(reason=""),
            ),
        ]
        indexes = [models.Index(fields=["regie", "on", "id"], name="journalentry_day")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on:%d/%m/%Y} {self.amount}"

    @property
    def piece(self) -> str:
        """What it is about: « Paiement n° 2026-00012 », « Remboursement n° 3 »."""
        if self.payment:
            return f"Paiement n° {self.payment.receipt_reference}"
        return f"Remboursement n° {self.refund_id}"


class Closing(models.Model):
    """Arrêté: everything up to ``last_day`` is frozen for ever. The database refuses to change or delete it.

    ``entries`` and ``total`` are what the journal held from the day after the closing before of the same kind;
    ``cash_expected`` is what the till should hold, ``cash_counted`` what was in it. Euros.
    """

    regie = models.ForeignKey(Regie, models.PROTECT, related_name="closings", verbose_name="régie")
    kind = models.CharField("arrêté", max_length=5, choices=ClosingKind)
    first_day = models.DateField("du")
    last_day = models.DateField("au")
    at = models.DateTimeField("arrêté le")
    by = models.ForeignKey(User, models.PROTECT, verbose_name="par")
    entries = models.IntegerField("écritures")
    total = models.DecimalField("total", max_digits=10, decimal_places=2)
    cash_expected = models.DecimalField("espèces attendues", max_digits=10, decimal_places=2)
    cash_counted = models.DecimalField("espèces comptées", max_digits=10, decimal_places=2)
    explanation = models.CharField("explication de l’écart", max_length=200, blank=True)

    class Meta:
        verbose_name = "arrêté"
        ordering = ["-last_day", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["regie", "kind", "last_day"], name="closing_once"),
            models.CheckConstraint(
                name="closing_days_in_order", condition=Q(last_day__gte=models.F("first_day"))
            ),
            models.CheckConstraint(
                name="closing_difference_explained",
                condition=Q(cash_counted=models.F("cash_expected")) | ~Q(explanation=""),
            ),
        ]

    def __str__(self) -> str:
        if self.kind == ClosingKind.MONTH:
            return f"Arrêté du mois {self.last_day:%m/%Y}"
        return f"Arrêté de la journée du {self.last_day:%d/%m/%Y}"

    @property
    def difference(self) -> Decimal:
        return self.cash_counted - self.cash_expected
