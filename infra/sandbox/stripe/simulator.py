"""What Stripe does with a payment: the session, the payment behind it, refunds, disputes, and the events it sends."""

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from infra.sandbox import loopback
from infra.sandbox.stripe.wire import StripeFault, as_json, check_session, listed, missing, signature

NOTIFICATION_SECONDS = 5.0
API_VERSION = "2026-10-28.endive"

# decision → session status, payment status, state of the payment, event
DECISIONS = {
    "paid": ("complete", "paid", "succeeded", "checkout.session.completed"),
    "debit": ("complete", "unpaid", "processing", "checkout.session.completed"),
    "debit_paid": ("complete", "paid", "succeeded", "checkout.session.async_payment_succeeded"),
    "debit_failed": (
        "complete",
        "unpaid",
        "requires_payment_method",
        "checkout.session.async_payment_failed",
    ),
    "expired": ("expired", "unpaid", "", "checkout.session.expired"),
}


@dataclass(frozen=True, kw_only=True)
class Account:
    """``webhook_url`` is the address that the account's dashboard has for both modes."""

    name: str
    key_test: str
    webhook_test: str
    key_live: str = ""
    webhook_live: str = ""
    webhook_url: str = ""
    connected: bool = False  # reached through the platform's key, under its own name
    enabled: bool = True

    def webhook(self, *, live: bool) -> str:
        return self.webhook_live if live else self.webhook_test


PLATFORM_KEYS = {"sk_test_plateforme00000000": False, "sk_live_plateforme00000000": True}
ACCOUNTS = {
    "acct_bellegardemdj01": Account(
        name="BELLEGARDE MAISON DES JEUNES",
        key_test="sk_test_bellegardemdj0001",
        webhook_test="whsec_bellegardemdjtest01",
        key_live="sk_live_bellegardemdj0001",
        webhook_live="whsec_bellegardemdjlive01",
    ),
    "acct_connectee00002": Account(
        name="COMMUNE CONNECTÉE",
        key_test="sk_test_connectee00000002",
        webhook_test="whsec_connecteetest00002",
        connected=True,
    ),
}


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    down: bool = False
    drop_notifications: bool = False


@dataclass
class Session:
    id: str
    account: str
    live: bool
    fields: Mapping[str, Any]
    cents: int
    created: int
    status: str = "open"
    payment_status: str = "unpaid"
    intent_id: str = ""
    intent_status: str = ""
    method: str = ""
    decided: int = 0
    refunds: list[dict[str, Any]] = field(default_factory=list)
    notifications: list[str] = field(default_factory=list)

    @property
    def expires_at(self) -> int:
        return int(self.fields["expires_at"])

    @property
    def reference(self) -> str:
        return self.fields.get("client_reference_id", "")

    @property
    def methods(self) -> list[str]:
        return listed(self.fields.get("payment_method_types")) or ["card"]

    @property
    def label(self) -> str:
        return listed(self.fields["line_items"])[0]["price_data"]["product_data"]["name"]


