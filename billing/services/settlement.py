"""Settlement: the one path for the browser's return, the notification, the poll and the staff button.

1. Ask the provider, outside any transaction; one that cannot be asked has told by a message that it signed.
2. Lock the payment, compare what was paid with what was asked, record; commit. Money received is a fact that
   nothing later may roll back.
3. Deliver what was paid (billing.purposes) in a second transaction, tried again until it is done.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from billing.enums import (
    DEAD_PAYMENTS,
    PAYMENT_MOVES,
    SETTLED_PAYMENTS,
    DocumentKind,
    Fulfilment,
    PaymentState,
    Trigger,
)
from billing.models import Payment, PaymentEvent
from billing.providers.base import Outcome, OutcomeState, ProviderError
from billing.purposes import purpose_of
from billing.services.accounts import OpenAccount, open_account
from billing.services.aftermath import keep_what_was_told, receive_again, take_back
from billing.services.journal import record_received
from billing.services.sequences import take_number
from core.enums import TaskKind
from core.languages import in_french
from core.locks import lock_rows
from core.money import format_euros, from_cents
from core.services.office import open_task
from tenants.context import town_timezone

log = structlog.get_logger(__name__)

# What becomes of money that had come is told by its provider, never asked.
TOLD = frozenset(
    {OutcomeState.REFUNDED, OutcomeState.REFUND_FAILED, OutcomeState.CONTESTED, OutcomeState.REVERSED}
)
STATE_OF: dict[OutcomeState, PaymentState | None] = {
    OutcomeState.WAITING: None,
    OutcomeState.PAID: PaymentState.PAID,
    OutcomeState.BANK_PENDING: PaymentState.BANK_PENDING,
    OutcomeState.REFUSED: PaymentState.REFUSED,
    OutcomeState.CANCELLED: PaymentState.CANCELLED,
    OutcomeState.EXPIRED: PaymentState.EXPIRED,
    OutcomeState.REVERSED: PaymentState.REVERSED,
    OutcomeState.REFUNDED: None,
    OutcomeState.REFUND_FAILED: None,
    OutcomeState.CONTESTED: None,
}
# Nothing more is asked about these.
CLOSED_PAYMENTS = frozenset(
    {
        PaymentState.PAID,
        PaymentState.EXPIRED,
        PaymentState.FAILED,
        PaymentState.REVERSED,
    }
)
# How often an undecided payment is looked up, by its age (payments.md §2.5). After the last age: no more.
CHECK_PLAN = (
    (timedelta(hours=2), timedelta(minutes=5)),
    (timedelta(hours=24), timedelta(hours=1)),
    (timedelta(days=8), timedelta(days=1)),
)
# A direct debit that was accepted: its bank has days to say no.
BANK_STEP, BANK_LIMIT = timedelta(days=1), timedelta(days=60)
BANK_SAYS_NO_WITHIN = timedelta(days=15)
# An attempt prepared but never announced (the process died in between) never showed a page to anybody.
NEVER_STARTED_AFTER = timedelta(minutes=10)


@in_french()
def settle(*, payment_id: int, trigger: Trigger, now: datetime, claim: Outcome | None = None) -> Payment:
    """Bring a payment up to date with its provider. Safe to call any number of times, from anywhere.

    ``claim`` is what a verified message said. It is the answer of a provider that cannot be asked; the others
    are asked all the same.
    Raises ProviderError when the provider could not be asked: nothing has changed and the next check is planned.
    """
    payment = Payment.objects.select_related("account", "regie").get(pk=payment_id)
    if not payment.is_online:
        return payment  # nobody to ask: what an agent or the bank says of it is recorded elsewhere
    if payment.state == PaymentState.CREATED:
        return _close_if_never_started(payment, now)
    if claim or payment.state not in (PaymentState.PAID, PaymentState.FAILED, PaymentState.REVERSED):
        try:
            payment = _ask_and_record(payment, claim, trigger, now)
        except Exception:
            _plan_next_check(payment, now)
            raise
    if payment.fulfilment == Fulfilment.PENDING:
        payment = fulfil(payment_id=payment.pk, now=now)
    return payment


def _ask_and_record(payment: Payment, claim: Outcome | None, trigger: Trigger, now: datetime) -> Payment:
    assert payment.account is not None  # payment_online_has_account
    opened = open_account(payment.account)
    believed = claim and (claim.state in TOLD or not opened.driver.capabilities.has_lookup)
    outcome = claim if believed else None
    if outcome is None:
        outcome = opened.driver.lookup(
            opened.config, opened.mode, payment.provider_ref, now=now, started_at=payment.created_at
        )
    return _record(payment, opened, outcome, trigger, now)


def fulfil(*, payment_id: int, now: datetime) -> Payment:
    """Deliver a settled payment. A failure is kept with the payment and tried again by the sweeper."""
    try:
        with transaction.atomic():
            (payment,) = lock_rows(Payment.objects.filter(pk=payment_id).select_related("regie", "household"))
            if payment.fulfilment == Fulfilment.PENDING:
                payment.fulfilment = purpose_of(payment).on_settled(payment, now=now)
                payment.fulfilment_error = ""
                payment.save(update_fields=["fulfilment", "fulfilment_error"])
            return payment
    except Exception as error:
        # Whatever a purpose does wrong, the money is recorded: keep the reason, try again later.
        log.exception("fulfilment_failed", payment=payment_id)
        Payment.objects.filter(pk=payment_id, fulfilment=Fulfilment.PENDING).update(
            fulfilment_error=str(error)
        )
        return Payment.objects.get(pk=payment_id)


def sweep(*, now: datetime, limit: int = 200) -> int:
    """Look up what is due and deliver what is pending, in the active town. Returns how many payments were seen."""
    due = (
        Payment.objects.filter(next_check_at__lte=now)
        .order_by("next_check_at")
        .values_list("pk", flat=True)[:limit]
    )
    pending = (
        Payment.objects.filter(fulfilment=Fulfilment.PENDING)
        .order_by("pk")
        .values_list("pk", flat=True)[:limit]
    )
    seen = _each(due, lambda pk: settle(payment_id=pk, trigger=Trigger.POLL, now=now))
    return seen + _each(pending, lambda pk: fulfil(payment_id=pk, now=now))


def _each(payment_ids: Iterable[int], act: Callable[[int], Payment]) -> int:
    """One payment must not stop the others, whether its provider is down or something unforeseen is wrong with it."""
    seen = 0
    for pk in list(payment_ids):
        try:
            act(pk)
        except ProviderError as error:
            log.warning("provider_unavailable", payment=pk, code=error.code, message=error.message)
        except Exception:
            log.exception("payment_not_settled", payment=pk)
        seen += 1
    return seen


@transaction.atomic
def _record(
    payment: Payment, opened: OpenAccount, outcome: Outcome, trigger: Trigger, now: datetime
) -> Payment:
    (locked,) = lock_rows(Payment.objects.filter(pk=payment.pk).select_related("regie", "household"))
    before = PaymentState(locked.state)
    outcome = _presumed(locked, opened, outcome, now)
    wanted = STATE_OF[outcome.state]
    problem = ""
    if wanted in SETTLED_PAYMENTS:
        problem = _mismatch(locked, opened, outcome)
        wanted = PaymentState.SUSPECT if problem else wanted
    message = problem or f"{outcome.code} {outcome.message}".strip()
    if wanted is None or wanted not in PAYMENT_MOVES[before]:
        locked.next_check_at = _next_check(locked, now)
        locked.save(update_fields=["next_check_at"])
        if outcome.raw:
            keep_what_was_told(locked, outcome, trigger, message, now)
        return locked
    _move(locked, wanted, outcome, now)
    PaymentEvent.objects.create(
        payment=locked,
        at=now,
        trigger=trigger,
        outcome=outcome.state,
        from_state=before,
        to_state=wanted,
        message=message,
        raw=dict(outcome.raw),
    )
    if problem:
        open_task(
            kind=TaskKind.PAYMENT_MISMATCH,
            source=f"payment:{locked.pk}:mismatch",
            regie=locked.regie.code,
            title=f"Paiement {locked.reference} à vérifier",
            body=problem,
            now=now,
        )
    if wanted in SETTLED_PAYMENTS and before not in SETTLED_PAYMENTS:
        record_received(payments=[locked], now=now)
    if before in SETTLED_PAYMENTS and wanted in DEAD_PAYMENTS:
        take_back(locked, now)
    elif wanted in SETTLED_PAYMENTS and locked.fulfilment != Fulfilment.PENDING and before in DEAD_PAYMENTS:
        receive_again(locked, now)
    elif wanted in DEAD_PAYMENTS and before not in DEAD_PAYMENTS:
        purpose_of(locked).on_abandoned(locked, now=now)
    return locked


def _presumed(payment: Payment, opened: OpenAccount, outcome: Outcome, now: datetime) -> Outcome:
    """An accepted debit is money after the banks' delay, with a provider that never tells a rejection."""
    waits = payment.state == PaymentState.BANK_PENDING and outcome.state == OutcomeState.BANK_PENDING
    tells = opened.driver.capabilities.tells_rejections
    if not waits or tells or payment.closed_at is None or now - payment.closed_at < BANK_SAYS_NO_WITHIN:
        return outcome
    days = BANK_SAYS_NO_WITHIN.days
    said = f"Réputé payé : la banque n’a rien rejeté en {days} jours."
    return replace(outcome, state=OutcomeState.PAID, message=said)


