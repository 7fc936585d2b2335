"""The papers of a family's file: which ones the town knows, and those that families handed in."""

import secrets
from pathlib import PurePath

from django.db import models
from django.db.models import Q

from core.enums import DocumentState, DocumentValidity, FileSubject
from core.models.accounts import User
from core.models.families import Child, Household


class DocumentKind(models.Model):
    """« Assurance scolaire ». What asks for it belongs to what is booked: here, only how long one is good."""

    code = models.SlugField("code", max_length=60, unique=True)
    name = models.CharField("nom", max_length=120)
    help = models.TextField("aide", blank=True)
    subject = models.CharField("concerne", max_length=9, choices=FileSubject, default=FileSubject.CHILD)
    validity = models.CharField(
        "validité", max_length=11, choices=DocumentValidity, default=DocumentValidity.FOREVER
    )
    months = models.IntegerField("mois de validité", null=True, blank=True)
    # How old it may be on the day it is handed in, by the date written on it.
    max_age_days = models.IntegerField("âge maximum (jours)", null=True, blank=True)
    # A family in a hurry books as soon as the paper is sent; an agent reads it later.
    counts_on_receipt = models.BooleanField("compte dès sa réception", default=False)
    # 0: never.
    reminder_days = models.IntegerField("rappel avant l’échéance (jours)", default=30)
    position = models.IntegerField("ordre", default=0)

    class Meta:
        verbose_name = "document à fournir"
        verbose_name_plural = "documents à fournir"
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                name="documentkind_subject_known", condition=Q(subject__in=FileSubject.values)
            ),
            models.CheckConstraint(
                name="documentkind_validity_known", condition=Q(validity__in=DocumentValidity.values)
            ),
            models.CheckConstraint(
                name="documentkind_months",
                condition=Q(validity=DocumentValidity.MONTHS, months__gte=1, months__lte=120)
                | (~Q(validity=DocumentValidity.MONTHS) & Q(months__isnull=True)),
            ),
            models.CheckConstraint(
                name="documentkind_reminder_days", condition=Q(reminder_days__gte=0, reminder_days__lte=120)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_about_child(self) -> bool:
        return self.subject == FileSubject.CHILD


def random_path(_page: models.Model, name: str) -> str:
    """The name a family gave to its file says too much, and could be guessed: only what it is remains."""
    return f"dossiers/{secrets.token_hex(16)}{PurePath(name).suffix.lower()}"


class FamilyDocument(models.Model):
    """A paper of a family, or of one child when its kind is about the child.

    Its pages may be gone, or never have been: an agent has seen the paper at the desk. ``valid_until`` is included;
    null once accepted: good for ever. What is out of date is a matter of the day, not a state.
    """

    kind = models.ForeignKey(DocumentKind, models.PROTECT, related_name="documents", verbose_name="nature")
    household = models.ForeignKey(Household, models.PROTECT, related_name="documents", verbose_name="dossier")
    child = models.ForeignKey(
        Child, models.PROTECT, null=True, blank=True, related_name="documents", verbose_name="enfant"
    )
    sent_at = models.DateTimeField("reçu le")
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="donné par")
    state = models.CharField("état", max_length=8, choices=DocumentState, default=DocumentState.RECEIVED)
    issued_on = models.DateField("date du document", null=True, blank=True)
    valid_until = models.DateField("valable jusqu’au", null=True, blank=True)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="décidé par"
    )
    reason = models.CharField("motif du refus", max_length=200, blank=True)

    class Meta:
        verbose_name = "document de famille"
        verbose_name_plural = "documents de familles"
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="familydocument_state_known", condition=Q(state__in=DocumentState.values)
            ),
            models.CheckConstraint(
                name="familydocument_decided_has_author",
                condition=Q(state=DocumentState.RECEIVED, decided_at__isnull=True)
                | (~Q(state=DocumentState.RECEIVED) & Q(decided_at__isnull=False, decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="familydocument_refused_has_reason",
                condition=~Q(state=DocumentState.REFUSED) | ~Q(reason=""),
            ),
            # A family that sends the same paper again replaces the one nobody has read yet.
            models.UniqueConstraint(
                fields=["kind", "household", "child"],
                condition=Q(state=DocumentState.RECEIVED),
                nulls_distinct=False,
                name="familydocument_one_to_read",
            ),
        ]
        indexes = [
            models.Index(
                fields=["sent_at"], condition=Q(state=DocumentState.RECEIVED), name="familydocument_to_read"
            ),
            models.Index(
                fields=["valid_until"],
                condition=Q(state=DocumentState.ACCEPTED),
                name="familydocument_expiry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} – {self.child or self.household}"


class DocumentPage(models.Model):
    """One file of a paper: the back of a card, a page photographed alone. They are read and decided together."""

    document = models.ForeignKey(
        FamilyDocument, models.CASCADE, related_name="pages", verbose_name="document"
    )
    position = models.IntegerField("page")
    file = models.FileField("fichier", upload_to=random_path)

    class Meta:
        verbose_name = "page d’un document"
        verbose_name_plural = "pages des documents"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="documentpage_one_a_position")
        ]

    def __str__(self) -> str:
        return f"{self.document}, page {self.position}"


class DraftPage(models.Model):
    """A page that a family has given and not sent yet: it adds the others one by one, or corrects what was refused."""

    kind = models.ForeignKey(DocumentKind, models.CASCADE, related_name="+", verbose_name="nature")
    household = models.ForeignKey(Household, models.CASCADE, related_name="+", verbose_name="dossier")
    child = models.ForeignKey(
        Child, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="enfant"
    )
    file = models.FileField("fichier", upload_to=random_path)
    at = models.DateTimeField("donnée le")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="donnée par")

    class Meta:
        verbose_name = "page à envoyer"
        verbose_name_plural = "pages à envoyer"
        ordering = ["pk"]
        indexes = [models.Index(fields=["household", "kind"], name="draftpage_of_household")]

    def __str__(self) -> str:
        return f"{self.kind} – {self.child or self.household}"
