"""The simulator's addresses: the platform's payment page, its REST service, and the control API."""

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

from infra.sandbox import control as door
from infra.sandbox.payfip.checks import REFUSED_CARD, card_errors, card_number
from infra.sandbox.systempay import control, pages, rest
from infra.sandbox.systempay.simulator import Simulator, Transaction
from infra.sandbox.systempay.wire import RefusedFormError
from infra.sandbox.web import Request, Response, redirect

PAGE_PATH = "/vads-payment/"
PAY_PATH = "/vads-payment/payer"
CHALLENGE_PATH = "/vads-payment/authentification"
RESULT_PATH = "/vads-payment/resultat"
# The simulators share their look.
STYLE = Path(__file__).parents[1] / "payfip" / "static" / "payfip.css"

# What each button of « Simuler une autre issue » decides.
CHOICES = {
    "annuler": "ABANDONED",
    "refusee": "REFUSED",
    "a-valider": "AUTHORISED_TO_VALIDATE",
    "verification": "UNDER_VERIFICATION",
}


class SystempayApp:
    """A WSGI application around one simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.rest = rest.RestService(simulator)
        self.routes: dict[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", "/"): self.home,
            ("GET", "/static/sandbox.css"): self.style,
            ("POST", PAGE_PATH): self.open,
            ("GET", PAY_PATH): self.card,
            ("POST", PAY_PATH): self.pay,
            ("GET", CHALLENGE_PATH): self.challenge,
            ("POST", CHALLENGE_PATH): self.authenticate,
            ("GET", RESULT_PATH): self.result,
        }

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        return self.respond(Request(environ))(start_response)

    def respond(self, request: Request) -> Response:
        if request.path == "/_control/":
            return door.answer(
                request,
                state=lambda: control.state(self.simulator),
                obey=lambda command: control.obey(self.simulator, command),
            )
        is_rest = request.path.startswith(rest.PREFIX)
        handler = self.rest.answer if is_rest else self.routes.get((request.method, request.path))
        if handler is None:
            return Response(pages.not_found(), status=HTTPStatus.NOT_FOUND)
        if self.simulator.behaviour.down:
            return Response(pages.unavailable(), status=HTTPStatus.SERVICE_UNAVAILABLE)
        try:
            return handler(request)
        except RefusedFormError as error:
            return Response(pages.refused(error.field), status=HTTPStatus.BAD_REQUEST)
        except LookupError:
            return Response(pages.gone(), status=HTTPStatus.GONE)

    def home(self, _request: Request) -> Response:
        return Response(pages.home(self.simulator.latest()[:20]))

    def style(self, _request: Request) -> Response:
        return Response(STYLE.read_bytes(), content_type="text/css; charset=utf-8")

    def open(self, request: Request) -> Response:
        return _to(PAY_PATH, self.simulator.open(request.form))

    def card(self, request: Request) -> Response:
        transaction = self._visit(request.query)
        if transaction.status:
            return _to(RESULT_PATH, transaction)
        return Response(self._card_page(transaction))

    def pay(self, request: Request) -> Response:
        transaction, choice = self._visit(request.form), request.form.get("choix", "")
        if choice in CHOICES:
            return self._finish(transaction, CHOICES[choice])
        errors = card_errors(request.form, today=self.simulator.now().date())
        if errors:
            page = self._card_page(transaction, form=request.form, errors=errors)
            return Response(page, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        number = card_number(request.form)
        if number == pages.CHALLENGED_CARD:
            return _to(CHALLENGE_PATH, transaction)
        return self._finish(transaction, "REFUSED" if number == REFUSED_CARD else "AUTHORISED")

    def challenge(self, request: Request) -> Response:
        return Response(pages.challenge(self._visit(request.query)))

    def authenticate(self, request: Request) -> Response:
        agreed = request.form.get("choix") == "confirmer"
        return self._finish(self._visit(request.form), "AUTHORISED" if agreed else "REFUSED", three_ds=agreed)

    def result(self, request: Request) -> Response:
        transaction = self._visit(request.query)
        if not transaction.status:
            return _to(PAY_PATH, transaction)
        return Response(
            pages.result(transaction, self._shop_name(transaction), self.simulator.message(transaction.order))
        )

    def _card_page(self, transaction: Transaction, **marks: dict[str, str]) -> str:
        year = time.gmtime(self.simulator.now().timestamp()).tm_year
        return pages.card(transaction, self._shop_name(transaction), years=range(year, year + 10), **marks)

    def _finish(self, transaction: Transaction, status: str, *, three_ds: bool = False) -> Response:
        self.simulator.decide(transaction.order, status, three_ds=three_ds)
        return _to(RESULT_PATH, transaction)

    def _shop_name(self, transaction: Transaction) -> str:
        return self.simulator.shop(transaction.fields).name

    def _visit(self, fields: dict[str, str]) -> Transaction:
        """The payment of the payer's visit. Raises LookupError when there is none."""
        transaction = self.simulator.of_session(fields.get("session", ""))
        if transaction is None:
            raise LookupError
        return transaction


def _to(path: str, transaction: Transaction) -> Response:
    return redirect(f"{path}?{urlencode({'session': transaction.session})}")