def _move(payment: Payment, to_state: PaymentState, outcome: Outcome, now: datetime) -> None:
    payment.state = to_state
    payment.method = outcome.method or payment.method
    payment.transaction_id = outcome.transaction_id or payment.transaction_id
    payment.next_check_at = _next_check(payment, now)
    if to_state in SETTLED_PAYMENTS and payment.number is None:
        payment.paid_at = outcome.at or now
        payment.year = now.astimezone(town_timezone()).year
        payment.number = take_number(regie=payment.regie, kind=DocumentKind.RECEIPT, year=payment.year)
    if to_state in SETTLED_PAYMENTS and payment.fulfilment == Fulfilment.NONE:
        payment.fulfilment = Fulfilment.PENDING
    if to_state in SETTLED_PAYMENTS | DEAD_PAYMENTS:
        payment.closed_at = now
    payment.save()


def _mismatch(payment: Payment, opened: OpenAccount, outcome: Outcome) -> str:
    """Why this money is not the money that was asked for; empty when it is. Silence of a provider is no proof."""
    expected = {
        "la référence": (payment.reference, outcome.reference),
        "le montant": (
            format_euros(payment.amount),
            format_euros(from_cents(outcome.amount_cents)) if outcome.amount_cents is not None else None,
        ),
        "la devise": ("EUR", outcome.currency),
        "le compte": (opened.driver.merchant(opened.config), outcome.merchant),
        "le mode": (payment.mode, outcome.mode),
    }
    wrong = [
        f"{what} devait être « {asked} », le prestataire dit « {'rien' if got is None else got} »"
        for what, (asked, got) in expected.items()
        if asked != got
    ]
    return " ; ".join(wrong)


