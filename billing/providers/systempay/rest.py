"""The platform's REST service (V4): what became of an order, and money given back.

Written from published integrations and tried on the simulator only: not proven against the real platform. It has
passwords of its own, which a shop may leave out: nothing is then asked.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx

from billing.providers.base import Mode, Outcome, OutcomeState, ProviderError
from billing.providers.systempay import rules

SERVERS = {"systempay": "https://api.systempay.fr", "payzen": "https://api.payzen.eu"}
TIMEOUT_SECONDS = 15.0
CONNECT_SECONDS = 5.0
NO_SUCH_TRANSACTION = "PSP_010"


def password(config: Mapping[str, str], mode: Mode) -> str:
    return config.get("rest_production" if mode == Mode.PRODUCTION else "rest_test", "")


def check_password(config: Mapping[str, str], mode: Mode) -> None:
    """Raises ProviderError."""
    _call(config, mode, "Charge/SDKTest", {"value": "portail"})


def transactions_of(config: Mapping[str, str], mode: Mode, order: str) -> list[dict[str, Any]]:
    """Every debit and credit of an order, as the platform has them; none for one that it does not know.

    Each carries what the order says of all: ``shopId`` and ``mode``. Raises ProviderError.
    """
    try:
        answer = _call(config, mode, "Order/Get", {"orderId": order})
    except ProviderError as error:
        if error.code == NO_SUCH_TRANSACTION:
            return []
        raise
    details = answer.get("orderDetails") or {}
    shared = {"shopId": answer.get("shopId"), "mode": details.get("mode"), "orderId": details.get("orderId")}
    return [shared | found for found in answer.get("transactions") or []]


def refund(
    config: Mapping[str, str], mode: Mode, *, transaction_id: str, amount_cents: int, comment: str
) -> str:
    """Give money back, never by cancelling the debit as a whole. Returns the credit's name. Raises ProviderError."""
    answer = _call(
        config,
        mode,
        "Transaction/CancelOrRefund",
        {
            "uuid": transaction_id,
            "amount": amount_cents,
            "currency": "EUR",
            "resolutionMode": "REFUND_ONLY",
            "comment": comment,
        },
    )
    if answer.get("operationType") != "CREDIT" or answer.get("status") not in ("PAID", "RUNNING"):
        raise ProviderError("Systempay n’a pas fait de remboursement.", code="operationType", permanent=True)
    return str(answer["uuid"])


def outcome(provider_ref: str, debit: Mapping[str, Any]) -> Outcome:
    """What a debit, as ``transactions_of`` gives it, says of the payment."""
    status = str(debit.get("detailedStatus") or "")
    state, words = rules.STATUSES.get(status, (OutcomeState.WAITING, "État sans effet sur le paiement."))
    card = (debit.get("transactionDetails") or {}).get("cardDetails") or {}
    brand, amount = str(card.get("effectiveBrand") or ""), debit.get("amount")
    return Outcome(
        state=state,
        provider_ref=provider_ref,
        reference=debit.get("orderId"),
        amount_cents=amount if isinstance(amount, int) else None,
        currency=str(debit.get("currency") or ""),
        mode=rules.MODES.get(str(debit.get("mode"))),
        merchant=debit.get("shopId"),
        method=rules.METHODS.get(brand, brand),
        transaction_id=str(debit.get("uuid") or ""),
        at=_moment(debit.get("creationDate")),
        code=status,
        message=words,
        raw={
            name: str(debit[name])
            for name in ("uuid", "detailedStatus", "amount", "currency", "mode")
            if debit.get(name)
        },
    )


def _moment(text: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _call(
    config: Mapping[str, str], mode: Mode, operation: str, arguments: Mapping[str, object]
) -> dict[str, Any]:
    server = config.get("rest_url") or SERVERS[config.get("plateforme") or "systempay"]
    try:
        answer = httpx.post(
            f"{server}/api-payment/V4/{operation}",
            json=dict(arguments),
            auth=(config.get("site_id", ""), password(config, mode)),
            timeout=httpx.Timeout(TIMEOUT_SECONDS, connect=CONNECT_SECONDS),
        ).json()
        status, body = answer["status"], answer["answer"]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        message = f"Systempay est injoignable ou répond mal : {error}"
        raise ProviderError(message, code=type(error).__name__, permanent=False) from error
    if status != "SUCCESS":
        words = body.get("detailedErrorMessage") or body.get("errorMessage") or "Demande refusée."
        raise ProviderError(str(words), code=str(body.get("errorCode") or status), permanent=True)
    return body
