"""The platform's REST service (V4), as far as the portal uses it: a test call, an order's transactions, a refund."""

import base64
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from infra.sandbox.systempay.simulator import Shop, Simulator, Transaction
from infra.sandbox.web import Request, Response

PREFIX = "/api-payment/V4/"
PAID = {
    "AUTHORISED": "PAID",
    "CAPTURED": "PAID",
    "AUTHORISED_TO_VALIDATE": "RUNNING",
    "UNDER_VERIFICATION": "RUNNING",
}


class RestFaultError(Exception):
    def __init__(self, code: str, message: str) -> None:
        self.answer = {"errorCode": code, "errorMessage": message, "detailedErrorMessage": None}
        super().__init__(code)


class RestService:
    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.operations: dict[str, Callable[[str, str, dict[str, Any]], dict[str, Any]]] = {
            "Charge/SDKTest": lambda _site, _mode, asked: {"value": asked.get("value")},
            "Order/Get": self.order,
            "Transaction/CancelOrRefund": self.refund,
        }

    def answer(self, request: Request) -> Response:
        """Errors are answers with HTTP 200, as at the platform."""
        try:
            said = {"status": "SUCCESS", "answer": self._answer(request)}
        except RestFaultError as fault:
            said = {"status": "ERROR", "answer": fault.answer}
        return Response(json.dumps(said), status=HTTPStatus.OK, content_type="application/json")

    def _answer(self, request: Request) -> dict[str, Any]:
        operation = self.operations.get(request.path.removeprefix(PREFIX))
        if operation is None or request.method != "POST":
            raise RestFaultError("INT_901", "unknown web service")
        site, mode = self._signed_in(request)
        return operation(site, mode, json.loads(request.body or b"{}"))

    def order(self, site: str, mode: str, asked: dict[str, Any]) -> dict[str, Any]:
        transaction = self._found(site, mode, lambda one: one.order == asked.get("orderId"))
        return {
            "shopId": site,
            "orderStatus": PAID.get(transaction.status, "UNPAID"),
            "orderDetails": {"orderId": transaction.order, "mode": mode},
            "transactions": [self._debit(transaction), *self._credits(transaction)],
        }

    def refund(self, site: str, mode: str, asked: dict[str, Any]) -> dict[str, Any]:
        transaction = self._found(site, mode, lambda one: one.uuid == asked.get("uuid"))
        cents = int(asked.get("amount") or 0)
        left = transaction.cents - sum(given for _, given in transaction.refunds)
        if transaction.status != "CAPTURED":
            raise RestFaultError("PSP_030", "the transaction is not captured yet")
        if asked.get("currency") != "EUR" or not 0 < cents <= left:
            raise RestFaultError("PSP_100", "invalid amount")
        self.simulator.refund(transaction.order, cents)
        return self._credits(transaction)[-1]

    def _signed_in(self, request: Request) -> tuple[str, str]:
        """The shop and the mode that a Basic password opens."""
        scheme, _, proof = str(request.environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
        site, _, password = base64.b64decode(proof or b"").decode("utf-8", "replace").partition(":")
        shop: Shop | None = self.simulator.shops.get(site)
        if scheme == "Basic" and shop and password:
            if password == shop.rest_test:
                return site, "TEST"
            if password == shop.rest_production:
                return site, "PRODUCTION"
        raise RestFaultError("INT_905", "invalid authentication")

    def _found(self, site: str, mode: str, matches: Callable[[Transaction], bool]) -> Transaction:
        for one in self.simulator.latest():
            ours = (one.fields["vads_site_id"], one.fields["vads_ctx_mode"]) == (site, mode)
            if ours and one.uuid and matches(one):
                return one
        raise RestFaultError("PSP_010", "transaction not found")

    def _debit(self, transaction: Transaction) -> dict[str, Any]:
        return {
            "uuid": transaction.uuid,
            "operationType": "DEBIT",
            "status": PAID.get(transaction.status, "UNPAID"),
            "detailedStatus": transaction.status,
            "amount": transaction.cents,
            "currency": "EUR",
            "creationDate": (transaction.decided_at or transaction.created_at).isoformat(),
            "transactionDetails": {"cardDetails": {"effectiveBrand": transaction.brand}},
        }

    def _credits(self, transaction: Transaction) -> list[dict[str, Any]]:
        return [
            {
                "uuid": name,
                "operationType": "CREDIT",
                "status": "PAID",
                "detailedStatus": "AUTHORISED",
                "amount": cents,
                "currency": "EUR",
            }
            for name, cents in transaction.refunds
        ]
