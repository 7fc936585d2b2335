"""Files of people or money taken in at once: what was in them, what they did, so that it can be taken back."""

from django.db import models
from django.db.models import Q

from core.imports.states import CHECKABLE_IMPORTS, ImportState, LineOutcome
from core.models.accounts import User


class FileImport(models.Model):
    """``rows`` are the cells of the file as text, ``numbers`` the line of each in the file; ``mapping`` is the rank of
    the column of each field. Cells and lines are forgotten some weeks after: see services/imports.py."""

    kind = models.CharField("nature", max_length=20)
    file_name = models.CharField("fichier", max_length=200)
    headings = models.JSONField("titres")
    rows = models.JSONField("cellules")
    numbers = models.JSONField("lignes du fichier")
    mapping = models.JSONField("colonnes", default=dict)
    notes = models.JSONField("à savoir", default=list)
    counts = models.JSONField("lignes par résultat", default=dict)
    state = models.CharField("état", max_length=8, choices=ImportState, default=ImportState.DRAFT)
    failure = models.CharField("incident", max_length=300, blank=True)
    created_at = models.DateTimeField("déposé le")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="déposé par")
    started_at = models.DateTimeField("lancé le", null=True, blank=True)
    done_at = models.DateTimeField("terminé le", null=True, blank=True)
    # With an author and no moment yet: a large one that a job is taking back.
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)
    undone_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="annulé par"
    )
    forgotten_at = models.DateTimeField("contenu effacé le", null=True, blank=True)

    class Meta:
        verbose_name = "import"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="fileimport_state_known", condition=Q(state__in=ImportState.values)),
            models.CheckConstraint(
                name="fileimport_undone_has_author",
                condition=~Q(state=ImportState.UNDONE) | Q(undone_at__isnull=False, undone_by__isnull=False),
            ),
            models.CheckConstraint(
                name="fileimport_done_has_date",
                condition=~Q(state__in=[ImportState.DONE, ImportState.UNDONE]) | Q(done_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Import n° {self.pk} – {self.file_name}"

    @property
    def is_checkable(self) -> bool:
        return self.state in CHECKABLE_IMPORTS

    @property
    def to_write(self) -> int:
        return self.counts.get(LineOutcome.NEW, 0) + self.counts.get(LineOutcome.CHANGED, 0)

    @property
    def refused(self) -> int:
        return self.counts.get(LineOutcome.REFUSED, 0)

    @property
    def can_be_undone(self) -> bool:
        """As far as it knows: what was built on it since is looked at when somebody asks."""
        return self.state == ImportState.DONE and self.forgotten_at is None and not self.is_undoing

    @property
    def is_undoing(self) -> bool:
        return self.state == ImportState.DONE and self.undone_by_id is not None


class ImportLine(models.Model):
    """What is planned for a line, or what became of it. ``trace`` is what takes it back (core.imports.base.Trace)."""

    file = models.ForeignKey(FileImport, models.CASCADE, related_name="lines", verbose_name="import")
    number = models.IntegerField("ligne")
    title = models.CharField("qui", max_length=250)
    outcome = models.CharField("résultat", max_length=8, choices=LineOutcome)
    errors = models.JSONField("à corriger", default=list)
    warnings = models.JSONField("à savoir", default=list)
    changes = models.JSONField("changements", default=list)
    trace = models.JSONField("trace", default=list)

    class Meta:
        verbose_name = "ligne d’import"
        verbose_name_plural = "lignes d’import"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="importline_unique"),
            models.CheckConstraint(
                name="importline_outcome_known", condition=Q(outcome__in=LineOutcome.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Ligne {self.number}"