class Simulator:
    """Everything is kept in memory: a restart forgets it."""

    def __init__(
        self,
        *,
        accounts: dict[str, Account] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.accounts = ACCOUNTS | (accounts or {})
        self.behaviour = Behaviour()
        self.now = now
        self.url = ""  # where the payment page answers, once the server knows
        self._lock = threading.RLock()
        self._sessions: dict[str, Session] = {}

    # The API

    def account_of(self, key: str, header: str) -> tuple[str, bool]:
        """Whose account a key opens, and whether it is live. Raises StripeFault."""
        if key in PLATFORM_KEYS:
            if header in self.accounts and self.accounts[header].connected:
                return header, PLATFORM_KEYS[key]
            raise StripeFault(
                403,
                "invalid_request_error",
                f"The key does not have access to account '{header}'.",
                code="account_invalid",
            )
        for name, account in self.accounts.items():
            if key and key in {account.key_test, account.key_live} and header in {"", name}:
                return name, key == account.key_live
        raise StripeFault(401, "invalid_request_error", "Invalid API Key provided.", code="api_key_invalid")

    def create(self, account: str, *, live: bool, fields: dict[str, Any]) -> Session:
        # Stripe's own clock: the client reckons with the real time as well.
        created = int(time.time())
        cents = check_session(fields, now=created)
        fields.setdefault("expires_at", str(created + 24 * 3600))
        name = f"cs_{'live' if live else 'test'}_{secrets.token_hex(24)}"
        session = Session(
            id=name, account=account, live=live, fields=fields, cents=cents, created=self._seconds()
        )
        with self._lock:
            self._sessions[name] = session
        return session

    def retrieve(self, account: str, name: str, *, live: bool) -> Session:
        session = self._sessions.get(name)
        if session is None or (session.account, session.live) != (account, live):
            raise missing("checkout.session", name)
        if session.status == "open" and time.time() > session.expires_at:
            self.decide(name, "expired")
        return session

    def expire(self, account: str, name: str, *, live: bool) -> Session:
        session = self.retrieve(account, name, live=live)
        if session.status != "open":
            raise StripeFault(
                400, "invalid_request_error", "Only open Checkout Sessions can be expired.", param="session"
            )
        return self.decide(name, "expired")

    def refund(
        self, account: str, intent: str, cents: int, *, live: bool, metadata: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Raises StripeFault for more than what is left of the payment."""
        with self._lock:
            session = next((found for found in self._sessions.values() if found.intent_id == intent), None)
            if session is None or (session.account, session.live) != (account, live):
                raise missing("payment_intent", intent)
            left = session.cents - sum(done["amount"] for done in session.refunds)
            if session.payment_status != "paid" or not 0 < cents <= left:
                raise StripeFault(
                    400,
                    "invalid_request_error",
                    "Refund amount is greater than unrefunded amount on charge.",
                    code="charge_already_refunded" if left == 0 else "amount_too_large",
                    param="amount",
                )
            made = {
                "id": f"re_{secrets.token_hex(12)}",
                "object": "refund",
                "amount": cents,
                "currency": "eur",
                "created": self._seconds(),
                "metadata": dict(metadata or {}),
                "payment_intent": intent,
                "reason": None,
                "status": "succeeded",
            }
            session.refunds.append(made)
        self.announce(session, "refund.created", made)
        return made

    # What happens to a payment

    def decide(self, name: str, decision: str, *, again: bool = False) -> Session:
        """End the payer's visit, or a later step of a direct debit. Decided once, unless ``again``."""
        if decision not in DECISIONS:
            raise ValueError(f"decision must be one of {', '.join(DECISIONS)}")
        with self._lock:
            session = self.get(name)
            if session.status != "open" and not again:
                return session
            session.status, session.payment_status, session.intent_status, event = DECISIONS[decision]
            if session.intent_status:
                session.intent_id = session.intent_id or f"pi_{secrets.token_hex(12)}"
                session.method = "sepa_debit" if decision.startswith("debit") else session.method or "card"
            session.decided = session.decided or self._seconds()
        self.announce(session, event, self.session_object(session))
        return session

    def fail_refund(self, name: str) -> None:
        session = self.get(name)
        made = session.refunds[-1] | {"status": "failed"}
        self.announce(session, "refund.failed", made)

    def dispute(self, name: str, *, status: str) -> None:
        """``needs_response`` opens a dispute; ``won`` and ``lost`` close it."""
        session = self.get(name)
        dispute = {
            "id": f"dp_{session.intent_id.removeprefix('pi_')}",
            "object": "dispute",
            "amount": session.cents,
            "currency": "eur",
            "created": self._seconds(),
            "payment_intent": session.intent_id,
            "reason": "fraudulent",
            "status": status,
        }
        kind = "charge.dispute.closed" if status in {"won", "lost"} else "charge.dispute.created"
        self.announce(session, kind, dispute)

    def get(self, name: str) -> Session:
        """Raises KeyError."""
        with self._lock:
            return self._sessions[name]

    def knows(self, name: str) -> bool:
        return name in self._sessions

    def latest(self) -> list[Session]:
        with self._lock:
            return list(self._sessions.values())[::-1]

    # Objects and events

    def session_object(self, session: Session, *, expand: bool = False) -> dict[str, Any]:
        intent: Any = session.intent_id or None
        if intent and expand:
            intent = {
                "id": session.intent_id,
                "object": "payment_intent",
                "amount": session.cents,
                "created": session.decided,
                "currency": "eur",
                "status": session.intent_status,
                "latest_charge": {
                    "id": f"ch_{session.intent_id.removeprefix('pi_')}",
                    "object": "charge",
                    "created": session.decided,
                    "payment_method_details": {"type": session.method},
                },
            }
        return {
            "id": session.id,
            "object": "checkout.session",
            "amount_subtotal": session.cents,
            "amount_total": session.cents,
            "cancel_url": session.fields.get("cancel_url"),
            "client_reference_id": session.reference or None,
            "created": session.created,
            "currency": "eur",
            "customer_email": session.fields.get("customer_email"),
            "expires_at": session.expires_at,
            "livemode": session.live,
            "locale": session.fields.get("locale"),
            "metadata": session.fields.get("metadata", {}),
            "mode": "payment",
            "payment_intent": intent,
            "payment_method_types": session.methods,
            "payment_status": session.payment_status,
            "status": session.status,
            "success_url": session.fields["success_url"],
            "url": f"{self.url}/c/pay/{session.id}" if session.status == "open" else None,
        }

    def message(self, session: Session, kind: str, thing: Mapping[str, Any]) -> tuple[bytes, str]:
        """The body of an event, and its signature."""
        account = self.accounts[session.account]
        event = {
            "id": f"evt_{secrets.token_hex(12)}",
            "object": "event",
            "api_version": API_VERSION,
            "created": self._seconds(),
            "data": {"object": thing},
            "livemode": session.live,
            "type": kind,
        } | ({"account": session.account} if account.connected else {})
        body = as_json(event)
        # The client's library compares with the real time.
        return body, signature(body, account.webhook(live=session.live), at=int(time.time()))

    def announce(self, session: Session, kind: str, thing: Mapping[str, Any]) -> None:
        url = self.accounts[session.account].webhook_url
        if self.behaviour.drop_notifications or not url:
            session.notifications.append("dropped")
            return
        body, proof = self.message(session, kind, thing)
        answer = loopback.post(
            url,
            body,
            content_type="application/json; charset=utf-8",
            headers={"Stripe-Signature": proof},
            timeout_seconds=NOTIFICATION_SECONDS,
        )
        session.notifications.append(f"{kind}: {answer}")

    def _seconds(self) -> int:
        return int(self.now().timestamp())
