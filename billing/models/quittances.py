import uuid
from decimal import Decimal

from django.db import models
from django.db.models import Q

from billing.models.regies import Regie
from core.models import Household, User

# Code général des impôts, article 1680: the public till takes no more than this in coin and notes for one payment.
CASH_CEILING = Decimal("300.00")


class Quittance(models.Model):
    """Receipt of the counter: what one person paid at one time, by one or several means. The database freezes it.

    Each means is a payment of its own; undoing it is an act on these payments, written in the journal. ``token`` is
    the form's: sent twice, it makes one quittance.
    """

    token = models.UUIDField("jeton", default=uuid.uuid4, unique=True, editable=False)
    regie = models.ForeignKey(Regie, models.PROTECT, related_name="quittances", verbose_name="régie")
    household = models.ForeignKey(
        Household, models.PROTECT, related_name="quittances", verbose_name="dossier"
    )
    year = models.IntegerField("exercice")
    number = models.IntegerField("numéro")
    at = models.DateTimeField("le")
    by = models.ForeignKey(User, models.PROTECT, verbose_name="encaissé par")
    payer_name = models.CharField("reçu de", max_length=120)
    total = models.DecimalField("total", max_digits=10, decimal_places=2)

    class Meta:
        verbose_name = "quittance"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["regie", "year", "number"], name="quittance_number_unique"),
            models.CheckConstraint(name="quittance_total_positive", condition=Q(total__gt=0)),
        ]

    def __str__(self) -> str:
        return f"Quittance n° {self.reference}"

    @property
    def reference(self) -> str:
        return f"{self.year}-{self.number:05d}"
