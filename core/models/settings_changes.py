from django.db import models
from django.db.models import Q

from core.models.accounts import User


class SettingsChange(models.Model):
    """One object of the town's file, changed by an agent and not published yet.

    Only what differs is kept (``values``, as TOML, and the keys ``dropped``): what is changed meanwhile elsewhere is
    not undone by publishing.
    """

    class Act(models.TextChoices):
        SET = "set", "modification"
        REMOVE = "remove", "suppression"
        ORDER = "order", "ordre"

    path = models.CharField("objet", max_length=400)  # core.commune_file.objects.Names, joined by slashes
    act = models.CharField("geste", max_length=8, choices=Act)
    title = models.CharField("nom de l’objet", max_length=300)
    values = models.TextField("valeurs", blank=True)
    dropped = models.JSONField("clés retirées", default=list)
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="settings_changes", verbose_name="par"
    )
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "réglage en préparation"
        verbose_name_plural = "réglages en préparation"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["path"], name="settingschange_path_unique"),
            models.CheckConstraint(
                name="settingschange_act_known", condition=Q(act__in=["set", "remove", "order"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_act_display()})"
