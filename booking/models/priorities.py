"""Which demands come first when places are scarce: points by criterion, and what an agent knows of a family."""

from django.db import models
from django.db.models import Q

from booking.enums import PriorityCriterion
from booking.models.offer import Period
from core.models import Household, User


class PriorityRule(models.Model):
    """Points that a criterion gives to the demands of a period. A criterion without a rule gives none."""

    period = models.ForeignKey(Period, models.CASCADE, related_name="priority_rules", verbose_name="période")
    criterion = models.CharField("critère", max_length=16, choices=PriorityCriterion)
    points = models.IntegerField("points")

    class Meta:
        verbose_name = "critère de priorité"
        constraints = [
            models.UniqueConstraint(fields=["period", "criterion"], name="priorityrule_unique"),
            models.CheckConstraint(
                name="priorityrule_criterion_known", condition=Q(criterion__in=PriorityCriterion.values)
            ),
            models.CheckConstraint(name="priorityrule_points", condition=Q(points__gte=1, points__lte=1000)),
        ]

    def __str__(self) -> str:
        return f"{self.get_criterion_display()} : {self.points}"


class FamilyPriority(models.Model):
    """A criterion that no data of the portal proves, ticked by an agent for a family that showed it."""

    household = models.ForeignKey(
        Household, models.CASCADE, related_name="priorities", verbose_name="dossier"
    )
    criterion = models.CharField("critère", max_length=16, choices=PriorityCriterion)
    ticked_at = models.DateTimeField("reconnu le")
    ticked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "priorité d’une famille"
        constraints = [
            models.UniqueConstraint(fields=["household", "criterion"], name="familypriority_unique"),
            models.CheckConstraint(
                name="familypriority_told_by_an_agent",
                condition=Q(criterion__in=[one.value for one in PriorityCriterion.ticked()]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household} : {self.get_criterion_display()}"
