"""The Stripe driver: opens a Checkout session, asks what became of it, gives money back.

A signed event about a session is only a reason to ask. What happens to money that had come (a refund, a dispute) is
told by signed events alone.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import stripe

from billing.providers.base import (
    Callback,
    Capabilities,
    ConfigField,
    Hint,
    Mode,
    Outcome,
    PaymentOrder,
    ProviderError,
    Redirect,
    Started,
)
from billing.providers.stripe import rules
from billing.providers.stripe.api import client_for, secret

YES_NO = (("non", "Non"), ("oui", "Oui"))
EXPANDED = ["payment_intent.latest_charge"]
SIGNATURE_SECONDS = 300


class Stripe:
    """Besides its fields, a configuration may carry ``api_url`` (a simulator)."""

    code = "stripe"
    label = "Stripe"
    capabilities = Capabilities(
        min_cents=rules.MIN_CENTS,
        max_cents=rules.MAX_CENTS,
        needs_email=False,
        has_lookup=True,
        has_refund=True,
        signed_callback=True,
        modes=frozenset(rules.KEY),
    )
    config_fields = (
        ConfigField(
            name="account",
            label="Identifiant du compte Stripe",
            help="« acct_… », dans le tableau de bord : Paramètres, Entreprise, Informations du compte.",
            pattern=rules.ACCOUNT.pattern,
        ),
        ConfigField(
            name="connect",
            label="Compte connecté à une plateforme",
            help="Oui quand les clés sont celles d’une plateforme Stripe Connect.",
            pattern="oui|non",
            required=False,
            choices=YES_NO,
        ),
        ConfigField(
            name="prelevement",
            label="Accepter aussi le prélèvement SEPA",
            help="L’argent d’un prélèvement est confirmé quelques jours plus tard.",
            pattern="oui|non",
            required=False,
            choices=YES_NO,
        ),
        ConfigField(
            name="key_test",
            label="Clé secrète de test",
            help="« sk_test_… » ou une clé restreinte « rk_test_… ».",
            pattern=rules.KEY[Mode.TEST].pattern,
            secret=True,
        ),
        ConfigField(
            name="webhook_test",
            label="Secret du webhook de test",
            help="« whsec_… », donné à la création du webhook.",
            pattern=rules.WEBHOOK_KEY.pattern,
            secret=True,
        ),
        ConfigField(
            name="key_production",
            label="Clé secrète de production",
            help="« sk_live_… » ou une clé restreinte « rk_live_… ».",
            pattern=rules.KEY[Mode.PRODUCTION].pattern,
            secret=True,
            required=False,
        ),
        ConfigField(
            name="webhook_production",
            label="Secret du webhook de production",
            help="« whsec_… », donné à la création du webhook.",
            pattern=rules.WEBHOOK_KEY.pattern,
            secret=True,
            required=False,
        ),
    )

    def __init__(self, *, timeout_seconds: float = 15.0) -> None:
        self.timeout_seconds = timeout_seconds

    def check_config(self, config: Mapping[str, str], mode: Mode) -> tuple[str, ...]:
        self._check_fields(config, mode)
        with client_for(config, mode, timeout_seconds=self.timeout_seconds) as client:
            account = client.v1.accounts.retrieve_current().to_dict()
        if account["id"] != self.merchant(config):
            raise ProviderError(
                f"La clé est celle du compte {account['id']}, pas de {self.merchant(config)}.",
                code="account",
                permanent=True,
            )
        if not account.get("charges_enabled"):
            raise ProviderError(
                "Ce compte Stripe n’est pas encore autorisé à encaisser.",
                code="charges_enabled",
                permanent=True,
            )
        name = (account.get("business_profile") or {}).get("name") or account.get("email") or ""
        return tuple(label for label in (name, account["id"]) if label)

    def start(self, config: Mapping[str, str], mode: Mode, order: PaymentOrder) -> Started:
        rules.check_order(order)
        self._check_fields(config, mode)
        usable_until = datetime.now(UTC) + rules.PAGE_OPENS_WITHIN
        params = self._creation(config, order, usable_until)
        with client_for(config, mode, timeout_seconds=self.timeout_seconds) as client:
            options = {"idempotency_key": f"portail-{order.reference}"}
            session = client.v1.checkout.sessions.create(params, options).to_dict()  # type: ignore[arg-type]
        return Started(
            provider_ref=session["id"], next_step=Redirect(url=session["url"]), usable_until=usable_until
        )

    def read_callback(self, config: Mapping[str, str], mode: Mode, callback: Callback) -> Hint | None:
        signature = callback.headers.get("stripe-signature", "")
        event = _event(callback.body) if signature else None
        if event is None:
            return None  # a browser brings nothing that helps
        kind, thing = event["type"], event["data"]["object"]
        session_id = thing["id"] if kind.startswith("checkout.session.") else ""
        intent = thing.get("payment_intent") if kind in rules.EVENTS else ""
        if not (rules.SESSION.fullmatch(session_id) or rules.PAYMENT_INTENT.fullmatch(str(intent))):
            return None
        named = Hint(provider_ref=session_id, transaction_id=intent or "")
        ours = event.get("account") in {None, self.merchant(config)} and rules.mode_of(event) == mode
        if not (ours and _is_signed(callback.body, signature, secret(config, mode, "webhook"))):
            return named
        outcome = (
            rules.outcome_of_session(thing)
            if session_id
            else rules.outcome_of_event(kind, thing, account=self.merchant(config))
        )
        return Hint(
            provider_ref=named.provider_ref,
            transaction_id=named.transaction_id,
            verified=True,
            outcome=outcome,
        )

    def lookup(
        self,
        config: Mapping[str, str],
        mode: Mode,
        provider_ref: str,
        *,
        now: datetime,  # noqa: ARG002 - Stripe itself says when an attempt is over
        started_at: datetime,  # noqa: ARG002
    ) -> Outcome:
        with client_for(config, mode, timeout_seconds=self.timeout_seconds) as client:
            session = client.v1.checkout.sessions.retrieve(provider_ref, {"expand": EXPANDED}).to_dict()
        return rules.outcome_of_session(session)

    def close(self, config: Mapping[str, str], mode: Mode, provider_ref: str) -> None:
        with client_for(config, mode, timeout_seconds=self.timeout_seconds) as client:
            try:
                client.v1.checkout.sessions.expire(provider_ref)
            except stripe.InvalidRequestError as error:
                if error.http_status != 400:  # 400: it is not open any more
                    raise

    def can_refund(self, config: Mapping[str, str], mode: Mode) -> bool:  # noqa: ARG002
        return True

    def refund(
        self,
        config: Mapping[str, str],
        mode: Mode,
        *,
        reference: str,  # noqa: ARG002  Stripe knows the payment by its own name, and the refund by its key
        transaction_id: str,
        amount_cents: int,
        key: str,
        known: frozenset[str],  # noqa: ARG002
    ) -> str:
        facts = {"reference": key}
        params = {"payment_intent": transaction_id, "amount": amount_cents, "metadata": facts}
        with client_for(config, mode, timeout_seconds=self.timeout_seconds) as client:
            refund = client.v1.refunds.create(params, {"idempotency_key": key})  # type: ignore[arg-type]
        if refund.status in {"failed", "canceled"}:
            raise ProviderError("Stripe n’a pas pu rembourser.", code=refund.status, permanent=True)
        return refund.id

    def merchant(self, config: Mapping[str, str]) -> str:
        return config.get("account", "")

    def _check_fields(self, config: Mapping[str, str], mode: Mode) -> None:
        if mode not in rules.KEY:
            raise ProviderError(
                "Stripe n’a qu’un mode de test et un mode de production.", code="livemode", permanent=True
            )
        if not rules.ACCOUNT.fullmatch(self.merchant(config)):
            raise ProviderError("L’identifiant du compte Stripe manque.", code="account", permanent=True)
        if not rules.KEY[mode].fullmatch(secret(config, mode, "key")):
            raise ProviderError(
                f"La clé secrète du mode « {mode.value} » manque ou n’a pas la bonne forme.",
                code="api_key",
                permanent=True,
            )

    def _creation(
        self, config: Mapping[str, str], order: PaymentOrder, usable_until: datetime
    ) -> dict[str, Any]:
        facts = {"reference": order.reference, "compte": self.merchant(config)}
        methods = ["card", "sepa_debit"] if config.get("prelevement") == "oui" else ["card"]
        price = {
            "currency": "eur",
            "unit_amount": order.amount_cents,
            "product_data": {"name": order.label[: rules.NAME_LENGTH] or order.reference},
        }
        return {
            "mode": "payment",
            "locale": "fr",
            "client_reference_id": order.reference,
            "line_items": [{"quantity": 1, "price_data": price}],
            "payment_method_types": methods,
            "payment_intent_data": {"metadata": facts, "description": order.label or order.reference},
            "metadata": facts,
            "success_url": order.return_url,
            "cancel_url": order.cancel_url,
            "expires_at": int(usable_until.timestamp()),
            **({"customer_email": order.email} if order.email else {}),
        }


def _event(body: bytes) -> dict[str, Any] | None:
    """An event with the members that are read here; None for anything else."""
    try:
        event = json.loads(body)
        thing = event["data"]["object"]
        shaped = isinstance(event["type"], str) and isinstance(thing["id"], str)
    except (KeyError, TypeError, ValueError):
        return None
    return event if shaped else None


def _is_signed(body: bytes, signature: str, key: str) -> bool:
    if not key:
        return False
    try:
        stripe.WebhookSignature.verify_header(body.decode(), signature, key, SIGNATURE_SECONDS)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False
    return True
