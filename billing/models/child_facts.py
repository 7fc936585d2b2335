from django.db import models
from django.db.models import Q

from core.models import Child


class MealKind(models.TextChoices):
    SERVED = "served", "Repas servi à tous"
    PAI_SPECIAL = "pai_special", "Repas adapté (PAI)"
    PAI_OWN = "pai_own", "Repas fourni par la famille (PAI)"


class Frequency(models.TextChoices):
    REGULAR = "regular", "Régulier"
    OCCASIONAL = "occasional", "Occasionnel"


class ChildFacts(models.Model):
    """What an agent knows of a child and a price may depend on. No row: the usual meal, the frequency not known."""

    child = models.OneToOneField(
        Child, models.CASCADE, primary_key=True, related_name="price_facts", verbose_name="enfant"
    )
    meal = models.CharField("repas", max_length=12, choices=MealKind, default=MealKind.SERVED)
    frequency = models.CharField("fréquence", max_length=12, choices=Frequency, blank=True)
    special_class = models.BooleanField("scolarisé en classe spécialisée", default=False)

    class Meta:
        verbose_name = "fait de tarif"
        verbose_name_plural = "faits de tarif"
        constraints = [
            models.CheckConstraint(name="childfacts_meal_known", condition=Q(meal__in=MealKind.values)),
            models.CheckConstraint(
                name="childfacts_frequency_known", condition=Q(frequency__in=["", *Frequency.values])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child}"
