"""Direct debits: announced to the family, gathered in batches for the bank, settled or rejected."""

import re
from datetime import date

from django.db import models
from django.db.models import Q

from billing.debits.reasons import reason_of
from billing.debits.states import LIVE_DEBITS, BatchState, DebitState, Sequence
from billing.models.documents import Invoice
from billing.models.mandates import DebitAccount, Mandate, MandateEvent
from billing.models.payments import Payment
from billing.models.regies import Regie
from core.models import User
from core.secrets import seal, unseal

CODE = re.compile(r"[A-Z0-9]{4}")


class DebitBatch(models.Model):
    """Remise: what one régie asks its bank to collect on one day. The file is kept, encrypted: it holds account
    numbers. ``count`` and ``total`` (euros) are what it asked for."""

    regie = models.ForeignKey(Regie, models.PROTECT, related_name="debit_batches", verbose_name="régie")
    collect_on = models.DateField("date du prélèvement")
    message_id = models.CharField("identifiant de la remise", max_length=30, unique=True)
    state = models.CharField("état", max_length=9, choices=BatchState, default=BatchState.DRAFT)
    created_at = models.DateTimeField("préparée le")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="préparée par")
    sent_at = models.DateTimeField("établie le", null=True, blank=True)
    sent_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="établie par"
    )
    settled_at = models.DateTimeField("encaissée le", null=True, blank=True)
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="encaissée par"
    )
    cancelled_at = models.DateTimeField("abandonnée le", null=True, blank=True)
    cancelled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="abandonnée par"
    )
    cancel_reason = models.CharField("motif", max_length=200, blank=True)
    sealed_file = models.TextField("fichier chiffré", blank=True, editable=False)
    digest = models.CharField("empreinte du fichier", max_length=64, blank=True)
    count = models.IntegerField("prélèvements", default=0)
    total = models.DecimalField("total", max_digits=10, decimal_places=2, default=0)

    class Meta:
        verbose_name = "remise de prélèvements"
        verbose_name_plural = "remises de prélèvements"
        ordering = ["-collect_on", "-pk"]
        constraints = [
            models.CheckConstraint(name="debitbatch_state_known", condition=Q(state__in=BatchState.values)),
            models.CheckConstraint(
                name="debitbatch_sent_has_file",
                condition=~Q(state__in=[BatchState.SENT, BatchState.SETTLED])
                | Q(sent_at__isnull=False, sent_by__isnull=False) & ~Q(sealed_file="") & ~Q(digest=""),
            ),
            models.CheckConstraint(
                name="debitbatch_settled_is_signed",
                condition=~Q(state=BatchState.SETTLED)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
            models.CheckConstraint(
                name="debitbatch_cancelled_says_why",
                condition=~Q(state=BatchState.CANCELLED)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False) & ~Q(cancel_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"Remise {self.message_id}"

    @property
    def file(self) -> bytes:
        return unseal(self.sealed_file)["pain008"].encode()

    @file.setter
    def file(self, content: bytes) -> None:
        self.sealed_file = seal({"pain008": content.decode()})


class DebitDownload(models.Model):
    """Somebody took the file of a batch away."""

    batch = models.ForeignKey(DebitBatch, models.PROTECT, related_name="downloads", verbose_name="remise")
    at = models.DateTimeField("le")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")

    class Meta:
        verbose_name = "téléchargement d’une remise"
        verbose_name_plural = "téléchargements de remises"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.batch} le {self.at:%d/%m/%Y}"


class Debit(models.Model):
    """Prélèvement: what is going to be taken for one invoice. An invoice has one that lives at most.

    ``debit_on`` is the date the family was told on ``notified_at``; the batch may take it later, never earlier.
    ``reference`` is the bank's EndToEndId and becomes the payment's. ``again_of``: the rejected debit that this one
    asks for once more.
    """

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="debits", verbose_name="mandat")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="debits", verbose_name="facture")
    batch = models.ForeignKey(
        DebitBatch, models.PROTECT, null=True, blank=True, related_name="debits", verbose_name="remise"
    )
    reference = models.CharField("référence", max_length=30, unique=True)
    amount = models.DecimalField("montant", max_digits=10, decimal_places=2)
    debit_on = models.DateField("prélèvement annoncé le")
    notified_at = models.DateTimeField("annoncé par courriel le")
    state = models.CharField("état", max_length=8, choices=DebitState, default=DebitState.PLANNED)
    sequence = models.CharField("séquence", max_length=4, choices=Sequence, blank=True)
    change = models.ForeignKey(
        MandateEvent,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="told_by",
        verbose_name="changement de compte signalé",
    )
    again_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="again", verbose_name="représente"
    )
    payment = models.OneToOneField(
        Payment, models.PROTECT, null=True, blank=True, related_name="debit", verbose_name="paiement"
    )
    dropped_at = models.DateTimeField("écarté le", null=True, blank=True)
    dropped_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="écarté par"
    )
    drop_reason = models.CharField("motif", max_length=200, blank=True)

    class Meta:
        verbose_name = "prélèvement"
        ordering = ["debit_on", "pk"]
        constraints = [
            models.CheckConstraint(name="debit_state_known", condition=Q(state__in=DebitState.values)),
            models.CheckConstraint(name="debit_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="debit_sent_is_in_batch",
                condition=Q(state__in=[DebitState.PLANNED, DebitState.DROPPED])
                | Q(batch__isnull=False) & ~Q(sequence=""),
            ),
            models.CheckConstraint(
                name="debit_paid_has_payment",
                condition=Q(state=DebitState.PAID, payment__isnull=False)
                | Q(state=DebitState.REJECTED)
                | ~Q(state__in=[DebitState.PAID, DebitState.REJECTED]) & Q(payment__isnull=True),
            ),
            models.CheckConstraint(
                name="debit_dropped_says_why",
                condition=Q(dropped_at__isnull=True) & ~Q(state=DebitState.DROPPED)
                | Q(state=DebitState.DROPPED, dropped_at__isnull=False) & ~Q(drop_reason=""),
            ),
            models.UniqueConstraint(
                fields=["invoice"], condition=Q(state__in=sorted(LIVE_DEBITS)), name="debit_one_live"
            ),
        ]
        indexes = [
            models.Index(
                fields=["debit_on", "id"],
                condition=Q(state=DebitState.PLANNED, batch__isnull=True),
                name="debit_to_gather",
            )
        ]

    def __str__(self) -> str:
        return f"Prélèvement {self.reference}"

    @property
    def day(self) -> date:
        """When it is taken: the batch's day, once there is one."""
        return self.batch.collect_on if self.batch else self.debit_on

    @property
    def creditor(self) -> DebitAccount:
        return self.mandate.regie.debit_account


class DebitReject(models.Model):
    """The bank did not pay, or took the money back. The database refuses to change it. ``on``: the bank's date."""

    debit = models.OneToOneField(Debit, models.PROTECT, related_name="reject", verbose_name="prélèvement")
    code = models.CharField("code", max_length=4)
    on = models.DateField("date du rejet")
    at = models.DateTimeField("enregistré le")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="enregistré par")
    source = models.CharField("origine", max_length=120)

    class Meta:
        verbose_name = "rejet de prélèvement"
        verbose_name_plural = "rejets de prélèvement"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="debitreject_code_shape", condition=Q(code__regex=f"^{CODE.pattern}$")
            )
        ]

    def __str__(self) -> str:
        return f"Rejet {self.code} – {self.debit}"

    @staticmethod
    def is_code(text: str) -> bool:
        return CODE.fullmatch(text) is not None

    @property
    def reason(self) -> str:
        return reason_of(self.code).label
