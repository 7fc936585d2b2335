"""What a provider says without being asked: a notification, or what the browser brings back.

A verified message is the word of a provider that cannot be asked. Any other is only a hint that something may have
happened, and is worth a question to those that can be asked.
"""

from datetime import datetime

import structlog
from django.db import transaction

from billing.enums import Trigger
from billing.models import Payment, PaymentEvent, ProviderAccount
from billing.providers.base import Callback, Hint
from billing.services.accounts import OpenAccount, open_account
from billing.services.payments import close_page
from billing.services.settlement import settle
from core.locks import lock_rows

log = structlog.get_logger(__name__)

# Whoever knows a reference can send rubbish about it: this much of it is evidence, more is noise.
KEPT_RUMOURS = 10


def hear_notification(*, driver: str, callback: Callback, now: datetime) -> Payment | None:
    """Settle the payment that a notification is about; None when it names none of this town.

    Raises ProviderError when the provider could not be asked.
    """
    for account in ProviderAccount.objects.filter(driver=driver).order_by("-closed_at", "pk"):
        opened = open_account(account)
        hint = opened.driver.read_callback(opened.config, opened.mode, callback)
        payment = _payment_of(account, hint) if hint else None
        if hint and payment:
            return _hear(payment, opened, hint, Trigger.NOTIFICATION, now)
    return None


def hear_return(*, payment: Payment, callback: Callback, gave_up: bool = False, now: datetime) -> Payment:
    """Settle a payment whose family comes back, with what its browser carries. Raises ProviderError.

    ``gave_up``: it came by the way out of the provider's page, which is closed where it can be.
    """
    assert payment.account is not None  # only an online payment has a page to come back from
    opened = open_account(payment.account)
    if gave_up:
        close_page(payment)
    hint = opened.driver.read_callback(opened.config, opened.mode, callback)
    if hint is None or hint.provider_ref != payment.provider_ref:
        return settle(payment_id=payment.pk, trigger=Trigger.RETURN, now=now)
    return _hear(payment, opened, hint, Trigger.RETURN, now)


def _payment_of(account: ProviderAccount, hint: Hint) -> Payment | None:
    payments = Payment.objects.filter(account=account)
    if hint.provider_ref:
        return payments.filter(provider_ref=hint.provider_ref).first()
    return payments.filter(transaction_id=hint.transaction_id).exclude(transaction_id="").first()


def _hear(payment: Payment, opened: OpenAccount, hint: Hint, trigger: Trigger, now: datetime) -> Payment:
    if opened.driver.capabilities.signed_callback and not hint.verified:
        _keep_rumour(payment, trigger, now)
    return settle(payment_id=payment.pk, trigger=trigger, now=now, claim=hint.outcome)


@transaction.atomic
def _keep_rumour(payment: Payment, trigger: Trigger, now: datetime) -> None:
    """Nothing of a message without proof is kept but the fact that it came."""
    log.warning("callback_unverified", payment=payment.pk, trigger=trigger)
    (locked,) = lock_rows(Payment.objects.filter(pk=payment.pk))
    if locked.events.filter(outcome="unverified").count() < KEPT_RUMOURS:
        PaymentEvent.objects.create(
            payment=locked,
            at=now,
            trigger=trigger,
            outcome="unverified",
            from_state=locked.state,
            to_state=locked.state,
            message="Message sans signature valable : ignoré.",
        )
