"""SEPA mandates: who may be debited, on which account, and the proof that it was signed."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from billing.debits.accounts import masked_iban, spaced_iban
from billing.debits.pain008 import Schema
from billing.debits.states import MandateAct, MandateState
from billing.models.regies import Regie
from core.models import Household, User
from core.secrets import seal, unseal


class DebitAccount(models.Model):
    """How a régie collects by direct debit; without one, or with one that is closed, it offers no mandate.

    ``notice_days``: calendar days between the announcement of a debit and its date (14 unless the town and its
    families agree on less). ``remit_days``: bank days that the accountant needs before the date. ``retries``: a debit
    that the bank rejects for a passing reason is asked once more.
    """

    regie = models.OneToOneField(Regie, models.PROTECT, related_name="debit_account", verbose_name="régie")
    is_open = models.BooleanField("proposé aux familles", default=True)
    creditor_name = models.CharField("créancier", max_length=70)
    ics = models.CharField("ICS", max_length=35)
    iban = models.CharField("IBAN de la régie", max_length=34)
    bic = models.CharField("BIC de la régie", max_length=11, blank=True)
    schema = models.CharField(
        "version du fichier",
        max_length=20,
        choices=[(one.value, one.value) for one in Schema],
        default=Schema.V8.value,
    )
    notice_days = models.IntegerField("préavis (jours)", default=14)
    remit_days = models.IntegerField("délai de remise (jours de banque)", default=2)
    retries = models.BooleanField("représenter une fois un prélèvement rejeté", default=False)
    reject_fee = models.DecimalField("frais de rejet", max_digits=6, decimal_places=2, default=Decimal(0))

    class Meta:
        verbose_name = "compte de prélèvement"
        constraints = [
            models.CheckConstraint(
                name="debitaccount_notice_days", condition=Q(notice_days__gte=1, notice_days__lte=60)
            ),
            models.CheckConstraint(
                name="debitaccount_remit_days", condition=Q(remit_days__gte=1, remit_days__lte=15)
            ),
            models.CheckConstraint(name="debitaccount_fee_not_negative", condition=Q(reject_fee__gte=0)),
            models.CheckConstraint(
                name="debitaccount_schema_known", condition=Q(schema__in=[one.value for one in Schema])
            ),
        ]

    def __str__(self) -> str:
        return f"Prélèvement – {self.regie}"


class Mandate(models.Model):
    """Mandat: a household lets a régie debit an account. The IBAN is encrypted; only its last four digits are shown.

    ``text`` is what was signed, word for word; ``digest``, the SHA-256 of the text and of the whole account number, so
    that neither can be changed unnoticed. ``last_used_on``: the last collection date; unused for 36 months, a mandate
    is worth nothing any more.
    """

    regie = models.ForeignKey(Regie, models.PROTECT, related_name="mandates", verbose_name="régie")
    household = models.ForeignKey(Household, models.PROTECT, related_name="mandates", verbose_name="dossier")
    rum = models.CharField("RUM", max_length=35, unique=True)
    holder = models.CharField("titulaire du compte", max_length=70)
    sealed_iban = models.TextField("IBAN chiffré", editable=False)
    iban_country = models.CharField("pays du compte", max_length=2)
    iban_last4 = models.CharField("fin de l’IBAN", max_length=4)
    bic = models.CharField("BIC", max_length=11, blank=True)
    state = models.CharField("état", max_length=7, choices=MandateState, default=MandateState.DRAFT)
    created_at = models.DateTimeField("préparé le")
    signer = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name="compte")
    signer_name = models.CharField("signé par", max_length=160, blank=True)
    signed_at = models.DateTimeField("signé le", null=True, blank=True)
    text = models.TextField("texte signé", blank=True)
    text_version = models.CharField("version du texte", max_length=10, blank=True)
    digest = models.CharField("empreinte", max_length=64, blank=True)
    last_used_on = models.DateField("dernier prélèvement", null=True, blank=True)
    ended_at = models.DateTimeField("terminé le", null=True, blank=True)

    class Meta:
        verbose_name = "mandat de prélèvement"
        verbose_name_plural = "mandats de prélèvement"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="mandate_state_known", condition=Q(state__in=MandateState.values)),
            models.CheckConstraint(
                name="mandate_signed_is_proven",
                condition=Q(state=MandateState.DRAFT)
                | Q(signed_at__isnull=False) & ~Q(text="") & ~Q(digest="") & ~Q(signer_name=""),
            ),
            models.CheckConstraint(
                name="mandate_ended_has_date",
                condition=Q(state__in=[MandateState.DRAFT, MandateState.ACTIVE], ended_at__isnull=True)
                | Q(state__in=[MandateState.REVOKED, MandateState.EXPIRED], ended_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["regie", "household"],
                condition=Q(state=MandateState.ACTIVE),
                name="mandate_one_active",
            ),
            models.UniqueConstraint(
                fields=["regie", "household"], condition=Q(state=MandateState.DRAFT), name="mandate_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"Mandat {self.rum}"

    @property
    def iban(self) -> str:
        return unseal(self.sealed_iban).get("iban", "")

    @iban.setter
    def iban(self, value: str) -> None:
        self.sealed_iban = seal({"iban": value})
        self.iban_country, self.iban_last4 = value[:2], value[-4:]

    @property
    def masked_iban(self) -> str:
        return masked_iban(self.iban_country, self.iban_last4)

    @property
    def full_iban(self) -> str:
        return spaced_iban(self.iban)

    @property
    def is_active(self) -> bool:
        return self.state == MandateState.ACTIVE


class MandateEvent(models.Model):
    """What happened to a mandate, by whom (null: by itself) and why. The database refuses to change an event.

    ``sealed_account``: the account that was left, for a change of account.
    """

    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="events", verbose_name="mandat")
    act = models.CharField("acte", max_length=7, choices=MandateAct)
    at = models.DateTimeField("le")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="par")
    note = models.CharField("détail", max_length=250, blank=True)
    digest = models.CharField("empreinte", max_length=64, blank=True)
    sealed_account = models.TextField("ancien compte chiffré", blank=True, editable=False)

    class Meta:
        verbose_name = "acte sur un mandat"
        verbose_name_plural = "actes sur les mandats"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(name="mandateevent_act_known", condition=Q(act__in=MandateAct.values)),
            models.CheckConstraint(
                name="mandateevent_change_keeps_account",
                condition=~Q(act=MandateAct.AMENDED) | ~Q(sealed_account=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mandate} : {self.get_act_display()}"
