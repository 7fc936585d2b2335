"""What the régie can no longer collect and hands over to the Trésor public."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from billing.models.documents import Invoice
from billing.models.regies import Regie
from core.models import Household, User


class TreasuryCodes(models.Model):
    """How the Trésor names the town and the till; its correspondent gives these codes. For the PES file, but for
    ``payfip_id``, which families type to pay on payfip.gouv.fr."""

    regie = models.OneToOneField(
        Regie, models.PROTECT, primary_key=True, related_name="treasury_codes", verbose_name="régie"
    )
    siret = models.CharField(
        "SIRET de la collectivité",
        max_length=14,
        validators=[RegexValidator(r"^\d{14}$", "Un SIRET a 14 chiffres.")],
    )
    post = models.CharField(
        "poste comptable",
        max_length=7,
        help_text="IdPost, 7 caractères au plus.",
        validators=[RegexValidator(r"^[0-9A-Za-z]+$", "Des chiffres et des lettres seulement.")],
    )
    town_code = models.CharField("code collectivité", max_length=3, help_text="CodCol.")
    budget_code = models.CharField("code budget", max_length=10, help_text="CodBud.")
    product_code = models.CharField("code produit local", max_length=4, help_text="CodProdLoc.")
    payfip_id = models.CharField(
        "identifiant de la collectivité sur payfip.gouv.fr",
        max_length=6,
        blank=True,
        help_text="6 chiffres, imprimés sur les avis ; les familles le saisissent sur payfip.gouv.fr.",
        validators=[RegexValidator(r"^\d{6}$", "Cet identifiant a 6 chiffres.")],
    )

    class Meta:
        verbose_name = "codes du Trésor"

    def __str__(self) -> str:
        return f"{self.regie} : {self.siret}"


class Handover(models.Model):
    """Bordereau de prise en charge: unpaid invoices sent to the Trésor together."""

    regie = models.ForeignKey(Regie, models.PROTECT, related_name="handovers", verbose_name="régie")
    year = models.IntegerField("exercice")
    number = models.IntegerField("numéro")
    on = models.DateField("date")
    at = models.DateTimeField("établi le")
    by = models.ForeignKey(User, models.PROTECT, verbose_name="établi par")
    total = models.DecimalField("total", max_digits=10, decimal_places=2)

    class Meta:
        verbose_name = "bordereau de prise en charge"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["regie", "year", "number"], name="handover_number_unique"),
            models.CheckConstraint(name="handover_total_positive", condition=Q(total__gt=0)),
        ]

    def __str__(self) -> str:
        return f"Prise en charge n° {self.reference}"

    @property
    def reference(self) -> str:
        return f"{self.year}-{self.number:05d}"


class HandoverItem(models.Model):
    """An invoice at the Trésor, and what was left to pay of it then. Taken back with a reason, never deleted."""

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="items", verbose_name="bordereau")
    household = models.ForeignKey(Household, models.PROTECT, related_name="+", verbose_name="dossier")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="handovers", verbose_name="facture")
    amount = models.DecimalField("reste dû", max_digits=10, decimal_places=2)
    # Of the notice that the Trésor sends: the family types it on payfip.gouv.fr.
    title_reference = models.CharField("référence de l’avis", max_length=30, blank=True)
    withdrawn_at = models.DateTimeField("reprise le", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="reprise par"
    )
    withdraw_reason = models.CharField("motif", max_length=200, blank=True)

    class Meta:
        verbose_name = "facture prise en charge"
        ordering = ["household__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(withdrawn_at__isnull=True), name="handoveritem_once"
            ),
            models.CheckConstraint(name="handoveritem_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="handoveritem_withdrawal_is_signed",
                condition=Q(withdrawn_at__isnull=True)
                | Q(withdrawn_by__isnull=False) & ~Q(withdraw_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handover} : {self.invoice}"
