"""The simulator's addresses: Stripe's API, its payment page, and the control API."""

import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from infra.sandbox import control as door
from infra.sandbox.payfip.checks import REFUSED_CARD, card_errors, card_number
from infra.sandbox.stripe import control, pages
from infra.sandbox.stripe.simulator import Session, Simulator
from infra.sandbox.stripe.wire import StripeFault, as_json, listed, read_form
from infra.sandbox.web import Request, Response, redirect

# The simulators share their look.
STYLE = Path(__file__).parents[1] / "payfip" / "static" / "payfip.css"
PAGE = re.compile(r"/c/pay/(cs_\w+)")
SESSION = re.compile(r"/v1/checkout/sessions/(cs_\w+)(/expire)?")


class StripeApp:
    """A WSGI application around one simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self._answers: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {}
        self._creating = threading.Lock()

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        request = Request(environ)
        self.simulator.url = self.simulator.url or request.base_url
        return self.respond(request)(start_response)

    def respond(self, request: Request) -> Response:
        if request.path == "/_control/":
            return door.answer(
                request,
                state=lambda: control.state(self.simulator),
                obey=lambda command: control.obey(self.simulator, command),
            )
        if request.path == "/static/sandbox.css":
            return Response(STYLE.read_bytes(), content_type="text/css; charset=utf-8")
        if self.simulator.behaviour.down:
            return Response(pages.unavailable(), status=HTTPStatus.SERVICE_UNAVAILABLE)
        return self._api(request) if request.path.startswith("/v1/") else self._site(request)

    # The API

    def _api(self, request: Request) -> Response:
        try:
            return _json(self._answer(request))
        except StripeFault as fault:
            return _json(fault.body, fault.status)

    def _answer(self, request: Request) -> dict[str, Any]:
        key = request.environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
        account, live = self.simulator.account_of(key, request.environ.get("HTTP_STRIPE_ACCOUNT", ""))
        match request.method, request.path:
            case "GET", "/v1/account":
                return self._account(account)
            case "POST", "/v1/checkout/sessions":
                return self._once(request, account, lambda fields: self._create(account, live, fields))
            case "POST", "/v1/refunds":
                return self._once(request, account, lambda fields: self._refund(account, live, fields))
        if found := SESSION.fullmatch(request.path):
            name, expire = found.groups()
            if request.method == "POST" and expire:
                return self.simulator.session_object(self.simulator.expire(account, name, live=live))
            if request.method == "GET" and not expire:
                expanded = listed(read_form(request.query_string).get("expand"))
                session = self.simulator.retrieve(account, name, live=live)
                return self.simulator.session_object(
                    session, expand=any(one.startswith("payment_intent") for one in expanded)
                )
        raise StripeFault(404, "invalid_request_error", f"Unrecognized request URL ({request.path}).")

    def _once(
        self, request: Request, account: str, act: Callable[[dict[str, Any]], dict[str, Any]]
    ) -> dict[str, Any]:
        """The same idempotency key gets the same answer; with other parameters, a refusal."""
        text = request.body.decode()
        key = (account, request.environ.get("HTTP_IDEMPOTENCY_KEY") or secrets.token_hex())
        with self._creating:
            known = self._answers.get(key)
            if known and known[0] != text:
                raise StripeFault(
                    400,
                    "idempotency_error",
                    "Keys for idempotent requests can only be used with the same parameters.",
                )
            if not known:
                known = self._answers[key] = (text, act(read_form(text)))
        return known[1]

    def _account(self, name: str) -> dict[str, Any]:
        account = self.simulator.accounts[name]
        return {
            "id": name,
            "object": "account",
            "business_profile": {"name": account.name},
            "charges_enabled": account.enabled,
            "country": "FR",
        }

    def _create(self, account: str, live: bool, fields: dict[str, Any]) -> dict[str, Any]:
        return self.simulator.session_object(self.simulator.create(account, live=live, fields=fields))

    def _refund(self, account: str, live: bool, fields: dict[str, Any]) -> dict[str, Any]:
        return self.simulator.refund(
            account,
            fields["payment_intent"],
            int(fields["amount"]),
            live=live,
            metadata=fields.get("metadata", {}),
        )

    # The payer's page

    def _site(self, request: Request) -> Response:
        if request.path == "/":
            return Response(pages.home(self.simulator.latest()[:20]))
        if page := PAGE.fullmatch(request.path):
            return self._visit(request, page[1])
        return Response(pages.not_found(), status=HTTPStatus.NOT_FOUND)

    def _visit(self, request: Request, name: str) -> Response:
        if not self.simulator.knows(name):
            return Response(pages.not_found(), status=HTTPStatus.NOT_FOUND)
        session = self.simulator.get(name)
        session = self.simulator.retrieve(session.account, name, live=session.live)
        if session.status == "expired":
            return Response(pages.gone(session), status=HTTPStatus.GONE)
        if session.status == "complete":
            return redirect(session.fields["success_url"])
        if request.method == "POST":
            return self._pay(session, request.form)
        return Response(self._page(session))

    def _pay(self, session: Session, form: dict[str, str]) -> Response:
        if form.get("choix") == "prelevement" and "sepa_debit" in session.methods:
            return self._finish(session, "debit")
        errors = card_errors(form, today=self.simulator.now().date())
        if not errors and card_number(form) == REFUSED_CARD:
            errors = {"numero": "Votre carte a été refusée : essayez-en une autre."}
        if errors:
            page = self._page(session, form=form, errors=errors)
            return Response(page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return self._finish(session, "paid")

    def _page(self, session: Session, **marks: dict[str, str]) -> str:
        year = time.gmtime(self.simulator.now().timestamp()).tm_year
        name = self.simulator.accounts[session.account].name
        return pages.card(session, name, years=range(year, year + 10), **marks)

    def _finish(self, session: Session, decision: str) -> Response:
        self.simulator.decide(session.id, decision)
        return redirect(session.fields["success_url"])


def _json(value: dict[str, Any], status: int = HTTPStatus.OK) -> Response:
    headers = {"Request-Id": f"req_{secrets.token_hex(7)}"}
    return Response(as_json(value), status=status, content_type="application/json", headers=headers)
