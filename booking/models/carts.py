from django.db import models

from billing.models import Regie
from core.models import Household


class Cart(models.Model):
    """Panier: the household's reservations to be paid at one régie.

    The row is permanent and is what concurrent payments and expiries of one family wait for; its content is
    the reservations that await payment.
    """

    household = models.ForeignKey(Household, models.CASCADE, related_name="carts", verbose_name="dossier")
    regie = models.ForeignKey(Regie, models.PROTECT, verbose_name="régie")

    class Meta:
        verbose_name = "panier"
        constraints = [models.UniqueConstraint(fields=["household", "regie"], name="cart_unique")]

    def __str__(self) -> str:
        return f"Panier {self.household} – {self.regie}"
