"""The simulator's addresses: the same paths as the real PayFiP host, plus the control API."""

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

from infra.sandbox.payfip import control, pages, wire
from infra.sandbox.payfip.checks import REFUSED_CARD, card_errors, card_number
from infra.sandbox.payfip.faults import Fault
from infra.sandbox.payfip.operations import Operation
from infra.sandbox.payfip.simulator import Simulator
from infra.sandbox.web import Request, Response, redirect

SERVICE_PATH = "/tpa/services/securite"
PAGE_PATH = "/tpa/paiementws.web"
CARD_PATH = "/tpa/carte.web"
RESULT_PATH = "/tpa/resultat.web"

STATIC = {path.name: path for path in (Path(__file__).parent / "static").iterdir()}
MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
XML = "text/xml; charset=utf-8"

# What each button of the choice page decides; the card button decides nothing yet.
CHOICES = {"annuler": "A", "prelevement": "V", "prelevement-refuse": "Z", "carte-refusee": "R"}


class PayFipApp:
    """A WSGI application around one simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.routes: dict[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", "/"): self.home,
            ("GET", SERVICE_PATH): self.contract,
            ("POST", SERVICE_PATH): self.service,
            ("GET", PAGE_PATH): self.choice,
            ("POST", PAGE_PATH): self.choose,
            ("GET", CARD_PATH): self.card,
            ("POST", CARD_PATH): self.pay,
            ("GET", RESULT_PATH): self.result,
        }

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        return self.respond(Request(environ))(start_response)

    def respond(self, request: Request) -> Response:
        if request.path == "/_control/":
            return control.respond(self.simulator, request)
        if request.path.startswith("/static/"):
            return self.static(request)
        if self.simulator.behaviour.down:
            return self.page(pages.unavailable(), status=HTTPStatus.SERVICE_UNAVAILABLE)
        handler = self.routes.get((request.method, request.path))
        if handler is None:
            return self.page(pages.not_found(), status=HTTPStatus.NOT_FOUND)
        try:
            return handler(request)
        except Fault as fault:
            return self.page(pages.refused(fault), status=HTTPStatus.GONE)

    def page(self, html: str, *, status: int = HTTPStatus.OK) -> Response:
        return Response(html, status=status)

    def static(self, request: Request) -> Response:
        path = STATIC.get(request.path.removeprefix("/static/"))
        if path is None:
            return self.page(pages.not_found(), status=HTTPStatus.NOT_FOUND)
        return Response(path.read_bytes(), content_type=MEDIA_TYPES[path.suffix])

    # The web service

    def contract(self, request: Request) -> Response:
        name = "paiement.wsdl" if request.query_string.lower() == "wsdl" else request.query.get("xsd", "")
        content = wire.read_contract(name, service_url=f"{request.base_url}{SERVICE_PATH}")
        if content is None:
            return self.page(pages.not_found(), status=HTTPStatus.NOT_FOUND)
        return Response(content, content_type=XML)

    def service(self, request: Request) -> Response:
        time.sleep(self.simulator.behaviour.latency)
        try:
            operation, fields = wire.read_call(request.body)
            reply = wire.write_reply(operation, self.simulator.answer(operation, fields))
        except Fault as fault:
            return Response(
                wire.write_fault(fault), status=HTTPStatus.INTERNAL_SERVER_ERROR, content_type=XML
            )
        return Response(reply, content_type=XML)

    # The payer's pages

    def home(self, _request: Request) -> Response:
        return self.page(pages.home(self.simulator.store.latest(20)))

    def choice(self, request: Request) -> Response:
        return self.page(pages.choice(self.simulator.open_page(request.query.get("idop", ""))))

    def choose(self, request: Request) -> Response:
        operation = self.visit(request.form)
        choice = request.form.get("choix")
        if choice == "carte":
            self.simulator.reach_bank(operation.idop)
            return redirect(f"{CARD_PATH}?{urlencode({'session': operation.session})}")
        if choice not in CHOICES:
            return self.page(pages.choice(operation), status=HTTPStatus.BAD_REQUEST)
        return self.finish(operation, CHOICES[choice])

    def card(self, request: Request) -> Response:
        operation = self.visit(request.query)
        if operation.result:
            return redirect(f"{RESULT_PATH}?{urlencode({'session': operation.session})}")
        return self.page(self.card_page(operation))

    def pay(self, request: Request) -> Response:
        operation = self.visit(request.form)
        if request.form.get("choix") == "annuler":
            return self.finish(operation, "A")
        errors = card_errors(request.form, today=self.simulator.now().date())
        if errors:
            html = self.card_page(operation, form=request.form, errors=errors)
            return self.page(html, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        return self.finish(operation, "R" if card_number(request.form) == REFUSED_CARD else "P")

    def result(self, request: Request) -> Response:
        operation = self.visit(request.query)
        if not operation.result:
            raise Fault("P5")
        return self.page(
            pages.result(operation, self.simulator.labels(operation.numcli), back=back_url(operation))
        )

    def visit(self, fields: dict[str, str]) -> Operation:
        """The payment of the payer's visit. Raises Fault P1 when there is none."""
        operation = self.simulator.store.of_session(fields.get("session", ""))
        if operation is None:
            raise Fault("P1")
        return operation

    def card_page(self, operation: Operation, **filled: dict[str, str]) -> str:
        year = self.simulator.now().year
        return pages.card(
            operation, self.simulator.labels(operation.numcli), years=range(year, year + 11), **filled
        )

    def finish(self, operation: Operation, result: str) -> Response:
        """Decide, then go on to the result, or straight back to the portal for a payer who gives up."""
        decided = self.simulator.decide(operation.idop, result)
        if decided.result == "A":
            return redirect(back_url(decided))
        return redirect(f"{RESULT_PATH}?{urlencode({'session': decided.session})}")


def back_url(operation: Operation) -> str:
    separator = "&" if "?" in operation.urlredirect else "?"
    return f"{operation.urlredirect}{separator}{urlencode({'idop': operation.idop})}"
