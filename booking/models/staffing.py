"""How many adults a slot has, and the journal of what the office did to the places of a period."""

from django.db import models
from django.db.models import Q

from booking.models.offer import Period, Slot
from core.models import User


class Staffing(models.Model):
    """Encadrement: the adults present, and how many children each may look after, by age. A slot without one: no alert."""

    slot = models.OneToOneField(Slot, models.CASCADE, related_name="staffing", verbose_name="accueil")
    adults = models.IntegerField("adultes présents")
    under_six = models.IntegerField("enfants de moins de 6 ans par adulte")
    six_and_over = models.IntegerField("enfants de 6 ans et plus par adulte")

    class Meta:
        verbose_name = "encadrement"
        constraints = [
            models.CheckConstraint(name="staffing_adults", condition=Q(adults__gte=0)),
            models.CheckConstraint(
                name="staffing_ratios", condition=Q(under_six__gte=1, six_and_over__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot} : {self.adults}"

    def adults_needed(self, *, young: int, older: int) -> int:
        """Adults for so many children under six, and six and over: each age counts its own, rounded up."""
        return -(-young // self.under_six) + -(-older // self.six_and_over)


class PlacesAct(models.Model):
    """What an agent did to the places of a period: capacities changed, a day closed or reopened."""

    period = models.ForeignKey(Period, models.CASCADE, related_name="places_acts", verbose_name="période")
    at = models.DateTimeField("le")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")
    act = models.CharField("acte", max_length=300)

    class Meta:
        verbose_name = "acte sur les places"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.act
