from decimal import Decimal

from django.db import models
from django.db.models import Q

from billing.enums import COUNTER_MEANS, CreditUse
from billing.providers.base import Mode
from core.models import User
from core.secrets import seal, unseal


def all_counter_means() -> list[str]:
    return sorted(COUNTER_MEANS)


class Regie(models.Model):
    """A till: its own numbering, provider account and books."""

    code = models.SlugField("code", max_length=60, unique=True)
    name = models.CharField("nom", max_length=120)
    # End of the title of the family's block: « Mes Factures & Paiements – CANTINE – HENRI SERMENT »; empty: no end.
    block_title = models.CharField("titre du bloc famille", max_length=120, blank=True)
    # Two to six capitals at the head of this till's references at the provider.
    prefix = models.CharField("préfixe des références", max_length=6)
    legal_mention = models.TextField("mentions légales", blank=True)
    position = models.IntegerField("ordre", default=0)
    # Totals under it wait for the next invoice; 0: everything is invoiced.
    invoice_minimum = models.DecimalField("facture minimale", max_digits=6, decimal_places=2, default=0)
    payment_days = models.IntegerField("délai de paiement des factures (jours)", default=30)
    # Days after the due date at which an unpaid invoice is recalled; empty: never.
    reminder_days = models.JSONField("relances (jours après l’échéance)", default=list, blank=True)
    # What the régie's deed lets it take at the counter (billing.enums.Means); empty: it takes nothing there.
    counter_means = models.JSONField("moyens acceptés au guichet", default=all_counter_means, blank=True)
    # A household that owes less is not handed over to the Trésor (CGCT, article D. 1611-1).
    treasury_minimum = models.DecimalField(
        "seuil de prise en charge par le Trésor", max_digits=6, decimal_places=2, default=Decimal("15.00")
    )
    # The least that a family pays online when it does not pay everything; null: invoices are paid whole.
    part_minimum = models.DecimalField(
        "paiement partiel à partir de", max_digits=6, decimal_places=2, null=True, blank=True
    )
    credit_use = models.CharField("avoirs", max_length=6, choices=CreditUse, default=CreditUse.FIRST)

    class Meta:
        verbose_name = "régie"
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(name="regie_minimum_not_negative", condition=Q(invoice_minimum__gte=0)),
            models.CheckConstraint(
                name="regie_payment_days", condition=Q(payment_days__gte=0, payment_days__lte=365)
            ),
            models.CheckConstraint(
                name="regie_credit_use_known", condition=Q(credit_use__in=CreditUse.values)
            ),
            models.CheckConstraint(name="regie_part_minimum_positive", condition=Q(part_minimum__gt=0)),
            models.CheckConstraint(
                name="regie_treasury_minimum_not_negative", condition=Q(treasury_minimum__gte=0)
            ),
            models.UniqueConstraint(fields=["prefix"], name="regie_prefix_unique"),
            models.CheckConstraint(name="regie_prefix_shape", condition=Q(prefix__regex=r"^[A-Z]{2,6}$")),
        ]

    def __str__(self) -> str:
        return self.name


class ProviderAccount(models.Model):
    """A régie's account at a payment provider. Closed accounts stay, so that old payments can still be shown.

    ``secrets_dates`` says since when each secret is known; the secrets themselves are never shown. ``labels``: what
    the provider said at ``checked_at`` that it knows the account by; ``check_error``: why it refused it.
    """

    regie = models.ForeignKey(Regie, models.PROTECT, related_name="accounts", verbose_name="régie")
    driver = models.CharField("prestataire", max_length=20)
    mode = models.CharField("mode", max_length=10, choices=[(mode.value, mode.value) for mode in Mode])
    config = models.JSONField("paramètres", default=dict)
    sealed_secrets = models.TextField("secrets chiffrés", blank=True, editable=False)
    secrets_dates = models.JSONField("secrets renseignés le", default=dict, editable=False)
    labels = models.JSONField("reconnu comme", default=list, editable=False)
    checked_at = models.DateTimeField("vérifié le", null=True, blank=True)
    check_error = models.CharField("refus du prestataire", max_length=300, blank=True)
    set_at = models.DateTimeField("réglé le", null=True, blank=True)
    set_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, verbose_name="réglé par")
    closed_at = models.DateTimeField("fermé le", null=True, blank=True)

    class Meta:
        verbose_name = "compte de paiement"
        constraints = [
            models.UniqueConstraint(
                fields=["regie"], condition=Q(closed_at__isnull=True), name="provideraccount_one_open"
            ),
            models.CheckConstraint(
                name="provideraccount_mode_known", condition=Q(mode__in=[mode.value for mode in Mode])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.driver} – {self.regie}"

    @property
    def secrets(self) -> dict[str, str]:
        return unseal(self.sealed_secrets)

    @secrets.setter
    def secrets(self, values: dict[str, str]) -> None:
        self.sealed_secrets = seal(values)
