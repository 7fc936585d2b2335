from django.db import models

from core.models.accounts import User


class AppliedFile(models.Model):
    """A town file as it was applied, with its comments, its examples and its relative years: the last one is exported
    again as long as the town is what it says."""

    text = models.TextField("texte")
    applied_at = models.DateTimeField("appliqué le")
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="par"
    )  # null: the vendor, from the command line
    changes = models.JSONField("ce qui a changé", default=list)  # French lines, in the order of the file

    class Meta:
        verbose_name = "fichier appliqué"
        verbose_name_plural = "fichiers appliqués"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Fichier appliqué le {self.applied_at:%d/%m/%Y}"
