from django.db import models
from django.db.models import Q

from billing.nature import Nature


class Tariff(models.Model):
    """A named price rule, e.g. « Repas Tarif Réduit ». What it says is in its dated versions.

    ``nature``: what it pays for, for CESU and tax; empty: read in the words of the line.
    """

    code = models.SlugField("code", max_length=60, unique=True)
    label = models.CharField("libellé", max_length=120)
    nature = models.CharField("ce qu’il paie", max_length=4, choices=Nature, blank=True)

    class Meta:
        verbose_name = "tarif"
        ordering = ["label"]
        constraints = [
            models.CheckConstraint(name="tariff_nature_known", condition=Q(nature__in=["", *Nature.values]))
        ]

    def __str__(self) -> str:
        return self.label


class TariffVersion(models.Model):
    """``rule`` is a billing.pricing.rules document; it holds from ``valid_from`` until the next version."""

    tariff = models.ForeignKey(Tariff, models.CASCADE, related_name="versions", verbose_name="tarif")
    valid_from = models.DateField("à partir du")
    rule = models.JSONField("règle")

    class Meta:
        verbose_name = "version de tarif"
        ordering = ["tariff", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["tariff", "valid_from"], name="tariffversion_one_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.tariff} à partir du {self.valid_from:%d/%m/%Y}"
