"""Undoing money of the counter: nothing is deleted, the journal gets the opposite, with a reason and a name."""

from collections.abc import Sequence
from datetime import datetime

from billing.enums import PAYMENT_MOVES, EntryKind, PaymentState, Trigger
from billing.errors import CounterError
from billing.models import DepositItem, Payment, PaymentEvent, Quittance, Refund
from billing.services.invoices import withdraw_allocations
from billing.services.journal import closed_until, record_taken_back
from billing.services.reclaims import reclaim_refunds
from billing.services.unpaid_mails import tell_unpaid
from core.locks import lock_rows, locking_transaction
from core.models import User
from core.states import check_move


def cancel_quittance(*, quittance: Quittance, reason: str, by: User, now: datetime) -> None:
    """Undo a quittance on the day it was made. Raises CounterError once its day is closed or its money deposited."""
    with locking_transaction():
        payments = _lock(quittance)
        on = payments[0].entries.earliest("pk").on
        closed = closed_until(quittance.regie_id)
        if closed and on <= closed:
            raise CounterError(
                f"La journée du {on:%d/%m/%Y} est arrêtée : cette quittance ne s’annule plus, passez une correction."
            )
        _undo(payments, kind=EntryKind.CANCELLED, reason=reason, by=by, now=now)


def correct_quittance(*, quittance: Quittance, reason: str, by: User, now: datetime) -> None:
    """Undo a quittance whose day is closed: the opposite is written on the first open day. Raises CounterError."""
    with locking_transaction():
        _undo(_lock(quittance), kind=EntryKind.CORRECTED, reason=reason, by=by, now=now)


def reject_payment(*, payment: Payment, reason: str, by: User, now: datetime) -> bool:
    """A deposited cheque, or title, came back unpaid: what it paid is due again. Raises CounterError.

    Returns whether a payer could be written to.
    """
    with locking_transaction():
        (locked,) = lock_rows(Payment.objects.filter(pk=payment.pk).select_related("regie", "household"))
        if locked.state != PaymentState.PAID or not _deposited([locked]):
            raise CounterError("Seul un règlement validé et versé peut revenir impayé.")
        claim = reclaim_refunds(payment=locked, why="revenu impayé", by=by, now=now).invoice
        _reverse([locked], kind=EntryKind.UNPAID, reason=reason, by=by, now=now)
        return tell_unpaid(payment=locked, reason=reason, claim=claim, now=now) > 0


def _lock(quittance: Quittance) -> list[Payment]:
    return lock_rows(Payment.objects.filter(quittance=quittance))


def _undo(payments: Sequence[Payment], *, kind: EntryKind, reason: str, by: User, now: datetime) -> None:
    if any(payment.state != PaymentState.PAID for payment in payments):
        raise CounterError("Cette quittance est déjà annulée, ou un de ses règlements est revenu impayé.")
    if _deposited(payments):
        raise CounterError(
            "Un de ses règlements est déjà sur un bordereau de versement : annulez d’abord le bordereau, "
            "ou notez l’impayé quand la banque le rejette."
        )
    if Refund.objects.live().filter(payment__in=payments).exists():
        raise CounterError("Une partie de cet argent a été remboursée : la quittance ne s’annule plus.")
    _reverse(payments, kind=kind, reason=reason, by=by, now=now)


def _deposited(payments: Sequence[Payment]) -> bool:
    return DepositItem.objects.filter(payment__in=payments, withdrawn_at=None).exists()


def _reverse(payments: Sequence[Payment], *, kind: EntryKind, reason: str, by: User, now: datetime) -> None:
    for payment in payments:
        check_move(PAYMENT_MOVES, PaymentState(payment.state), PaymentState.REVERSED)
        payment.state = PaymentState.REVERSED
        withdraw_allocations(payment=payment, now=now)
    Payment.objects.bulk_update(payments, ["state"])
    PaymentEvent.objects.bulk_create(
        PaymentEvent(
            payment=payment,
            at=now,
            trigger=Trigger.COUNTER,
            outcome=kind,
            from_state=PaymentState.PAID,
            to_state=PaymentState.REVERSED,
            message=f"{kind.label} par {by.name} : {reason}",
        )
        for payment in payments
    )
    record_taken_back(payments=payments, kind=kind, reason=reason, by=by, now=now)
