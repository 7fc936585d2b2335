"""What is eaten at the canteen, day by day."""

from django.db import models
from django.db.models import Q

from core.enums import Course
from core.models.places import Establishment


class MenuDish(models.Model):
    """One dish of one day. Without an establishment: everywhere that has no menu of its own on that day.

    ``allergens`` and ``labels``: values of ``core.menus.Allergen`` and ``core.menus.DishLabel``.
    """

    establishment = models.ForeignKey(
        Establishment,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="menu_dishes",
        verbose_name="établissement",
    )
    date = models.DateField("jour")
    course = models.CharField("plat", max_length=8, choices=Course)
    name = models.CharField("nom", max_length=160)
    allergens = models.JSONField("allergènes", default=list, blank=True)
    labels = models.JSONField("labels", default=list, blank=True)

    class Meta:
        verbose_name = "plat du menu"
        verbose_name_plural = "plats du menu"
        ordering = ["date", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "date", "course"], nulls_distinct=False, name="menudish_unique"
            ),
            models.CheckConstraint(name="menudish_course_known", condition=Q(course__in=Course.values)),
        ]
        indexes = [models.Index(fields=["date"], name="menudish_date")]

    def __str__(self) -> str:
        return self.name
