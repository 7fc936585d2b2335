"""One message to many families, and what became of it for each."""

from django.db import models
from django.db.models import Q

from core.enums import MailingNature, MailingState
from core.models.accounts import User
from core.models.families import Household
from core.models.mail import OutgoingMail


class Mailing(models.Model):
    """An agent's message. ``audiences``: rows of {"source", "code", "day", "label"}, see ``core.audiences``.

    Its recipients are counted when it goes, not when it is written: who joins the class meanwhile reads it too.
    """

    subject = models.CharField("objet", max_length=150)
    body = models.TextField("texte")
    nature = models.CharField("nature", max_length=8, choices=MailingNature)
    audiences = models.JSONField("destinataires", default=list)
    state = models.CharField("état", max_length=9, choices=MailingState, default=MailingState.DRAFT)
    send_at = models.DateTimeField("envoi prévu le", null=True, blank=True)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="écrit par")
    written_at = models.DateTimeField("écrit le")
    sent_at = models.DateTimeField("parti le", null=True, blank=True)

    class Meta:
        verbose_name = "message groupé"
        verbose_name_plural = "messages groupés"
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="mailing_state_known", condition=Q(state__in=MailingState.values)),
            models.CheckConstraint(name="mailing_nature_known", condition=Q(nature__in=MailingNature.values)),
            models.CheckConstraint(
                name="mailing_scheduled_has_time",
                condition=~Q(state=MailingState.SCHEDULED) | Q(send_at__isnull=False),
            ),
            models.CheckConstraint(
                name="mailing_sent_has_date", condition=~Q(state=MailingState.SENT) | Q(sent_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["send_at"], condition=Q(state=MailingState.SCHEDULED), name="mailing_due")
        ]

    def __str__(self) -> str:
        return self.subject


class MailingRecipient(models.Model):
    """One address a mailing went to. Its delivery is that of its mail."""

    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="recipients", verbose_name="message")
    household = models.ForeignKey(Household, models.CASCADE, related_name="+", verbose_name="dossier")
    name = models.CharField("nom", max_length=170)
    email = models.EmailField("adresse électronique")
    mail = models.ForeignKey(
        OutgoingMail, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="courriel"
    )

    class Meta:
        verbose_name = "destinataire"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["mailing", "email"], name="mailingrecipient_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"
