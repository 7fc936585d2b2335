"""What Stripe accepts, checked before asking it, and the meaning of what it answers."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from billing.providers.base import Mode, Outcome, OutcomeState, PaymentOrder, ProviderError

MIN_CENTS = 50
MAX_CENTS = 999_999_99
NAME_LENGTH = 250
# Stripe keeps a page open for half an hour at least, by its own clock.
PAGE_OPENS_WITHIN = timedelta(minutes=31)

ACCOUNT = re.compile(r"acct_[0-9A-Za-z]{8,64}")
REFERENCE = re.compile(r"[0-9A-Za-z]{6,30}")
KEY = {Mode.TEST: re.compile(r"[sr]k_test_\w{8,255}"), Mode.PRODUCTION: re.compile(r"[sr]k_live_\w{8,255}")}
WEBHOOK_KEY = re.compile(r"whsec_[0-9A-Za-z+/=_-]{8,255}")
PAYMENT_INTENT = re.compile(r"pi_\w{8,55}")
SESSION = re.compile(r"cs_(test|live)_\w{8,110}")

METHODS = {"card": "carte bancaire", "sepa_debit": "prélèvement", "link": "carte bancaire"}

# What a session says → state, words for the staff. A finished one is said by its payment_status.
STATUSES = {
    "open": (OutcomeState.WAITING, "La page de paiement est ouverte."),
    "expired": (OutcomeState.EXPIRED, "La page de paiement est fermée, rien n’a été payé."),
    "paid": (OutcomeState.PAID, "Payé."),
}
# A finished page whose money is not there: what the payment behind it says.
INTENTS = {
    "processing": (OutcomeState.BANK_PENDING, "Prélèvement accepté, en attente de la banque."),
    "requires_payment_method": (OutcomeState.REFUSED, "Refusé par la banque."),
    "canceled": (OutcomeState.REFUSED, "Annulé chez Stripe."),
}
UNKNOWN = (OutcomeState.WAITING, "Réponse de Stripe sans effet sur le paiement.")

# Events about money that had come → state, words for the staff.
EVENTS = {
    "refund.created": (OutcomeState.REFUNDED, "Remboursé chez Stripe."),
    "refund.failed": (OutcomeState.REFUND_FAILED, "Un remboursement n’a pas pu être versé."),
    "charge.dispute.created": (OutcomeState.CONTESTED, "Contesté par le payeur auprès de sa banque."),
    "charge.dispute.closed": (OutcomeState.CONTESTED, "Contestation close : l’argent reste à la régie."),
}
LOST = (OutcomeState.REVERSED, "Contestation perdue : la banque a repris l’argent.")


def check_order(order: PaymentOrder) -> None:
    """Raises a permanent ProviderError for an order that Stripe would refuse."""
    if not MIN_CENTS <= order.amount_cents <= MAX_CENTS:
        raise ProviderError("Montant hors des limites de Stripe.", code="amount", permanent=True)
    if not REFERENCE.fullmatch(order.reference):
        raise ProviderError("Référence de paiement mal formée.", code="client_reference_id", permanent=True)


def outcome_of_session(session: Mapping[str, Any]) -> Outcome:
    """What a Checkout session says of the attempt that it is."""
    intent = session.get("payment_intent") or {}
    if isinstance(intent, str):  # not expanded, in a message
        intent = {"id": intent}
    state, words = _meaning(session, intent)
    charge = intent.get("latest_charge") or {}
    method = (charge.get("payment_method_details") or {}).get("type", "")
    facts = session.get("metadata") or {}
    return Outcome(
        state=state,
        provider_ref=session["id"],
        reference=session.get("client_reference_id"),
        amount_cents=session.get("amount_total"),
        currency=(session.get("currency") or "").upper(),
        mode=mode_of(session),
        merchant=facts.get("compte"),
        method=METHODS.get(method, method),
        transaction_id=intent.get("id", ""),
        at=moment(charge.get("created") or intent.get("created") or session.get("created")),
        code=(intent.get("status") or session.get("status") or "") if words == UNKNOWN[1] else "",
        message=words,
        raw=_kept(
            session=session["id"],
            status=session.get("status"),
            payment_status=session.get("payment_status"),
            payment_intent=intent.get("id"),
            amount=session.get("amount_total"),
            currency=session.get("currency"),
        ),
    )


def outcome_of_event(kind: str, thing: Mapping[str, Any], *, account: str) -> Outcome:
    """What an event says of money that had come: a refund, or a dispute."""
    lost = kind == "charge.dispute.closed" and thing.get("status") == "lost"
    state, words = LOST if lost else EVENTS[kind]
    return Outcome(
        state=state,
        provider_ref="",
        reference=(thing.get("metadata") or {}).get("reference"),
        amount_cents=thing.get("amount"),
        currency=(thing.get("currency") or "").upper(),
        merchant=account,
        # The payment keeps its own number when its money goes away.
        transaction_id="" if lost else thing["id"],
        at=moment(thing.get("created")),
        code=thing.get("status") or "",
        message=words,
        raw=_kept(
            event=kind,
            id=thing["id"],
            payment_intent=thing.get("payment_intent"),
            amount=thing.get("amount"),
            reason=thing.get("reason"),
        ),
    )


def mode_of(thing: Mapping[str, Any]) -> Mode | None:
    return {True: Mode.PRODUCTION, False: Mode.TEST}.get(thing.get("livemode"))  # type: ignore[arg-type]


def moment(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None


def _meaning(session: Mapping[str, Any], intent: Mapping[str, Any]) -> tuple[OutcomeState, str]:
    """An unheard-of answer settles nothing: it waits, for the staff to see."""
    if session.get("status") != "complete":
        return STATUSES.get(session.get("status", ""), UNKNOWN)
    if session.get("payment_status") == "paid":
        return STATUSES["paid"]
    return INTENTS.get(intent.get("status", ""), UNKNOWN)


def _kept(**facts: object) -> dict[str, str]:
    return {name: str(value) for name, value in facts.items() if value is not None}
