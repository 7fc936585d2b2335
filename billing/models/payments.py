import uuid

from django.db import models
from django.db.models import Q

from billing.enums import (
    COUNTER_MEANS,
    SETTLED_PAYMENTS,
    WAITING_PAYMENTS,
    Fulfilment,
    Means,
    PaymentState,
    Trigger,
)
from billing.models.quittances import CASH_CEILING, Quittance
from billing.models.regies import ProviderAccount, Regie
from billing.providers.base import Mode
from core.models import Household, User


class Payment(models.Model):
    """One attempt to pay something, and the money it brought.

    ``purpose`` names its handler in billing.purposes. ``mode`` and ``account`` are a snapshot of the régie's
    account at the time: an answer in another mode never settles. ``number`` is the receipt's, given when the
    money is recorded, gapless per régie and year. ``means`` other than online have no account and no provider.
    """

    token = models.UUIDField("jeton", default=uuid.uuid4, unique=True, editable=False)
    regie = models.ForeignKey(Regie, models.PROTECT, related_name="payments", verbose_name="régie")
    means = models.CharField("moyen de règlement", max_length=8, choices=Means, default=Means.ONLINE)
    account = models.ForeignKey(
        ProviderAccount, models.PROTECT, null=True, blank=True, verbose_name="compte en ligne"
    )
    quittance = models.ForeignKey(
        Quittance, models.PROTECT, null=True, blank=True, related_name="payments", verbose_name="quittance"
    )
    mode = models.CharField("mode", max_length=10, choices=[(mode.value, mode.value) for mode in Mode])
    household = models.ForeignKey(Household, models.PROTECT, related_name="payments", verbose_name="dossier")
    payer = models.ForeignKey(User, models.SET_NULL, null=True, verbose_name="payeur")
    payer_email = models.EmailField("adresse du payeur")
    purpose = models.CharField("objet", max_length=40)
    label = models.CharField("libellé", max_length=100)
    reference = models.CharField("référence", max_length=30, unique=True)
    amount = models.DecimalField("montant", max_digits=10, decimal_places=2)

    state = models.CharField("état", max_length=12, choices=PaymentState, default=PaymentState.CREATED)
    provider_ref = models.CharField("référence chez le prestataire", max_length=120, blank=True)
    page_url = models.URLField("page de paiement", max_length=2000, blank=True)
    # Fields that the browser posts to ``page_url``; empty when a plain visit opens the page.
    page_fields = models.JSONField("formulaire de paiement", default=dict, blank=True)
    usable_until = models.DateTimeField("page ouvrable jusqu’à", null=True, blank=True)
    method = models.CharField("moyen", max_length=40, blank=True)
    transaction_id = models.CharField("n° d’autorisation", max_length=60, blank=True)
    year = models.IntegerField("exercice", null=True, blank=True)
    number = models.IntegerField("numéro", null=True, blank=True)
    created_at = models.DateTimeField("créé le")
    paid_at = models.DateTimeField("payé le", null=True, blank=True)
    closed_at = models.DateTimeField("terminé le", null=True, blank=True)
    next_check_at = models.DateTimeField("prochaine relève", null=True, blank=True)

    fulfilment = models.CharField("suite donnée", max_length=8, choices=Fulfilment, default=Fulfilment.NONE)
    fulfilment_error = models.TextField("dernier incident", blank=True)

    class Meta:
        verbose_name = "paiement"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="payment_state_known", condition=Q(state__in=PaymentState.values)),
            models.CheckConstraint(
                name="payment_online_has_account",
                condition=Q(means=Means.ONLINE, account__isnull=False)
                | ~Q(means=Means.ONLINE) & Q(account__isnull=True),
            ),
            models.CheckConstraint(
                name="payment_counter_has_quittance",
                condition=Q(means__in=sorted(COUNTER_MEANS), quittance__isnull=False)
                | ~Q(means__in=sorted(COUNTER_MEANS)) & Q(quittance__isnull=True),
            ),
            models.CheckConstraint(name="payment_means_known", condition=Q(means__in=Means.values)),
            models.CheckConstraint(
                name="payment_cash_ceiling", condition=~Q(means=Means.CASH) | Q(amount__lte=CASH_CEILING)
            ),
            models.CheckConstraint(name="payment_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="payment_reference_shape", condition=Q(reference__regex=r"^[0-9A-Za-z]{6,30}$")
            ),
            models.CheckConstraint(
                name="payment_settled_is_complete",
                condition=~Q(state__in=sorted(SETTLED_PAYMENTS))
                | Q(paid_at__isnull=False, number__isnull=False, year__isnull=False)
                & ~Q(fulfilment=Fulfilment.NONE),
            ),
            models.CheckConstraint(
                name="payment_started_has_ref", condition=~Q(state=PaymentState.STARTED) | ~Q(provider_ref="")
            ),
            models.UniqueConstraint(
                fields=["regie", "year", "number"],
                condition=Q(number__isnull=False),
                name="payment_number_unique",
            ),
            models.UniqueConstraint(
                fields=["account", "provider_ref"],
                condition=~Q(provider_ref=""),
                name="payment_provider_ref_unique",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_check_at"], condition=Q(next_check_at__isnull=False), name="payment_to_check"
            ),
            models.Index(fields=["created_at", "id"], name="payment_created"),
            models.Index(fields=["id"], condition=Q(fulfilment=Fulfilment.PENDING), name="payment_to_fulfil"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_online(self) -> bool:
        return self.means == Means.ONLINE

    @property
    def by_means(self) -> str:
        """How it was paid, as the guides write it, in French: « Chèque », « PAYLINE »."""
        return self.account.driver.upper() if self.account else self.get_means_display()

    @property
    def is_settled(self) -> bool:
        return self.state in SETTLED_PAYMENTS

    @property
    def is_waiting(self) -> bool:
        """Still to be decided, or decided and not delivered yet: the family waits for a better answer."""
        return self.state in WAITING_PAYMENTS or self.fulfilment == Fulfilment.PENDING

    @property
    def receipt_reference(self) -> str:
        """The number of the « ticket de paiement »; empty as long as no money came."""
        return f"{self.year}-{self.number:05d}" if self.number is not None else ""


class PaymentEvent(models.Model):
    """What a provider said and what we made of it. Append-only: the database refuses changes."""

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="events", verbose_name="paiement")
    at = models.DateTimeField("le")
    trigger = models.CharField("origine", max_length=12, choices=Trigger)
    outcome = models.CharField("réponse", max_length=20)
    from_state = models.CharField("état avant", max_length=12)
    to_state = models.CharField("état après", max_length=12)
    message = models.TextField("message", blank=True)
    raw = models.JSONField("détail", default=dict)

    class Meta:
        verbose_name = "événement de paiement"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.payment} : {self.outcome}"
