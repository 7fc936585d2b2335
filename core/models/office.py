from django.db import models
from django.db.models import Q

from core.enums import TaskKind
from core.models.accounts import User


class StaffTask(models.Model):
    """Something only a person of the town can decide. ``regie``: the code of the régie whose money it is about, if any."""

    kind = models.CharField("nature", max_length=20, choices=TaskKind)
    title = models.CharField("titre", max_length=200)
    body = models.TextField("détail", blank=True)
    source = models.CharField("origine", max_length=120, unique=True)  # one task for one cause
    regie = models.CharField("régie", max_length=60, blank=True)
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