@transaction.atomic
def _close_if_never_started(payment: Payment, now: datetime) -> Payment:
    (locked,) = lock_rows(Payment.objects.filter(pk=payment.pk))
    if locked.state != PaymentState.CREATED:
        return locked
    if now - locked.created_at < NEVER_STARTED_AFTER:
        locked.next_check_at = locked.created_at + NEVER_STARTED_AFTER
        locked.save(update_fields=["next_check_at"])
        return locked
    locked.state = PaymentState.FAILED
    locked.closed_at = now
    locked.next_check_at = None
    locked.save()
    PaymentEvent.objects.create(
        payment=locked,
        at=now,
        trigger=Trigger.POLL,
        outcome="never_started",
        from_state=PaymentState.CREATED,
        to_state=locked.state,
    )
    purpose_of(locked).on_abandoned(locked, now=now)
    return locked


def _plan_next_check(payment: Payment, now: datetime) -> None:
    Payment.objects.filter(pk=payment.pk).exclude(state=PaymentState.PAID).update(
        next_check_at=_next_check(payment, now)
    )


def _next_check(payment: Payment, now: datetime) -> datetime | None:
    """When to ask again. Money may follow an abandonment, so only a paid, expired or failed payment is left alone."""
    if payment.state in CLOSED_PAYMENTS:
        return None
    age = now - payment.created_at
    if payment.state == PaymentState.BANK_PENDING:
        return now + BANK_STEP if age < BANK_LIMIT else None
    for limit, step in CHECK_PLAN:
        if age < limit:
            return now + step
    return None
