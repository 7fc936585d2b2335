from django.db import models
from django.db.models import Q

from core.enums import MailState


class OutgoingMail(models.Model):
    """The outbox. A mail is a row written with what it tells about; sending it is a job that may be late, never lost."""

    to = models.EmailField("destinataire")
    subject = models.CharField("objet", max_length=200)
    text = models.TextField("texte")
    html = models.TextField("texte mis en forme", blank=True)
    state = models.CharField("état", max_length=8, choices=MailState, default=MailState.PENDING)
    attempts = models.IntegerField("essais", default=0)
    last_error = models.TextField("dernière erreur", blank=True)
    created_at = models.DateTimeField("écrit le")
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    # Where one click stops this kind of mail (RFC 8058); empty for what a family must be told.
    unsubscribe_url = models.URLField("adresse de désabonnement", max_length=300, blank=True)
    # A mail is written once for one event, however often the event is processed again.
    dedupe_key = models.CharField("clé", max_length=120, null=True, blank=True, unique=True)

    class Meta:
        verbose_name = "courriel"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="outgoingmail_state_known", condition=Q(state__in=MailState.values)),
            models.CheckConstraint(
                name="outgoingmail_sent_has_date",
                condition=~Q(state=MailState.SENT) | Q(sent_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(state=MailState.PENDING), name="outgoingmail_pending"
            )
        ]

    def __str__(self) -> str:
        return self.subject
