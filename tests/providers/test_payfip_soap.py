"""The wire format: requests against the contract's schema, replies as they were recorded."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from billing.providers.base import Mode, OutcomeState, ProviderError
from billing.providers.payfip import driver as payfip_driver
from billing.providers.payfip import soap
from billing.providers.payfip.driver import PayFiP
from infra.sandbox.payfip import wire
from infra.sandbox.payfip.faults import KINDS, Fault
from tests.providers.orders import make_order

RECORDED = json.loads((Path(__file__).parent / "payfip_recorded.json").read_text(encoding="utf-8"))
IDOP = RECORDED["created"]["idOp"]
SCHEMA = etree.XMLSchema(etree.parse(wire.CONTRACT / "service.xsd"))
NOW = datetime(2019, 12, 12, 13, 0, tzinfo=UTC)


def payload(envelope: bytes):
    return next(etree.fromstring(envelope).find(f"{{{soap.ENVELOPE}}}Body").iterchildren())


def recorded_reply(operation: str, fields: dict[str, str]) -> bytes:
    rows = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return (
        '<?xml version="1.0" ?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
        f'<ns2:{operation}Response xmlns:ns2="{soap.SERVICE}"><return>{rows}</return></ns2:{operation}Response>'
        "</S:Body></S:Envelope>"
    ).encode()


def recorded_fault(faultstring: str, detail: dict[str, str]) -> bytes:
    rows = "".join(f"<{name}>{value}</{name}>" for name, value in detail.items())
    kind = faultstring.rpartition(".")[2]
    return (
        '<?xml version="1.0" ?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
        '<S:Fault xmlns:ns4="http://www.w3.org/2003/05/soap-envelope"><faultcode>S:Server</faultcode>'
        f'<faultstring>{faultstring}</faultstring><detail><ns2:{kind} xmlns:ns2="{soap.SERVICE}">{rows}</ns2:{kind}>'
        "</detail></S:Fault></S:Body></S:Envelope>"
    ).encode()


@pytest.mark.parametrize("example", RECORDED["request_examples"], ids=lambda example: example["op"])
def test_requests_follow_the_schema(example):
    call = payload(soap.build_request(example["op"], example["arg0"]))
    SCHEMA.assertValid(call)
    assert {child.tag: child.text for child in call.find("arg0")} == example["arg0"]


def test_a_request_carries_markup_as_text():
    fields = {"mel": "<b>&amp;@example.fr", "objet": "é"}
    call = payload(soap.build_request("creerPaiementSecurise", fields))
    SCHEMA.assertValid(call)
    assert {child.tag: child.text for child in call.find("arg0")} == fields


def test_the_driver_asks_what_it_was_told_to(monkeypatch):
    calls = []

    def call(url, operation, arguments, *, timeout_seconds):
        calls.append((url, operation, arguments, timeout_seconds))
        return RECORDED["created"]

    monkeypatch.setattr(payfip_driver.soap, "call", call)
    started = PayFiP(timeout_seconds=7).start(
        {"numcli": "090909"}, Mode.PRODUCTION, make_order(reference="CANT2026000006")
    )
    assert started.next_step.url == f"https://www.payfip.gouv.fr/tpa/paiementws.web?idop={IDOP}"
    [(url, operation, arguments, timeout_seconds)] = calls
    assert url == "https://www.payfip.gouv.fr/tpa/services/securite"
    assert (operation, timeout_seconds) == ("creerPaiementSecurise", 7)
    SCHEMA.assertValid(payload(soap.build_request(operation, arguments)))
    assert arguments == {
        "exer": "2026",
        "mel": "famille@example.fr",
        "montant": "2640",
        "numcli": "090909",
        "objet": "Cantine reservation n 00006",
        "refdet": "CANT2026000006",
        "saisie": "W",
        "urlnotif": "http://127.0.0.1:9/notification",
        "urlredirect": "http://bellegarde.localhost:8000/paiement/retour",
    }


def test_the_recorded_creation_is_read():
    body = recorded_reply("creerPaiementSecurise", RECORDED["created"])
    assert soap.read_reply("creerPaiementSecurise", 200, body) == RECORDED["created"]


def recorded_outcome(monkeypatch, changes=None):
    fields = RECORDED["paid"]["return"] | (changes or {})
    operation = "recupererDetailPaiementSecurise"
    body = recorded_reply(operation, {name: value for name, value in fields.items() if value is not None})
    monkeypatch.setattr(soap, "call", lambda *_args, **_named: soap.read_reply(operation, 200, body))
    return PayFiP().lookup({"numcli": "090909"}, Mode.TEST, IDOP, now=NOW, started_at=NOW)


def test_the_recorded_payment_is_read(monkeypatch):
    outcome = recorded_outcome(monkeypatch)
    expected = RECORDED["paid"]["expect"]
    assert outcome.state == expected["state"]
    assert outcome.amount_cents == expected["amount_cents"]
    assert outcome.at.isoformat() == expected["paid_at"]
    assert (outcome.merchant, outcome.mode) == ("090909", Mode.TEST)
    assert (outcome.reference, outcome.transaction_id) == ("201912261758460053903194", "112233445566-tip")
    assert "mel" not in outcome.raw


@pytest.mark.parametrize(
    ("letter", "state"),
    [("R", OutcomeState.REFUSED), ("Z", OutcomeState.REFUSED), ("A", OutcomeState.CANCELLED)],
)
def test_the_recorded_refusals_are_read(monkeypatch, letter, state):
    outcome = recorded_outcome(monkeypatch, {"resultrans": letter, "numauto": None})
    assert (outcome.state, outcome.code, outcome.transaction_id) == (state, letter, "")


def test_an_unheard_of_result_stays_open_under_its_own_code(monkeypatch):
    outcome = recorded_outcome(monkeypatch, {"resultrans": "Q"})
    assert (outcome.state, outcome.code) == (OutcomeState.WAITING, "Q")
    assert outcome.message == "Résultat PayFiP inconnu : « Q »."


@pytest.mark.parametrize("amount", ["", "10,00", "-1000", None])
def test_an_amount_that_is_none_is_not_guessed(monkeypatch, amount):
    assert recorded_outcome(monkeypatch, {"montant": amount}).amount_cents is None


def test_a_reply_about_another_operation_is_no_answer(monkeypatch):
    with pytest.raises(ProviderError) as failure:
        recorded_outcome(monkeypatch, {"idOp": "another-operation"})
    assert not failure.value.permanent


@pytest.mark.parametrize("fault", RECORDED["faults"], ids=lambda fault: fault["detail"]["code"])
def test_recorded_faults_are_decisions_in_payfips_own_words(fault):
    body = recorded_fault(fault["faultstring"], fault["detail"])
    with pytest.raises(ProviderError) as refusal:
        soap.read_reply(fault["operation"], 500, body)
    assert refusal.value.permanent
    assert refusal.value.code == fault["detail"]["code"]
    assert refusal.value.message == fault["detail"]["libelle"].strip()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"<html><body>Maintenance</body></html>"),
        (503, b"<html>"),
        (502, recorded_reply("recupererDetailClient", {"numcli": "090909"})),
        (200, recorded_reply("creerPaiementSecurise", {"idOp": IDOP})),
        (200, b"\xff\xfe not xml"),
    ],
)
def test_an_unreadable_reply_says_nothing(status, body):
    with pytest.raises(ProviderError) as failure:
        soap.read_reply("recupererDetailClient", status, body)
    assert (failure.value.permanent, failure.value.code) == (False, f"HTTP {status}")


def test_an_external_entity_is_not_fetched(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    body = recorded_reply("recupererDetailClient", {"libelleN1": "&e;"}).replace(
        b'<?xml version="1.0" ?>', f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
    )
    assert soap.read_reply("recupererDetailClient", 200, body) == {"libelleN1": ""}


@pytest.mark.parametrize(
    ("code", "age", "state"),
    [
        ("P1", timedelta(minutes=29), OutcomeState.WAITING),
        ("P1", timedelta(minutes=30), OutcomeState.EXPIRED),
        ("P5", timedelta(hours=2), OutcomeState.WAITING),
        ("P5", timedelta(days=6, hours=23), OutcomeState.WAITING),
        ("P5", timedelta(days=7), OutcomeState.EXPIRED),
    ],
)
def test_silence_means_something_else_with_age(monkeypatch, code, age, state):
    def refuse(*_args, **_named):
        raise ProviderError("IdOp incorrect.", code=code, permanent=True)

    monkeypatch.setattr(payfip_driver.soap, "call", refuse)
    outcome = PayFiP().lookup({"numcli": "090909"}, Mode.TEST, IDOP, now=NOW + age, started_at=NOW)
    assert (outcome.state, outcome.code, outcome.provider_ref) == (state, code, IDOP)


@pytest.mark.parametrize("kind", KINDS)
def test_the_simulators_faults_follow_the_schema(kind):
    fault = payload(wire.write_fault(Fault("X9", kind=kind, words="Panne <simulée>")))
    SCHEMA.assertValid(fault.find("detail")[0])


def test_the_simulators_replies_follow_the_schema():
    for operation, fields in (
        ("creerPaiementSecurise", RECORDED["created"]),
        ("recupererDetailPaiementSecurise", RECORDED["paid"]["return"] | {"objet": "Cantine"}),
        ("recupererDetailClient", {"numcli": "090909", "libelleN2": "b", "libelleN1": "a", "libelleN3": ""}),
    ):
        reply = wire.write_reply(operation, fields)
        SCHEMA.assertValid(payload(reply))
        assert soap.read_reply(operation, 200, reply) == fields
