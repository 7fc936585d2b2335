"""What leaves the till for the bank or for the issuer of titles: slips, and what was paid with them."""

from django.db import models
from django.db.models import Q

from billing.enums import TILL_MEANS, Means
from billing.models.payments import Payment
from billing.models.regies import Regie
from core.models import User
from core.words import plural


class Tender(models.Model):
    """The paper that was handed over for a payment: a cheque, or titles of a kind."""

    payment = models.OneToOneField(
        Payment, models.PROTECT, primary_key=True, related_name="tender", verbose_name="paiement"
    )
    bank = models.CharField("banque", max_length=60, blank=True)
    number = models.CharField("numéro", max_length=30, blank=True)
    drawer = models.CharField("tireur", max_length=120, blank=True)
    titles = models.IntegerField("nombre de titres", null=True, blank=True)

    class Meta:
        verbose_name = "valeur remise"

    def __str__(self) -> str:
        titles = plural(self.titles, "titre") if self.titles else ""
        return ", ".join(filter(None, [self.bank, self.number and f"n° {self.number}", self.drawer, titles]))


class DepositSlip(models.Model):
    """Bordereau de versement: payments of one means, taken together out of the till. Cancelled, never deleted."""

    regie = models.ForeignKey(Regie, models.PROTECT, related_name="slips", verbose_name="régie")
    means = models.CharField("moyen", max_length=8, choices=Means)
    year = models.IntegerField("exercice")
    number = models.IntegerField("numéro")
    on = models.DateField("jour comptable")
    at = models.DateTimeField("établi le")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="établi par")
    total = models.DecimalField("total", max_digits=10, decimal_places=2)
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulé par"
    )
    cancel_reason = models.CharField("motif", max_length=200, blank=True)

    class Meta:
        verbose_name = "bordereau de versement"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["regie", "year", "number"], name="depositslip_number_unique"),
            models.CheckConstraint(name="depositslip_means", condition=Q(means__in=sorted(TILL_MEANS))),
            models.CheckConstraint(name="depositslip_total_positive", condition=Q(total__gt=0)),
            models.CheckConstraint(
                name="depositslip_cancel_is_signed",
                condition=Q(cancelled_at__isnull=True) | Q(cancelled_by__isnull=False) & ~Q(cancel_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"Bordereau n° {self.reference}"

    @property
    def reference(self) -> str:
        return f"{self.year}-{self.number:05d}"


class DepositItem(models.Model):
    """A payment on a slip. It is on one slip at most; a cancelled slip lets its payments go (``withdrawn_at``)."""

    slip = models.ForeignKey(DepositSlip, models.PROTECT, related_name="items", verbose_name="bordereau")
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="deposits", verbose_name="paiement")
    withdrawn_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "paiement versé"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["payment"], condition=Q(withdrawn_at__isnull=True), name="deposititem_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.slip} : {self.payment}"


class CashCount(models.Model):
    """How many notes or coins of one value a cash slip holds."""

    slip = models.ForeignKey(DepositSlip, models.PROTECT, related_name="cash", verbose_name="bordereau")
    value = models.DecimalField("valeur", max_digits=5, decimal_places=2)
    count = models.IntegerField("nombre")

    class Meta:
        verbose_name = "coupures"
        ordering = ["-value"]
        constraints = [
            models.UniqueConstraint(fields=["slip", "value"], name="cashcount_once"),
            models.CheckConstraint(name="cashcount_positive", condition=Q(count__gt=0, value__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.count} × {self.value}"
