"""What families ask about their data, and what is proposed to go when its time is over."""

import secrets

from django.db import models
from django.db.models import Q

from core.enums import DataRequestKind, DataRequestState, RetentionKind, RetentionState
from core.models.accounts import User
from core.models.families import Household


def export_path(_request: "DataRequest", _name: str) -> str:
    return f"donnees/{secrets.token_hex(16)}.zip"


class DataRequest(models.Model):
    """A family's request, to be answered before ``due_on``. ``file``: its data, until ``file_until`` (excluded)."""

    household = models.ForeignKey(
        Household, models.PROTECT, related_name="data_requests", verbose_name="dossier"
    )
    kind = models.CharField("demande", max_length=8, choices=DataRequestKind)
    message = models.TextField("message", blank=True)
    asked_at = models.DateTimeField("demandée le")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="demandée par")
    due_on = models.DateField("à traiter avant le")
    state = models.CharField("état", max_length=8, choices=DataRequestState, default=DataRequestState.OPEN)
    decided_at = models.DateTimeField("traitée le", null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="traitée par"
    )
    answer = models.TextField("réponse", blank=True)
    file = models.FileField("archive", upload_to=export_path, blank=True)
    file_until = models.DateTimeField("archive gardée jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "demande sur les données"
        verbose_name_plural = "demandes sur les données"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="datarequest_kind_known", condition=Q(kind__in=DataRequestKind.values)
            ),
            models.CheckConstraint(
                name="datarequest_state_known", condition=Q(state__in=DataRequestState.values)
            ),
            models.CheckConstraint(
                name="datarequest_decided_has_date",
                condition=Q(state=DataRequestState.OPEN) | Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="datarequest_refused_says_why",
                condition=~Q(state=DataRequestState.REFUSED) | ~Q(answer=""),
            ),
            models.UniqueConstraint(
                fields=["household", "kind"],
                condition=Q(state=DataRequestState.OPEN),
                name="datarequest_one_open",
                violation_error_message="Une demande de ce genre est déjà en cours.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} – {self.household}"


class RetentionProposal(models.Model):
    """Rows whose time is over, as one job found them. ``rows``: keys and names; nothing of them has gone yet."""

    kind = models.CharField("nature", max_length=8, choices=RetentionKind)
    rows = models.JSONField("lignes", default=list)
    prepared_at = models.DateTimeField("préparée le")
    state = models.CharField("état", max_length=8, choices=RetentionState, default=RetentionState.PROPOSED)
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="décidée par"
    )
    # How many really went: some may have come back to life in between.
    erased = models.IntegerField("effacées", default=0)

    class Meta:
        verbose_name = "proposition d’effacement"
        verbose_name_plural = "propositions d’effacement"
        ordering = ["-prepared_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="retentionproposal_kind_known", condition=Q(kind__in=RetentionKind.values)
            ),
            models.CheckConstraint(
                name="retentionproposal_decided_has_author",
                condition=Q(state=RetentionState.PROPOSED)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(state=RetentionState.PROPOSED),
                name="retentionproposal_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({len(self.rows)})"
