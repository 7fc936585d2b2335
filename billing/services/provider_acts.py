"""What an agent makes of an online payment: its bank said no, or the provider gives money back."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from billing.enums import PAYMENT_MOVES, Means, PaymentState, Trigger
from billing.errors import ProviderRefusedError, ProviderUnavailableError, RefundNotPossibleError
from billing.models import Payment, PaymentEvent, Refund
from billing.providers.base import OutcomeState, ProviderError, Refunding
from billing.services.accounts import open_account
from billing.services.aftermath import refund_key, take_back
from billing.services.journal import record_refunded
from core.errors import DomainError
from core.locks import lock_rows, locking_transaction
from core.models import User
from core.money import cents
from core.states import ForbiddenMoveError, check_move
from tenants.context import town_timezone

ASKING = timedelta(minutes=1)  # longer than a provider may take to answer


def reject_debit(*, payment: Payment, reason: str, by: User, now: datetime) -> Payment:
    """The bank gave an accepted debit back, as the régie's account shows: what it paid is due again.

    Raises ForbiddenMoveError for a payment that no bank gives back, or gave back already.
    """
    with transaction.atomic():
        (locked,) = lock_rows(Payment.objects.filter(pk=payment.pk).select_related("regie", "household"))
        before = PaymentState(locked.state)
        if not may_be_rejected(locked):
            raise ForbiddenMoveError(
                "Ce paiement n’est pas un prélèvement que la banque peut encore rejeter."
            )
        to_state = PaymentState.REVERSED if before == PaymentState.PAID else PaymentState.REFUSED
        check_move(PAYMENT_MOVES, before, to_state)
        locked.state = to_state
        locked.closed_at = now
        locked.next_check_at = None
        locked.save(update_fields=["state", "closed_at", "next_check_at"])
        PaymentEvent.objects.create(
            payment=locked,
            at=now,
            trigger=Trigger.STAFF,
            outcome=OutcomeState.REFUSED,
            from_state=before,
            to_state=to_state,
            message=f"Rejet de la banque saisi par {by} : {reason}",
        )
        take_back(locked, now, by=by, why="rejeté par la banque")
    return locked


def may_be_rejected(payment: Payment) -> bool:
    """An online debit that counts as money: a bank may say no for weeks."""
    return payment.is_online and payment.is_settled and payment.method.startswith("prélèvement")


def refund_by_provider(*, refund: Refund, by: User, now: datetime) -> Refund:
    """Have the provider give back what the list of refunds promises. Talks to the network: no transaction.

    Raises RefundNotPossibleError, ProviderUnavailableError, ProviderRefusedError; the refund then stays to be done.
    """
    payment = refund.payment
    if refund.done_at or refund.cancelled_at or payment is None or payment.account is None:
        raise RefundNotPossibleError
    key = refund_key(payment, refund.pk)
    # A provider forgets a key after a day: what it told about this one counts before it is asked again.
    told = payment.events.filter(outcome=OutcomeState.REFUNDED, raw__reference=key).first()
    name = told.raw["transaction_id"] if told else _ask_once(refund, payment, key, now)
    with locking_transaction():
        (locked,) = lock_rows(Refund.objects.filter(pk=refund.pk))
        if locked.done_at is None:
            today = now.astimezone(town_timezone()).date()
            locked.done_at, locked.done_by, locked.paid_on, locked.provider_ref = now, by, today, name
            locked.save(update_fields=["done_at", "done_by", "paid_on", "provider_ref"])
            record_refunded(refunds=[locked], by=by, now=now, means=Means.ONLINE)
    return locked


def can_refund(payment: Payment) -> bool:
    """Whether the provider of a payment gives money back when it is asked to."""
    if payment.account is None or not payment.transaction_id:
        return False
    opened = open_account(payment.account)
    return isinstance(opened.driver, Refunding) and opened.driver.can_refund(opened.config, opened.mode)


def _ask_once(refund: Refund, payment: Payment, key: str, now: datetime) -> str:
    """Two clicks at once must not both ask; one that got no answer may ask again."""
    free = Q(asked_at=None) | Q(asked_at__lt=now - ASKING)
    if not Refund.objects.to_do().filter(free, pk=refund.pk).update(asked_at=now):
        raise RefundNotPossibleError("Ce remboursement vient d’être demandé : attendez une minute.")
    try:
        return _give_back(payment, cents(refund.amount), key)
    except DomainError:
        Refund.objects.filter(pk=refund.pk, asked_at=now).update(asked_at=None)
        raise


def _give_back(payment: Payment, amount_cents: int, key: str) -> str:
    assert payment.account is not None  # payment_online_has_account
    opened = open_account(payment.account)
    if not isinstance(opened.driver, Refunding) or not can_refund(payment):
        raise RefundNotPossibleError
    known = payment.refunds.exclude(provider_ref="").values_list("provider_ref", flat=True)
    try:
        return opened.driver.refund(
            opened.config,
            opened.mode,
            reference=payment.reference,
            transaction_id=payment.transaction_id,
            amount_cents=amount_cents,
            key=key,
            known=frozenset(known),
        )
    except ProviderError as error:
        if error.permanent:
            raise ProviderRefusedError(
                f"Le prestataire a refusé le remboursement : {error.message}"
            ) from error
        raise ProviderUnavailableError from error
