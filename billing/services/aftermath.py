"""What happens to a payment after the provider's first word: more of its words, money taken back, money given back.

Called with the payment locked, in the transaction that records what was said.
"""

from datetime import datetime

from django.db.models import Q

from billing.enums import EntryKind, Fulfilment, PaymentState, Trigger
from billing.models import Payment, PaymentEvent
from billing.providers.base import Outcome, OutcomeState
from billing.services.invoices import withdraw_allocations
from billing.services.journal import record_taken_back
from billing.services.reclaims import reclaim_refunds
from billing.services.unpaid_mails import tell_unpaid
from core.enums import TaskKind
from core.models import User
from core.money import format_euros, from_cents
from core.services.office import open_task

# What a person must read, in the title of a task and under it.
ANNOUNCED = {
    OutcomeState.REFUNDED: (
        "remboursé chez le prestataire",
        "Le portail n’a rien changé : décidez de ce qui reste dû par la famille.",
    ),
    OutcomeState.REFUND_FAILED: (
        "dont un remboursement a échoué",
        "L’argent est revenu à la régie : rendez-le d’une autre façon.",
    ),
    OutcomeState.CONTESTED: (
        "contesté par le payeur auprès de sa banque",
        "Répondez sur le site du prestataire avant la date qu’il donne ; le portail n’a rien changé.",
    ),
}


def refund_key(payment: Payment, refund_id: int) -> str:
    """Our name, at the provider, for money that we ask it to give back."""
    return f"{payment.reference}R{refund_id}"


def keep_what_was_told(
    payment: Payment, outcome: Outcome, trigger: Trigger, message: str, now: datetime
) -> None:
    """A message that moves nothing is kept once: a step on the provider's side, or money that it gave back."""
    raw = dict(outcome.raw)
    known = payment.events.filter(message=message)
    if outcome.state in ANNOUNCED:
        raw |= {"transaction_id": outcome.transaction_id, "reference": outcome.reference or ""}
        known = known.filter(raw__transaction_id=outcome.transaction_id)
        _announce(payment, outcome, now)
    if not known.exists():
        PaymentEvent.objects.create(
            payment=payment,
            at=now,
            trigger=trigger,
            outcome=outcome.state,
            from_state=payment.state,
            to_state=payment.state,
            message=message,
            raw=raw,
        )


def _announce(payment: Payment, outcome: Outcome, now: datetime) -> None:
    """What to do about it is for a person to say; a refund that we asked for ourselves is no news."""
    if outcome.state == OutcomeState.REFUNDED and _asked_by_us(payment, outcome):
        return
    words, advice = ANNOUNCED[outcome.state]
    amount = format_euros(from_cents(outcome.amount_cents)) if outcome.amount_cents else "montant inconnu"
    kind = "refund" if outcome.state == OutcomeState.REFUNDED else outcome.state.value
    open_task(
        kind=TaskKind.RETURNED_PAYMENT,
        source=f"payment:{payment.pk}:{kind}:{outcome.transaction_id}"[:80],
        regie=payment.regie.code,
        title=f"Paiement {payment.reference} {words} : {amount}",
        body=advice,
        now=now,
    )


def _asked_by_us(payment: Payment, outcome: Outcome) -> bool:
    """By our key, where the provider repeats it; else by its name or, as long as it has none, by its amount."""
    if (outcome.reference or "").startswith(f"{payment.reference}R"):
        return True
    named = Q(provider_ref=outcome.transaction_id) & ~Q(provider_ref="")
    if outcome.amount_cents:
        named |= Q(done_at=None, asked_at__isnull=False, amount=from_cents(outcome.amount_cents))
    return payment.refunds.filter(named).exists()


def take_back(payment: Payment, now: datetime, *, by: User | None = None, why: str = "") -> None:
    """Money that was counted is taken back: what it paid is due again, and what was delivered stays."""
    undone = payment.state == PaymentState.REVERSED
    why = why or ("annulé chez le prestataire" if undone else "rejeté par la banque")
    if payment.fulfilment == Fulfilment.PENDING:
        payment.fulfilment = Fulfilment.NONE
        payment.save(update_fields=["fulfilment"])
    withdraw_allocations(payment=payment, now=now)
    reclaimed = reclaim_refunds(payment=payment, why=why, by=by, now=now)
    record_taken_back(payments=[payment], kind=EntryKind.REVERSED, reason=why.capitalize(), by=by, now=now)
    open_task(
        kind=TaskKind.RETURNED_PAYMENT,
        source=f"payment:{payment.pk}:taken-back",
        regie=payment.regie.code,
        title=f"Paiement {payment.reference} {why} : {format_euros(payment.amount)} à réclamer",
        body="\n".join(
            [
                "Ce que ce paiement avait soldé est de nouveau dû ; les réservations confirmées le restent.",
                *reclaimed.told,
            ]
        ),
        now=now,
    )
    tell_unpaid(payment=payment, reason=why, claim=reclaimed.invoice, now=now)


def receive_again(payment: Payment, now: datetime) -> None:
    """Money that had been taken back, after its delivery, is here again: it is credit until somebody uses it."""
    open_task(
        kind=TaskKind.RETURNED_PAYMENT,
        source=f"payment:{payment.pk}:received-again",
        regie=payment.regie.code,
        title=f"Paiement {payment.reference} finalement reçu : {format_euros(payment.amount)} à ventiler",
        body="La banque l’avait rejeté : ce qu’il avait soldé est encore dû, et son montant est gardé en avoir.",
        now=now,
    )
