"""What a provider says it paid to a régie, line by line, and what a person made of the differences."""

from django.db import models
from django.db.models import F, Q

from billing.models.regies import Regie
from core.models import User


class ProviderStatement(models.Model):
    """A statement that was read, for the payments of a span of days, both included."""

    regie = models.ForeignKey(Regie, models.PROTECT, related_name="statements", verbose_name="régie")
    first_day = models.DateField("du")
    last_day = models.DateField("au")
    filename = models.CharField("fichier", max_length=120)
    at = models.DateTimeField("lu le")
    by = models.ForeignKey(User, models.PROTECT, verbose_name="lu par")

    class Meta:
        verbose_name = "relevé du prestataire"
        ordering = ["-last_day", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="providerstatement_days_in_order", condition=Q(last_day__gte=F("first_day"))
            )
        ]

    def __str__(self) -> str:
        return f"Relevé du {self.first_day:%d/%m/%Y} au {self.last_day:%d/%m/%Y}"


class StatementLine(models.Model):
    """``reference`` is the portal's own, as it was given to the provider; negative amounts are refunds. Euros."""

    statement = models.ForeignKey(
        ProviderStatement, models.PROTECT, related_name="lines", verbose_name="relevé"
    )
    on = models.DateField("date")
    reference = models.CharField("référence", max_length=40)
    amount = models.DecimalField("montant", max_digits=10, decimal_places=2)
    transaction_id = models.CharField("n° d’autorisation", max_length=60, blank=True)

    class Meta:
        verbose_name = "ligne de relevé"
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount}"


class SettledDifference(models.Model):
    """A difference that somebody explained: it is shown as settled from then on."""

    statement = models.ForeignKey(
        ProviderStatement, models.PROTECT, related_name="settled", verbose_name="relevé"
    )
    reference = models.CharField("référence", max_length=40)
    note = models.CharField("explication", max_length=200)
    at = models.DateTimeField("le")
    by = models.ForeignKey(User, models.PROTECT, verbose_name="par")

    class Meta:
        verbose_name = "différence soldée"
        constraints = [
            models.UniqueConstraint(fields=["statement", "reference"], name="settleddifference_once"),
            models.CheckConstraint(name="settleddifference_explained", condition=~Q(note="")),
        ]

    def __str__(self) -> str:
        return self.reference
