from django.db import models
from django.db.models import Q

from booking.models.offer import Activity
from core.models import User


class MealOrder(models.Model):
    """Commande de repas: what was counted for one service and one day when somebody ordered, frozen.

    ``counts``: rows of {"label", "group", "count"}. A later order of the same day replaces it for the kitchen.
    """

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="meal_orders", verbose_name="service")
    date = models.DateField("jour")
    total = models.IntegerField("repas")
    counts = models.JSONField("détail", default=list)
    ordered_at = models.DateTimeField("commandé le")
    ordered_by = models.ForeignKey(User, models.PROTECT, verbose_name="commandé par")

    class Meta:
        verbose_name = "commande de repas"
        verbose_name_plural = "commandes de repas"
        ordering = ["-ordered_at", "-pk"]
        constraints = [models.CheckConstraint(name="mealorder_total_not_negative", condition=Q(total__gte=0))]
        indexes = [models.Index(fields=["date", "activity", "-id"], name="mealorder_latest")]

    def __str__(self) -> str:
        return f"{self.activity} {self.date:%d/%m/%Y} : {self.total}"
