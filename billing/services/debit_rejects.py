"""What the bank did not pay, or took back: recorded once, by opposite rows, and told to the family.

Before the money was counted, the debit only ends. After it, the payment is taken back and its invoice is due again.
A code that says the mandate is worth nothing ends the mandate; a passing one asks once more, if the régie does so.
"""

from datetime import date, datetime
from decimal import Decimal

from billing.debits.reasons import Reason, reason_of
from billing.debits.states import DEBIT_MOVES, DebitState, MandateAct
from billing.enums import PAYMENT_MOVES, EntryKind, PaymentState, Trigger
from billing.errors_debits import RejectError
from billing.models import Charge, Debit, DebitAccount, DebitReject, Invoice, Mandate, Payment, PaymentEvent
from billing.services.charges import post_charges
from billing.services.debit_plan import plan_debits
from billing.services.debits import tell_payers
from billing.services.invoices import withdraw_allocations
from billing.services.journal import record_taken_back
from billing.services.mandates import end_mandate
from billing.services.reclaims import reclaim_refunds
from core.audit_acts import AuditAct
from core.errors import BusyError
from core.locks import lock_rows, locking_transaction
from core.models import User
from core.money import ZERO
from core.services.audit import record
from core.states import check_move

BY_HAND = "Saisi par un agent"


def record_reject(
    *, debit: Debit, code: str, on: date, by: User, now: datetime, source: str = BY_HAND
) -> DebitReject:
    """Raises RejectError when the bank was not asked for this debit, or has already rejected it."""
    reason = reason_of(code)
    with locking_transaction():
        payments = lock_rows(Payment.objects.filter(debit=debit.pk))
        (mandate,) = lock_rows(Mandate.objects.filter(pk=debit.mandate_id).select_related("regie"))
        (locked,) = lock_rows(Debit.objects.filter(pk=debit.pk).select_related("invoice__regie", "mandate"))
        if locked.payment_id and not payments:
            raise BusyError  # its batch was being settled: done again, the payment is there
        if DebitState.REJECTED not in DEBIT_MOVES[DebitState(locked.state)]:
            raise RejectError("La banque n’a pas été saisie de ce prélèvement, ou l’a déjà rejeté.")
        reject = DebitReject.objects.create(debit=locked, code=code, on=on, at=now, by=by, source=source)
        locked.state = DebitState.REJECTED
        locked.save(update_fields=["state"])
        claims = [_take_back(payment, reject, by=by, now=now) for payment in payments]
        if reason.ends_mandate and mandate.is_active:
            end_mandate(mandate, act=MandateAct.REVOKED, reason=f"Rejet : {reason.label}", by=by, now=now)
        note = f"Rejet de la banque : {reason.label}"
        record(act=AuditAct.DEBITS, by=by, now=now, on=locked.invoice, note=note)
        fee = _charge_fee(locked, on, now)
        again = _ask_again(locked, reason, now)
        tell_payers(
            [locked],
            template="debit_rejected",
            now=now,
            reason=reason.label,
            again=again,
            fee=fee,
            claim=next(filter(None, claims), None),
        )
    return reject


def _take_back(payment: Payment, reject: DebitReject, *, by: User, now: datetime) -> Invoice | None:
    """Returns the invoice of what had been given back out of it."""
    check_move(PAYMENT_MOVES, PaymentState(payment.state), PaymentState.REVERSED)
    before, payment.state = payment.state, PaymentState.REVERSED
    payment.save(update_fields=["state"])
    message = f"{reject.code} {reject.reason}"
    PaymentEvent.objects.create(
        payment=payment,
        at=now,
        trigger=Trigger.STAFF,
        outcome="rejected",
        from_state=before,
        to_state=payment.state,
        message=message,
    )
    withdraw_allocations(payment=payment, now=now)
    reclaimed = reclaim_refunds(payment=payment, why="rejeté par la banque", by=by, now=now)
    record_taken_back(payments=[payment], kind=EntryKind.UNPAID, by=by, reason=message[:200], now=now)
    return reclaimed.invoice


def _charge_fee(debit: Debit, on: date, now: datetime) -> Decimal:
    """What a reject costs the family at this régie (euros), on its next invoice."""
    account = DebitAccount.objects.get(regie=debit.invoice.regie_id)
    if account.reject_fee > 0:
        post_charges(
            [
                Charge(
                    regie_id=debit.invoice.regie_id,
                    household_id=debit.invoice.household_id,
                    source=f"debit.reject:{debit.pk}",
                    service_date=on,
                    group_label="Frais",
                    label="Frais de rejet de prélèvement",
                    unit_price=account.reject_fee,
                    amount=account.reject_fee,
                    reasons=[f"Rejet du prélèvement de la {str(debit.invoice).lower()}"],
                    created_at=now,
                )
            ]
        )
    return account.reject_fee


def _ask_again(debit: Debit, reason: Reason, now: datetime) -> Debit | None:
    """Announce the same invoice once more, when the reason may pass and the régie does so; never a third time."""
    retries = DebitAccount.objects.filter(regie=debit.invoice.regie_id, retries=True).exists()
    if not retries or not reason.again or debit.again_of_id:
        return None
    paid = sum((row.amount for row in debit.invoice.allocations.all()), ZERO)
    left = min(debit.amount, debit.invoice.total - paid)
    planned = plan_debits(due={debit.invoice: left}, again={debit.invoice: debit}, now=now)
    return planned.get(debit.invoice_id)
