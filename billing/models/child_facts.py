from django.db import models
from django.db.models import Q

from core.models import Child


class Frequency(models.TextChoices):
    REGULAR = "regular", "Régulier"
    OCCASIONAL = "occasional", "Occasionnel"


class ChildFacts(models.Model):
    """What an agent knows of a child and a price may depend on. No row: the frequency not known.

    The meal, which a price may depend on too, is in the child's own file (core.models.ChildMeal).
    """

    child = models.OneToOneField(
        Child, models.CASCADE, primary_key=True, related_name="price_facts", verbose_name="enfant"
    )
    frequency = models.CharField("fréquence", max_length=12, choices=Frequency, blank=True)
    special_class = models.BooleanField("scolarisé en classe spécialisée", default=False)

    class Meta:
        verbose_name = "fait de tarif"
        verbose_name_plural = "faits de tarif"
        constraints = [
            models.CheckConstraint(
                name="childfacts_frequency_known", condition=Q(frequency__in=["", *Frequency.values])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child}"
