"""The simulator against an independent client: eopayment, in production in French towns, reading our WSDL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import eopayment
import pytest
from eopayment.payfip_ws import PayFiP, PayFiPError

from infra.sandbox.payfip.simulator import Behaviour, ForcedFault
from tests.providers.payer import Payer

RETURN_URL = "http://bellegarde.localhost:8000/paiement/retour"


@pytest.fixture
def client(payfip, receiver):
    options = {
        "numcli": "090909",
        "normal_return_url": RETURN_URL,
        "automatic_return_url": receiver.url,
        "saisie": "T",
    }
    payment = eopayment.Payment("payfip_ws", options)
    payment.backend.payfip = PayFiP(wsdl_url=f"{payfip.service_url}?wsdl")
    return payment


def start(client):
    idop, kind, url = client.request(
        "26.40", email="famille@example.fr", refdet="CANT2026000006", subject="Cantine"
    )
    assert kind == eopayment.URL
    assert url == f"https://www.payfip.gouv.fr/tpa/paiementws.web?idop={idop}"
    return idop


def test_the_wsdl_serves_a_foreign_client(client):
    details = client.backend.payfip.get_info_client("090909")
    assert (details.numcli, details.libelleN1) == ("090909", "BELLEGARDE")
    assert details.libelleN2 == "REGIE GUICHET ENFANCE JEUNESSE BELLEGARDE"


def test_a_family_pays_and_the_client_learns_it_by_the_notification(client, payfip, receiver):
    idop = start(client)
    assert client.payment_status(idop, transaction_date=datetime.now(UTC)).result == eopayment.WAITING
    payer = Payer(f"{payfip.page_url}?idop={idop}")
    payer.pay("4111 1111 1111 1111")
    _host, fields = receiver.received.get(timeout=5)
    response = client.response(f"idop={fields['idop']}")
    assert response.result == eopayment.PAID
    assert (response.order_id, response.test) == (idop, True)
    assert response.bank_data["montant"] == "2640"
    assert response.bank_data["refdet"] == "CANT2026000006"


@pytest.mark.parametrize(
    ("letter", "result"),
    [
        ("P", eopayment.PAID),
        ("V", eopayment.PAID),
        ("R", eopayment.DENIED),
        ("Z", eopayment.DENIED),
        ("A", eopayment.WAITING),  # provisional for two minutes, then cancelled
    ],
)
def test_each_result_is_understood(client, payfip, letter, result):
    idop = start(client)
    payfip.simulator.decide(idop, letter)
    response = client.payment_status(idop)
    assert response.result == result
    assert response.bank_data["resultrans"] == letter


def test_an_abandon_is_understood_when_it_is_old_enough(client, payfip):
    idop = start(client)
    payfip.simulator.now = lambda: datetime.now(UTC) - timedelta(minutes=10)
    payfip.simulator.decide(idop, "A")
    assert client.payment_status(idop).result == eopayment.CANCELLED


def test_the_clean_up_is_understood(client, payfip):
    idop = start(client)
    payfip.simulator.purge()
    assert client.payment_status(idop).result == eopayment.EXPIRED


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"refdet": "AB12"}, "R3"),
        ({"mel": "famille@example"}, "A2"),
        ({"mel": ""}, "A1"),
        ({"montant": "50"}, "M3"),
        ({"montant": "10000000"}, "M5"),
        ({"montant": "26,40"}, "M1"),
        ({"numcli": "090999"}, "T2"),
        ({"numcli": "0909"}, "T1"),
        ({"saisie": "A"}, "S1"),
        ({"objet": "18/09"}, "O1"),
        ({"url_notification": ""}, "N1"),
        ({"url_redirect": "ftp://example.fr"}, "D1"),
    ],
)
def test_refusals_carry_payfips_codes(client, changes, code):
    fields = {
        "numcli": "090909",
        "saisie": "T",
        "exer": "2026",
        "refdet": "CANT2026000006",
        "montant": "2640",
        "mel": "famille@example.fr",
        "objet": "Cantine",
        "url_notification": "http://127.0.0.1:9/",
        "url_redirect": RETURN_URL,
    }
    with pytest.raises(PayFiPError) as refusal:
        client.backend.payfip.get_idop(**fields | changes)
    assert refusal.value.code == code


def test_a_breakdown_is_no_refusal(client, payfip):
    payfip.simulator.behaviour = Behaviour(fault=ForcedFault(kind="TechIndisponibiliteErreur"))
    with pytest.raises(PayFiPError) as failure:
        client.backend.payfip.get_info_client("090909")
    assert failure.value.code == "unknown"


def test_many_clients_at_once(payfip):
    def pay(number: int) -> tuple[str, str]:
        api = PayFiP(wsdl_url=f"{payfip.service_url}?wsdl")
        idop = api.get_idop(
            numcli="090909",
            saisie="T",
            exer="2026",
            refdet=f"MANY{number:06}",
            montant="2640",
            mel="famille@example.fr",
            url_notification="http://127.0.0.1:9/",
            url_redirect=RETURN_URL,
        )
        payfip.simulator.decide(idop, "P")
        return idop, api.get_info_paiement(idop).refdet

    with ThreadPoolExecutor(max_workers=16) as pool:
        paid = dict(pool.map(pay, range(48)))
    assert len(paid) == 48
    assert sorted(paid.values()) == [f"MANY{number:06}" for number in range(48)]
