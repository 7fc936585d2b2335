from django.db import models
from django.db.models import Q

from core.enums import MailState


class OutgoingSms(models.Model):
    """A short message to send: written with what it tells about, sent by a job, as a mail is."""

    to = models.CharField("destinataire", max_length=20)
    text = models.CharField("texte", max_length=320)
    state = models.CharField("état", max_length=8, choices=MailState, default=MailState.PENDING)
    attempts = models.IntegerField("essais", default=0)
    last_error = models.TextField("dernière erreur", blank=True)
    created_at = models.DateTimeField("écrit le")
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    reference = models.CharField("référence chez le prestataire", max_length=80, blank=True)
    dedupe_key = models.CharField("clé", max_length=120, unique=True)

    class Meta:
        verbose_name = "SMS"
        verbose_name_plural = "SMS"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="outgoingsms_state_known", condition=Q(state__in=MailState.values)),
            models.CheckConstraint(
                name="outgoingsms_sent_has_date",
                condition=~Q(state=MailState.SENT) | Q(sent_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(state=MailState.PENDING), name="outgoingsms_pending"
            )
        ]

    def __str__(self) -> str:
        return f"{self.to} : {self.text}"
