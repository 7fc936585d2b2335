"""The simulated platform: its pages by a payer without JavaScript, its announcements, its control API."""

from queue import Empty

import httpx
import pytest

from billing.providers.base import Callback, Mode, OutcomeState
from billing.providers.systempay.driver import Systempay
from infra.sandbox.systempay.pages import CHALLENGED_CARD
from infra.sandbox.systempay.server import SystempayServer
from infra.sandbox.systempay.simulator import Behaviour, Shop
from tests.providers.orders import make_order
from tests.providers.payer import Payer

KEY = "1122334455667788"


@pytest.fixture
def systempay(receiver):
    shop = Shop(name="BALARUC", key_test=KEY, ipn_url=receiver.url)
    with SystempayServer(shops={"12345678": shop}) as server:
        server.simulator.behaviour = Behaviour(retry_seconds=0.01)
        yield server


@pytest.fixture
def config(systempay):
    return {"site_id": "12345678", "key_test": KEY, "page_url": systempay.page_url}


@pytest.fixture
def started(config):
    return Systempay().start(config, Mode.TEST, make_order())


def visit(started) -> Payer:
    response = httpx.post(started.next_step.url, data=dict(started.next_step.fields))
    return Payer(str(response.next_request.url))


def pay(payer: Payer, number: str) -> None:
    payer.press("VALIDER", numero=number, mois="12", annee=payer.last_year(), cryptogramme="123")


def heard(receiver, config) -> OutcomeState:
    _host, fields = receiver.received.get(timeout=5)
    hint = Systempay().read_callback(config, Mode.TEST, Callback(fields))
    assert hint.verified
    return hint.outcome.state


def control(systempay, **command) -> httpx.Response:
    return httpx.post(f"{systempay.url}/_control/", json=command)


def test_the_payer_comes_back_with_a_signed_message(started, config, receiver):
    payer = visit(started)
    assert payer.facts()["Montant"] == "26,40\xa0€"
    pay(payer, "4111 1111 1111 1111")

    form = payer.page.forms[0]
    assert (form.method, form.action) == ("POST", make_order().return_url)
    hint = Systempay().read_callback(config, Mode.TEST, Callback(dict(form.form_values())))
    assert (hint.verified, hint.outcome.state) == (True, OutcomeState.PAID)
    assert heard(receiver, config) == OutcomeState.PAID  # said before the payer left


@pytest.mark.parametrize(
    ("answer", "state"), [("Confirmer", OutcomeState.PAID), ("Refuser", OutcomeState.REFUSED)]
)
def test_a_card_may_ask_for_strong_authentication(started, config, receiver, answer, state):
    payer = visit(started)
    pay(payer, CHALLENGED_CARD)
    assert "Authentification forte" in payer.text
    payer.press(answer)

    assert heard(receiver, config) == state


@pytest.mark.parametrize(
    ("button", "state"),
    [
        ("Annuler et retourner à la boutique", OutcomeState.CANCELLED),
        ("Carte refusée", OutcomeState.REFUSED),
        ("À valider par la régie", OutcomeState.WAITING),
        ("En cours de vérification", OutcomeState.WAITING),
    ],
)
def test_each_button_has_its_end(started, config, receiver, button, state):
    visit(started).press(button)

    assert heard(receiver, config) == state


def test_a_wrong_card_is_told_and_nothing_is_decided(started, receiver):
    payer = visit(started)
    pay(payer, "1234")

    assert payer.status == 422
    assert "Saisissez un numéro de carte valide" in payer.text
    with pytest.raises(Empty):
        receiver.received.get_nowait()


def test_a_number_serves_once_a_day(started, systempay):
    fields = dict(started.next_step.fields)
    pay(visit(started), "4111111111111111")

    assert "vads_trans_id" in httpx.post(systempay.page_url, data=fields).text


def test_an_announcement_that_fails_is_repeated(started, systempay, receiver):
    good = systempay.simulator.shops["12345678"]
    dead = Shop(name=good.name, key_test=KEY, ipn_url="http://127.0.0.1:9/")
    systempay.simulator.shops["12345678"] = dead
    pay(visit(started), "4111111111111111")
    for thread in systempay.simulator._retrying:
        thread.join()

    assert systempay.simulator.get(started.provider_ref).notifications == ["failed: ConnectError"] * 5


def test_the_life_of_a_payment_after_the_family_left(started, systempay, config, receiver):
    pay(visit(started), "4111111111111111")
    assert heard(receiver, config) == OutcomeState.PAID

    control(systempay, action="capture")
    assert heard(receiver, config) == OutcomeState.PAID
    control(systempay, action="refund", order=started.provider_ref, cents=500)
    assert heard(receiver, config) == OutcomeState.REFUNDED
    control(systempay, action="cancel", order=started.provider_ref)
    assert heard(receiver, config) == OutcomeState.REVERSED
    control(systempay, action="notify", order=started.provider_ref)
    assert heard(receiver, config) == OutcomeState.REVERSED
    (told,) = httpx.get(f"{systempay.url}/_control/").json()["transactions"]
    assert (told["status"], told["cents"], told["refunds"][0][1]) == ("CANCELLED", 2640, 500)


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ({"action": "cancel", "order": "INCONNU"}, 404),
        ({"action": "inconnue"}, 400),
        ({"action": "decide", "order": "INCONNU"}, 404),
        ({"latency": 3}, 400),
        ({"down": True}, 200),
    ],
)
def test_the_control_api_refuses_what_it_does_not_know(systempay, command, status):
    assert control(systempay, **command).status_code == status


def test_the_platform_may_be_down(started, systempay):
    control(systempay, down=True)

    assert httpx.post(systempay.page_url, data=dict(started.next_step.fields)).status_code == 503
