"""Passage d’année: the classes of every child move up, in one act that can be taken back."""

from django.db import models
from django.db.models import Q

from core.enums import YearMove
from core.levels import Level
from core.models.accounts import User
from core.models.families import Child
from core.models.places import Establishment

_LEVELS = [(level.value, level.label) for level in Level]


class YearChange(models.Model):
    """One school year, named by the year it begins in: prepared, corrected, applied, perhaps taken back.

    ``planned_for``: the day of the town on which it applies by itself. ``left_as_is``: children whose class somebody had
    changed between the preparation and the application.
    """

    year = models.IntegerField("rentrée")
    prepared_at = models.DateTimeField("préparé le")
    prepared_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="préparé par")
    planned_for = models.DateField("programmé pour le", null=True, blank=True)
    planned_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="programmé par"
    )
    left_as_is = models.IntegerField("enfants laissés tels quels", default=0)
    applied_at = models.DateTimeField("appliqué le", null=True, blank=True)
    applied_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="appliqué par"
    )
    undone_at = models.DateTimeField("repris le", null=True, blank=True)
    undone_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="repris par"
    )

    class Meta:
        verbose_name = "passage d’année"
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year"], condition=Q(undone_at__isnull=True), name="yearchange_once_a_year"
            ),
            models.CheckConstraint(
                name="yearchange_planned_has_author",
                condition=Q(planned_for__isnull=True) | Q(planned_by__isnull=False),
            ),
            models.CheckConstraint(
                name="yearchange_applied_has_author",
                condition=Q(applied_at__isnull=True) | Q(applied_by__isnull=False),
            ),
            models.CheckConstraint(
                name="yearchange_undone_was_applied",
                condition=Q(undone_at__isnull=True) | Q(applied_at__isnull=False, undone_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.year + 1}"


class YearChangeLine(models.Model):
    """A child before and after. Classes are emptied: the school makes them in September."""

    change = models.ForeignKey(YearChange, models.CASCADE, related_name="lines", verbose_name="passage")
    child = models.ForeignKey(Child, models.CASCADE, related_name="+", verbose_name="enfant")
    move = models.CharField("passage", max_length=8, choices=YearMove)
    school_before = models.ForeignKey(
        Establishment, models.PROTECT, null=True, related_name="+", verbose_name="école avant"
    )
    level_before = models.CharField("niveau avant", max_length=12, choices=_LEVELS, blank=True)
    class_before = models.CharField("classe avant", max_length=60, blank=True)
    school_after = models.ForeignKey(
        Establishment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="école après"
    )
    level_after = models.CharField("niveau après", max_length=12, choices=_LEVELS, blank=True)
    class_after = models.CharField("classe après", max_length=60, blank=True)

    class Meta:
        verbose_name = "enfant d’un passage d’année"
        constraints = [
            models.UniqueConstraint(fields=["change", "child"], name="yearchangeline_unique"),
            models.CheckConstraint(name="yearchangeline_move_known", condition=Q(move__in=YearMove.values)),
        ]

    def __str__(self) -> str:
        return f"{self.child} : {self.level_before} → {self.level_after}"
