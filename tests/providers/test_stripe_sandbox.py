"""The simulated Stripe: its page by a payer without JavaScript, its signed events, its errors, its control API."""

import json

import httpx
import pytest
import stripe

from billing.providers.base import Callback, Mode, OutcomeState, ProviderError
from billing.providers.stripe.driver import Stripe
from infra.sandbox.stripe.server import StripeServer
from infra.sandbox.stripe.simulator import ACCOUNTS, Account
from infra.sandbox.web import BackgroundServer
from tests.factories.providers import StripeBench
from tests.providers.orders import look, make_order
from tests.providers.payer import Payer

NAME = "acct_bellegardemdj01"


class Hook:
    """The portal's address: keeps each event with its headers."""

    def __init__(self) -> None:
        self.heard: list[Callback] = []

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        self.heard.append(Callback(body=body, headers={"stripe-signature": environ["HTTP_STRIPE_SIGNATURE"]}))
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]


@pytest.fixture
def hook():
    hook = Hook()
    with BackgroundServer(hook) as server:
        hook.url = f"{server.url}/stripe/bellegarde/"
        yield hook


@pytest.fixture
def server(hook):
    known = ACCOUNTS[NAME]
    account = Account(
        name=known.name, key_test=known.key_test, webhook_test=known.webhook_test, webhook_url=hook.url
    )
    with StripeServer(accounts={NAME: account}) as server:
        yield server


@pytest.fixture
def config(server):
    return {"account": NAME, "api_url": server.url, **StripeBench.secrets, "prelevement": "oui"}


@pytest.fixture
def started(config):
    return Stripe().start(config, Mode.TEST, make_order())


def heard(hook, config) -> OutcomeState:
    hint = Stripe().read_callback(config, Mode.TEST, hook.heard[-1])
    assert hint.verified
    return hint.outcome.state


def control(server, **command) -> httpx.Response:
    return httpx.post(f"{server.url}/_control/", json=command)


def test_a_card_pays_and_the_payer_comes_back(started, config, hook):
    payer = Payer(started.next_step.url)
    assert payer.facts()["Montant"] == "26,40\xa0€"
    assert payer.facts()["À"] == "BELLEGARDE MAISON DES JEUNES"
    button = "Payer 26,40\xa0€"
    payer.press(button, numero="1234", mois="12", annee=payer.last_year(), cryptogramme="123")
    assert payer.status == 422
    payer.press(button, numero="4000000000000002", mois="12", annee=payer.last_year(), cryptogramme="123")
    assert "a été refusée" in payer.text
    payer.press(button, numero="4111111111111111", mois="12", annee=payer.last_year(), cryptogramme="123")

    assert payer.left_for == make_order().return_url
    assert heard(hook, config) == OutcomeState.PAID
    assert look(Stripe(), config, started.provider_ref).method == "carte bancaire"


def test_a_direct_debit_is_told_twice(started, config, server, hook):
    Payer(started.next_step.url).press(
        "Payer par prélèvement SEPA", numero="", mois="", annee="", cryptogramme=""
    )
    assert look(Stripe(), config, started.provider_ref).state == OutcomeState.BANK_PENDING

    control(server, action="decide", session=started.provider_ref, decision="debit_paid")
    assert look(Stripe(), config, started.provider_ref).state == OutcomeState.PAID
    assert [json.loads(found.body)["type"] for found in hook.heard] == [
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
    ]


def test_the_way_out_leads_back_and_a_closed_page_says_so(started, config):
    payer = Payer(started.next_step.url)
    assert payer.link("Revenir sans payer") == make_order().cancel_url
    Stripe().close(config, Mode.TEST, started.provider_ref)

    closed = Payer(started.next_step.url)
    assert (closed.status, "est fermée" in closed.text) == (410, True)


def test_the_library_itself_believes_the_events(started, server, hook):
    server.simulator.decide(started.provider_ref, "paid")

    (event,) = hook.heard
    read = stripe.Webhook.construct_event(
        event.body, event.headers["stripe-signature"], ACCOUNTS[NAME].webhook_test
    )
    assert (read.type, read.data.object.client_reference_id) == (
        "checkout.session.completed",
        server.simulator.get(started.provider_ref).reference,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"webhook_test": "whsec_autresecret0"},
        {"webhook_test": ""},
        {"account": "acct_autrecompte"},
    ],
)
def test_only_the_accounts_own_secret_proves_an_event(started, server, hook, config, change):
    connected = Account(**{**vars(server.simulator.accounts[NAME]), "connected": True})
    server.simulator.accounts[NAME] = connected  # its events name their account
    server.simulator.decide(started.provider_ref, "paid")

    assert heard(hook, config) == OutcomeState.PAID
    assert not Stripe().read_callback(config | change, Mode.TEST, hook.heard[0]).verified


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key_test": "sk_test_cleinconnue00000"}, "api_key_invalid"),
        ({"account": "acct_autrecompte"}, "account"),
        ({"key_test": "sk_live_bellegardemdj0001"}, "api_key"),
        ({"connect": "oui", "key_test": "sk_test_plateforme00000000"}, "account_invalid"),
    ],
)
def test_a_wrong_account_is_refused(config, change, code):
    with pytest.raises(ProviderError) as refusal:
        Stripe().check_config(config | change, Mode.TEST)
    assert (refusal.value.permanent, refusal.value.code) == (True, code)


def test_an_account_that_may_not_take_money_is_refused(config, server):
    control(
        server,
        accounts={
            NAME: {"name": "X", "key_test": ACCOUNTS[NAME].key_test, "webhook_test": "x", "enabled": False}
        },
    )

    with pytest.raises(ProviderError, match="pas encore autorisé"):
        Stripe().check_config(config, Mode.TEST)


def test_the_same_order_opens_one_page(config):
    order = make_order()
    first = Stripe().start(config, Mode.TEST, order)
    with pytest.raises(ProviderError) as refusal:  # the page's end has moved: not the same request
        Stripe().start(config | {"prelevement": "non"}, Mode.TEST, order)
    assert refusal.value.permanent
    assert look(Stripe(), config, first.provider_ref).state == OutcomeState.WAITING


def test_nothing_of_the_key_is_told_in_an_error(config):
    with pytest.raises(ProviderError) as refusal:
        Stripe().check_config(config | {"key_test": "sk_test_cleinconnue00000"}, Mode.TEST)
    assert "cleinconnue" not in f"{refusal.value} {refusal.value.message}"


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ({"action": "decide", "session": "cs_inconnue"}, 404),
        ({"action": "inconnue"}, 400),
        ({"latency": 3}, 400),
        ({"down": True}, 200),
    ],
)
def test_the_control_api_refuses_what_it_does_not_know(server, command, status):
    assert control(server, **command).status_code == status


def test_the_platform_may_be_down(started, config, server):
    control(server, down=True)

    with pytest.raises(ProviderError) as failure:
        look(Stripe(), config, started.provider_ref)
    assert not failure.value.permanent
