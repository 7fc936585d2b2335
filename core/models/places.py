from django.db import models
from django.db.models import Q

from core.enums import EstablishmentKind


class Establishment(models.Model):
    """Établissement: school, leisure centre, crèche, youth house."""

    code = models.SlugField("code", max_length=60, unique=True)
    name = models.CharField("nom", max_length=120)
    kind = models.CharField("type", max_length=12, choices=EstablishmentKind)
    address = models.CharField("adresse", max_length=200, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    position = models.IntegerField("ordre", default=0)

    class Meta:
        verbose_name = "établissement"
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                name="establishment_kind_known", condition=Q(kind__in=EstablishmentKind.values)
            ),
        ]

    def __str__(self) -> str:
        return self.name
