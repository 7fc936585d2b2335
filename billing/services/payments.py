"""Opening an attempt to pay: prepared in one transaction, started at the provider outside of any."""

import secrets
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from billing.enums import PAYMENT_MOVES, PaymentState, Trigger
from billing.errors import AmountNotPayableError, ProviderRefusedError, ProviderUnavailableError
from billing.models import Payment, PaymentEvent, Regie
from billing.providers.base import Closing, PaymentOrder, PostForm, ProviderError, Started
from billing.purposes import purpose_of
from billing.services.accounts import OpenAccount, account_of, open_account
from core.locks import lock_rows
from core.models import Household, User
from core.money import cents, format_euros, from_cents
from core.states import check_move
from tenants.context import base_url, current_commune, town_timezone, town_url

FIRST_CHECK = timedelta(minutes=2)
# In the address by which a family leaves the provider's page without paying.
GAVE_UP = "abandon"
REFERENCE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def prepare_payment(
    *,
    regie: Regie,
    household: Household,
    payer: User,
    purpose: str,
    amount: Decimal,
    label: str,
    now: datetime,
) -> Payment:
    """Write an attempt (CREATED). Call it in the transaction that ties it to what it pays.

    Raises NoProviderError, and AmountNotPayableError when the provider takes no such amount.
    """
    opened = account_of(regie)
    _check_amount(opened, amount)
    return Payment.objects.create(
        regie=regie,
        account=opened.account,
        mode=opened.mode,
        household=household,
        payer=payer,
        payer_email=payer.email,
        purpose=purpose,
        label=label,
        reference=new_reference(regie, now),
        amount=amount,
        created_at=now,
        next_check_at=now + FIRST_CHECK,
    )


def start_payment(*, payment: Payment, now: datetime) -> Payment:
    """Announce a prepared attempt to the provider and keep the page it gave. Talks to the network: no transaction.

    Raises ProviderUnavailableError or ProviderRefusedError; the attempt is then FAILED and what it was for is
    given back to the family's basket.
    """
    assert payment.account is not None  # payment_online_has_account
    opened = open_account(payment.account)
    return_url = town_url(reverse("payment_return", args=[payment.token]))
    order = PaymentOrder(
        reference=payment.reference,
        serial=payment.pk,
        amount_cents=cents(payment.amount),
        email=payment.payer_email,
        label=payment.label,
        year=now.astimezone(town_timezone()).year,
        return_url=return_url,
        cancel_url=f"{return_url}?{GAVE_UP}=1",
        notification_url=notification_url(opened.account.driver),
    )
    try:
        started = opened.driver.start(opened.config, opened.mode, order)
    except ProviderError as error:
        _fail(payment, error, now)
        if error.permanent:
            raise ProviderRefusedError(
                gettext("Le service de paiement a refusé la demande : %(why)s") % {"why": error.message}
            ) from error
        raise ProviderUnavailableError from error
    return _record_start(payment, started, now)


def provider_page(payment: Payment) -> str:
    """Where a started attempt is paid: the provider's page, or ours that posts a form to it."""
    return reverse("payment_form", args=[payment.token]) if payment.page_fields else payment.page_url


def close_page(payment: Payment) -> None:
    """Where its provider can, close the page of an attempt, so that nobody pays on it any more.

    Talks to the network: no transaction. Raises ProviderError.
    """
    assert payment.account is not None  # payment_online_has_account
    opened = open_account(payment.account)
    if isinstance(opened.driver, Closing) and payment.state == PaymentState.STARTED:
        opened.driver.close(opened.config, opened.mode, payment.provider_ref)


def notification_url(driver: str) -> str:
    """Where a provider announces something about this town: one host for all towns (settings.CALLBACK_HOST)."""
    path = reverse(
        "provider_notification",
        urlconf=settings.CALLBACK_URLCONF,
        kwargs={"driver": driver, "slug": current_commune().slug},
    )
    return base_url(settings.CALLBACK_HOST) + path


def _check_amount(opened: OpenAccount, amount: Decimal) -> None:
    limits = opened.driver.capabilities
    if not limits.min_cents <= cents(amount) <= limits.max_cents:
        raise AmountNotPayableError(
            gettext("Le paiement en ligne accepte de %(least)s à %(most)s ; le vôtre serait de %(amount)s.")
            % {
                "least": format_euros(from_cents(limits.min_cents)),
                "most": format_euros(from_cents(limits.max_cents)),
                "amount": format_euros(amount),
            }
        )


def new_reference(regie: Regie, now: datetime) -> str:
    """Letters and digits only (PayFiP's refdet), unguessable, readable over the telephone."""
    tail = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(10))
    return f"{regie.prefix}{now:%y%m%d}{tail}"


@transaction.atomic
def _record_start(payment: Payment, started: Started, now: datetime) -> Payment:
    (locked,) = lock_rows(Payment.objects.filter(pk=payment.pk))
    check_move(PAYMENT_MOVES, PaymentState(locked.state), PaymentState.STARTED)
    locked.state = PaymentState.STARTED
    locked.provider_ref = started.provider_ref
    locked.page_url = started.next_step.url
    if isinstance(started.next_step, PostForm):
        locked.page_fields = dict(started.next_step.fields)
    locked.usable_until = started.usable_until
    locked.save()
    _log(locked, PaymentState.CREATED, now, outcome="started")
    return locked


@transaction.atomic
def _fail(payment: Payment, error: ProviderError, now: datetime) -> None:
    (locked,) = lock_rows(Payment.objects.filter(pk=payment.pk))
    check_move(PAYMENT_MOVES, PaymentState(locked.state), PaymentState.FAILED)
    locked.state = PaymentState.FAILED
    locked.closed_at = now
    locked.next_check_at = None
    locked.save()
    _log(locked, PaymentState.CREATED, now, outcome="failed", message=f"{error.code} {error.message}".strip())
    purpose_of(locked).on_abandoned(locked, now=now)


def _log(
    payment: Payment, from_state: PaymentState, now: datetime, *, outcome: str, message: str = ""
) -> None:
    PaymentEvent.objects.create(
        payment=payment,
        at=now,
        trigger=Trigger.START,
        outcome=outcome,
        from_state=from_state,
        to_state=payment.state,
        message=message,
    )
