"""The simulator against an independent client: eopayment sends its form, and reads the simulator's messages."""

from decimal import Decimal
from urllib.parse import urlencode

import eopayment
import httpx
import pytest

from infra.sandbox.systempay.server import SystempayServer
from infra.sandbox.systempay.simulator import Shop
from tests.providers.payer import Payer

RETURN_URL = "http://balaruc.localhost:8000/paiement/retour"


@pytest.fixture
def systempay(receiver):
    shop = Shop(name="BALARUC", key_test="1122334455667788", ipn_url=receiver.url)
    with SystempayServer(shops={"12345678": shop}) as server:
        yield server


@pytest.fixture
def client(systempay):
    return eopayment.Payment(
        "systempayv2",
        {
            "service_url": systempay.page_url,
            "site_id": "12345678",
            "vads_site_id": "12345678",
            "vads_ctx_mode": "TEST",
            "secret_test": "1122334455667788",
            "signature_algo": "hmac_sha256",
            "normal_return_url": RETURN_URL,
        },
    )


def form_of(client) -> dict[str, str]:
    _number, kind, form = client.request(
        Decimal("237.27"), email="famille@example.fr", orderid="SEJ2611180001"
    )
    assert kind == eopayment.FORM
    return {found["name"]: found["value"] for found in form.fields}


def visit(systempay, fields: dict[str, str]) -> Payer:
    response = httpx.post(systempay.page_url, data=fields)
    assert response.status_code == 303
    return Payer(str(response.next_request.url))


def test_a_family_pays_and_the_client_believes_the_announcement(client, systempay, receiver):
    payer = visit(systempay, form_of(client))
    assert payer.facts()["Référence commande"] == "SEJ2611180001"
    payer.press("VALIDER", numero="4111111111111111", mois="12", annee=payer.last_year(), cryptogramme="123")

    _host, fields = receiver.received.get(timeout=5)
    response = client.response(urlencode(fields))
    assert (response.result, response.signed, response.test) == (eopayment.PAID, True, True)
    assert response.bank_data["vads_trans_status"] == "AUTHORISED"
    assert response.bank_data["vads_amount"] == "23727"


@pytest.mark.parametrize(
    ("button", "result"),
    [
        ("Carte refusée", eopayment.DENIED),
        ("Annuler et retourner à la boutique", eopayment.CANCELLED),
    ],
)
def test_other_ends_are_told_too(client, systempay, receiver, button, result):
    visit(systempay, form_of(client)).press(button)

    _host, fields = receiver.received.get(timeout=5)
    response = client.response(urlencode(fields))
    assert (response.result, response.signed) == (result, True)


def test_a_form_that_somebody_changed_is_refused(client, systempay):
    fields = form_of(client) | {"vads_amount": "1"}

    response = httpx.post(systempay.page_url, data=fields)

    assert response.status_code == 400
    assert "signature" in response.text
