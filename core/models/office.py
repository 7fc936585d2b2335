from django.db import models
from django.db.models import Q

from core.enums import TaskKind
from core.models.accounts import User
from core.models.families import Household


class StaffTask(models.Model):
    """Something only a person of the town can decide. ``regie``: the code of the régie whose money it is about, if any.

    An agent may write one for a family (``household``), for a day and for a colleague.
    """

    kind = models.CharField("nature", max_length=20, choices=TaskKind)
    title = models.CharField("titre", max_length=200)
    body = models.TextField("détail", blank=True)
    source = models.CharField("origine", max_length=120, unique=True)  # one task for one cause
    regie = models.CharField("régie", max_length=60, blank=True)
    household = models.ForeignKey(
        Household, models.CASCADE, null=True, blank=True, related_name="tasks", verbose_name="dossier"
    )
    due_on = models.DateField("pour le", null=True, blank=True)
    assignee = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="confiée à"
    )
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="écrite par"
    )
    created_at = models.DateTimeField("créée le")
    done_at = models.DateTimeField("faite le", null=True, blank=True)
    done_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, verbose_name="faite par")

    class Meta:
        verbose_name = "tâche"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(name="stafftask_kind_known", condition=Q(kind__in=TaskKind.values))
        ]

    def __str__(self) -> str:
        return self.title


class FamilyNote(models.Model):
    """What agents must remember of a family. No page shows it to the family, which may ask to read it (RGPD, art. 15):
    it is in the archive of its data."""

    household = models.ForeignKey(Household, models.CASCADE, related_name="notes", verbose_name="dossier")
    text = models.TextField("note", max_length=2000)
    is_pinned = models.BooleanField("épinglée", default=False)
    at = models.DateTimeField("écrite le")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "note du service"
        verbose_name_plural = "notes du service"
        ordering = ["-is_pinned", "-at", "-pk"]
        indexes = [models.Index(fields=["household", "-at"], name="familynote_of_household")]

    def __str__(self) -> str:
        return self.text
