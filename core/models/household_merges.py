from django.db import models
from django.db.models import F, Q

from core.models.accounts import User
from core.models.families import Household


class HouseholdMerge(models.Model):
    """Two files of one family made one. ``moved``: how many rows of each kind; ``united``: the children who had two files."""

    gone = models.OneToOneField(Household, models.PROTECT, related_name="merge", verbose_name="dossier vidé")
    kept = models.ForeignKey(Household, models.PROTECT, related_name="merges", verbose_name="dossier gardé")
    at = models.DateTimeField("le")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")
    reason = models.CharField("motif", max_length=300)
    moved = models.JSONField("déplacé", default=dict)
    united = models.JSONField("enfants réunis", default=list)

    class Meta:
        verbose_name = "réunion de dossiers"
        verbose_name_plural = "réunions de dossiers"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(name="householdmerge_two_files", condition=~Q(gone=F("kept"))),
            models.CheckConstraint(name="householdmerge_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.gone.number} réuni dans {self.kept.number}"
