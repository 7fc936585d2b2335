"""The simulator itself: its pages, its clock, its control API, its memory."""

import re
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from infra.sandbox.loopback import is_loopback
from infra.sandbox.payfip.checks import EXAMPLE_CARD, REFUSED_CARD, card_errors, is_card_number
from infra.sandbox.payfip.faults import Fault
from infra.sandbox.payfip.pages import euros
from infra.sandbox.payfip.server import SandboxServer
from infra.sandbox.payfip.simulator import Behaviour
from tests.providers.payer import Payer

ROOT = Path(__file__).parents[2]
RETURN_URL = "http://bellegarde.localhost:8000/paiement/retour?langue=fr"


def create(server, **changes) -> str:
    fields = {
        "exer": "2026",
        "mel": "famille@example.fr",
        "montant": "2640",
        "numcli": "090909",
        "objet": "Cantine",
        "refdet": "CANT2026000006",
        "saisie": "T",
        "urlnotif": "http://127.0.0.1:9/",
        "urlredirect": RETURN_URL,
    }
    return server.simulator.create(fields | changes)["idOp"]


def payer_of(server, idop: str) -> Payer:
    return Payer(f"{server.page_url}?idop={idop}")


def result(server, idop: str) -> str:
    return server.simulator.store.get(idop).result


def test_the_payer_reads_the_guides_words_and_pays(payfip):
    idop = create(payfip)
    payer = payer_of(payfip, idop)
    assert payer.page.findtext(".//h1") == "Bienvenue sur la solution de paiement de la DGFIP"
    assert payer.page.xpath("//h2/text()") == ["Informations sur la dette", "Choix du mode de paiement"]
    assert payer.facts() == {
        "Référence de la dette": "CANT2026000006",
        "Objet": "Cantine",
        "Montant": "26,40 €",
        "Adresse électronique": "famille@example.fr",
    }
    payer.press("Payer par carte bancaire")
    assert payer.facts() == {
        "Collectivité": "BELLEGARDE",
        "Comptable": "REGIE GUICHET ENFANCE JEUNESSE BELLEGARDE",
        "Référence commande": "CANT2026000006",
        "E-mail": "famille@example.fr",
        "Montant": "26,40 EUR",
    }
    words = payer.page.xpath("//label/text() | //legend/text()")
    assert words == ["Numéro de carte", "Expire fin", "Mois", "Année", "Cryptogramme visuel"]
    assert "Simulateur – aucun argent ne bouge." in payer.text
    payer.press(
        "VALIDER", numero="4111 1111 1111 1111", mois="12", annee=payer.last_year(), cryptogramme="123"
    )
    assert payer.page.findtext(".//h1") == "Votre dette est PAYEE"
    assert payer.facts()["Référence de la dette"] == "CANT2026000006"
    assert re.fullmatch(r"[0-9]{6}", payer.facts()["Numéro d’autorisation"])
    assert payer.link("Retourner sur le portail") == f"{RETURN_URL}&idop={idop}"
    assert payer.link("Fermer la fenêtre") == payer.link("Retourner sur le portail")
    assert result(payfip, idop) == "P"


def test_the_payer_who_gives_up_goes_back_to_the_portal(payfip):
    idop = create(payfip)
    payer = payer_of(payfip, idop)
    payer.press("Annuler")
    assert payer.left_for == f"{RETURN_URL}&idop={idop}"
    assert result(payfip, idop) == "A"


def test_the_payer_may_give_up_on_the_card_page_too(payfip):
    idop = create(payfip)
    payer = payer_of(payfip, idop)
    payer.press("Payer par carte bancaire")
    payer.press("Annuler")
    assert payer.left_for == f"{RETURN_URL}&idop={idop}"
    assert result(payfip, idop) == "A"


@pytest.mark.parametrize(
    ("button", "letter", "heading"),
    [
        ("Prélèvement accepté", "V", "Votre prélèvement est accepté"),
        ("Prélèvement refusé", "Z", "Votre paiement est refusé"),
        ("Carte refusée", "R", "Votre paiement est refusé"),
    ],
)
def test_other_outcomes_are_simulated_from_the_choice_page(payfip, button, letter, heading):
    idop = create(payfip)
    payer = payer_of(payfip, idop)
    payer.press(button)
    assert (result(payfip, idop), payer.page.findtext(".//h1")) == (letter, heading)


def test_the_documented_card_is_refused(payfip):
    idop = create(payfip)
    payer = payer_of(payfip, idop)
    payer.pay(REFUSED_CARD)
    assert (result(payfip, idop), payer.page.findtext(".//h1")) == ("R", "Votre paiement est refusé")


def test_a_wrong_card_form_says_what_to_correct_and_keeps_what_was_typed(payfip):
    idop = create(payfip)
    payer = payer_of(payfip, idop)
    payer.press("Payer par carte bancaire")
    payer.press("VALIDER", numero='4111"><b>', mois="12", cryptogramme="12345")
    assert payer.status == 422
    alert = payer.page.xpath("//*[@role='alert']//a")
    assert [link.get("href") for link in alert] == ["#numero", "#expire", "#cryptogramme"]
    assert payer.page.get_element_by_id("numero").value == '4111"><b>'
    assert payer.page.get_element_by_id("mois").value == "12"
    assert result(payfip, idop) == ""
    payer.press("VALIDER", numero=EXAMPLE_CARD, mois="12", annee=payer.last_year(), cryptogramme="123")
    assert result(payfip, idop) == "P"


def test_a_result_is_decided_once_by_the_payer(payfip):
    idop = create(payfip)
    payer = payer_of(payfip, idop)
    payer.press("Payer par carte bancaire")
    card_page = payer.url
    form = dict(payer.page.forms[0].form_values())
    payer.press("VALIDER", numero=EXAMPLE_CARD, mois="12", annee=payer.last_year(), cryptogramme="123")
    httpx.post(card_page, data=form | {"choix": "annuler"})
    assert result(payfip, idop) == "P"
    assert Payer(card_page).page.findtext(".//h1") == "Votre dette est PAYEE"


def test_the_page_opens_once(payfip):
    idop = create(payfip)
    assert payer_of(payfip, idop).status == 200
    again = payer_of(payfip, idop)
    assert (again.status, "Code P3" in again.text) == (410, True)


def test_of_many_tabs_one_opens_the_page(payfip):
    address = f"{payfip.page_url}?idop={create(payfip)}"
    with ThreadPoolExecutor(max_workers=16) as pool:
        statuses = [response.status_code for response in pool.map(httpx.get, [address] * 32)]
    assert sorted(statuses) == [200] + [410] * 31


@pytest.mark.parametrize(("minutes", "status", "words"), [(14.9, 200, "Bienvenue"), (15.1, 410, "Code P4")])
def test_the_page_opens_within_fifteen_minutes(payfip, minutes, status, words):
    idop = create(payfip)
    payfip.simulator.age(idop, minutes=minutes)
    payer = payer_of(payfip, idop)
    assert (payer.status, words in payer.text) == (status, True)


def test_an_unknown_payment_has_no_page(payfip):
    payer = payer_of(payfip, "cc0cb210-1cd4-11ea-8cca-0213ad91a103")
    assert (payer.status, "Code P1" in payer.text) == (410, True)


@pytest.mark.parametrize("path", ["/tpa/carte.web", "/tpa/resultat.web"])
def test_inner_pages_need_the_payers_own_visit(payfip, path):
    idop = create(payfip)
    for query in ("", "?session=", f"?idop={idop}", "?session=guess"):
        assert httpx.get(f"{payfip.url}{path}{query}").status_code == 410


def test_the_nightly_clean_up_keeps_what_reached_the_bank(payfip):
    never_opened, abandoned, on_the_card_page, refused = (create(payfip) for _ in range(4))
    payer_of(payfip, abandoned).press("Annuler")
    payer_of(payfip, on_the_card_page).press("Payer par carte bancaire")
    payfip.simulator.decide(refused, "R")
    assert payfip.simulator.purge() == 2
    assert {operation.idop for operation in payfip.simulator.store.latest()} == {on_the_card_page, refused}
    with pytest.raises(Fault) as fault:
        payfip.simulator.detail({"idOp": never_opened})
    assert fault.value.code == "P1"


def test_a_misspelt_child_is_ignored_as_the_real_server_does(payfip):
    idop = create(payfip)
    envelope = (
        '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
        '<p:recupererDetailPaiementSecurise xmlns:p="http://securite.service.tpa.cp.finances.gouv.fr/services/'
        'mas_securite/contrat_paiement_securise/PaiementSecuriseService"><arg0>'
        f"<idop>{idop}</idop></arg0></p:recupererDetailPaiementSecurise></S:Body></S:Envelope>"
    )
    reply = httpx.post(payfip.service_url, content=envelope)
    assert (reply.status_code, "<code>P1</code>" in reply.text) == (500, True)
    right = httpx.post(payfip.service_url, content=envelope.replace("idop>", "idOp>"))
    assert "<code>P5</code>" in right.text


@pytest.mark.parametrize(
    "body", [b"", b"<html/>", b"idop=1", b"<!DOCTYPE x SYSTEM 'file:///etc/hostname'><x/>"]
)
def test_what_is_no_soap_is_a_protocol_fault(payfip, body):
    reply = httpx.post(payfip.service_url, content=body)
    assert (reply.status_code, "TechProtocolaireErreur" in reply.text) == (500, True)


def test_notifications_name_the_payment_and_keep_the_towns_host(payfip, receiver):
    port = httpx.URL(receiver.url).port
    idop = create(payfip, urlnotif=f"http://bellegarde.localhost:{port}/notification")
    payfip.simulator.decide(idop, "P")
    assert receiver.received.get(timeout=5) == (f"bellegarde.localhost:{port}", {"idop": idop})
    payfip.simulator.notify(idop)
    assert receiver.received.get(timeout=5)[1] == {"idop": idop}


def test_notifications_never_leave_the_machine():
    with SandboxServer() as payfip:
        idop = create(payfip, urlnotif="http://192.0.2.1/notification")
        payfip.simulator.decide(idop, "P")
        payfip.simulator._notifier.shutdown()
        assert payfip.simulator.store.get(idop).notifications == ["refused: not this machine"]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("bellegarde.localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("[::1]", True),
        ("localhost.example.fr", False),
        ("127.0.0.1.example.fr", False),
        ("192.168.1.1", False),
        ("notlocalhost", False),
        ("", False),
    ],
)
def test_only_this_machine_is_this_machine(host, expected):
    assert is_loopback(host) is expected


def control(server, **command) -> httpx.Response:
    return httpx.post(f"{server.url}/_control/", json=command)


def test_the_control_api_sets_and_resets_the_behaviour(payfip):
    fault = {"kind": "TechIndisponibiliteErreur", "times": 2}
    state = control(payfip, latency=0.5, down=True, drop_notifications=True, fault=fault).json()["behaviour"]
    expected = {"kind": "TechIndisponibiliteErreur", "code": "", "words": "", "operation": "", "times": 2}
    assert state == {"latency": 0.5, "down": True, "drop_notifications": True, "fault": expected}
    assert httpx.get(f"{payfip.url}/").status_code == 503
    control(payfip, reset=True)
    assert payfip.simulator.behaviour == Behaviour()
    assert httpx.get(f"{payfip.url}/").status_code == 200


def test_the_control_api_acts_on_payments(payfip):
    idop, other = create(payfip), create(payfip)
    assert control(payfip, action="settle", idop=idop, result="A").status_code == 200
    assert control(payfip, action="settle", idop=idop, result="P").status_code == 200
    control(payfip, action="age", idop=other, minutes=20)
    assert payer_of(payfip, other).status == 410
    left = control(payfip, action="purge").json()["operations"]
    assert [(operation["idop"], operation["result"]) for operation in left] == [(idop, "P")]
    assert "session" not in left[0]


def test_the_control_api_adds_regies(payfip):
    control(payfip, regies={"123456": ["CABRIES", "REGIE CANTINE CABRIES"]})
    reply = payfip.simulator.client({"numCli": "123456"})
    assert reply == {"libelleN1": "CABRIES", "libelleN2": "REGIE CANTINE CABRIES", "numcli": "123456"}


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ({"action": "settle", "idop": "unknown", "result": "P"}, 404),
        ({"action": "settle", "idop": "unknown", "result": "Q"}, 400),
        ({"action": "explode"}, 400),
        ({"action": "notify"}, 400),
        ({"laziness": 3}, 400),
        ({"fault": {"kind": "Inconnue"}}, 400),
        ({"down": "false"}, 400),
        ({"latency": "slow"}, 400),
        ({"regies": []}, 400),
    ],
)
def test_the_control_api_refuses_what_it_does_not_know(payfip, command, status):
    assert control(payfip, **command).status_code == status
    assert payfip.simulator.behaviour == Behaviour()


def test_the_control_api_listens_to_no_web_page(payfip):
    address = f"{payfip.url}/_control/"
    assert (
        httpx.post(address, content=b'{"down": true}', headers={"Content-Type": "text/plain"}).status_code
        == 415
    )
    assert httpx.post(address, json={"down": True}, headers={"Host": "attacker.example"}).status_code == 403
    assert payfip.simulator.behaviour == Behaviour()


def test_a_state_file_survives_the_process(tmp_path):
    state = tmp_path / "new" / "payfip.sqlite3"
    with SandboxServer(state=state) as first:
        waiting, paid = create(first), create(first)
        first.simulator.decide(paid, "P")
    with SandboxServer(state=state) as second:
        assert second.simulator.detail({"idOp": paid})["resultrans"] == "P"
        payer = payer_of(second, waiting)
        payer.pay(EXAMPLE_CARD)
        assert second.simulator.detail({"idOp": waiting})["resultrans"] == "P"


def launch(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "infra.sandbox.payfip", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_command_serves_and_loses_nothing_when_killed(tmp_path):
    options = (
        "--port",
        "0",
        "--state",
        str(tmp_path / "payfip.sqlite3"),
        "--regie",
        "123456=CABRIES|REGIE CANTINE",
    )
    with launch(*options) as process:
        url = process.stdout.readline().removeprefix("Simulateur PayFiP : ").strip()
        try:
            envelope = (
                '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
                '<p:creerPaiementSecurise xmlns:p="http://securite.service.tpa.cp.finances.gouv.fr/services/'
                'mas_securite/contrat_paiement_securise/PaiementSecuriseService"><arg0><mel>a@b.fr</mel>'
                "<montant>2640</montant><numcli>123456</numcli><refdet>CANT26</refdet><saisie>T</saisie>"
                "<urlnotif>http://127.0.0.1:9/</urlnotif><urlredirect>http://127.0.0.1:9/</urlredirect>"
                "</arg0></p:creerPaiementSecurise></S:Body></S:Envelope>"
            )
            reply = httpx.post(f"{url}tpa/services/securite", content=envelope)
            idop = re.search("<idOp>(.+)</idOp>", reply.text)[1]
        finally:
            process.kill()
    with launch(*options) as process:
        url = process.stdout.readline().removeprefix("Simulateur PayFiP : ").strip()
        try:
            known = httpx.get(f"{url}_control/").json()["operations"]
            assert [operation["idop"] for operation in known] == [idop]
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert process.stderr.read() == ""


def test_the_command_says_when_its_port_is_taken():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with launch("--port", str(port)) as process:
            assert process.wait(timeout=20) == 1
            message = process.stderr.read()
    assert message.startswith(f"Le simulateur PayFiP ne peut pas ouvrir 127.0.0.1:{port} : ")
    assert message.endswith("Choisissez un autre port avec --port.\n")


def test_a_month_is_still_good_until_its_end():
    form = {"numero": EXAMPLE_CARD, "cryptogramme": "123", "annee": "2026"}
    today = datetime(2026, 11, 30, tzinfo=UTC).date()
    assert card_errors(form | {"mois": "11"}, today=today) == {}
    assert list(card_errors(form | {"mois": "11"}, today=today + timedelta(days=1))) == ["expire"]


@pytest.mark.parametrize("number", [EXAMPLE_CARD, REFUSED_CARD, "5555555555554444", "378282246310005"])
def test_a_card_number_has_a_luhn_key(number):
    assert is_card_number(number)
    wrong_key = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert not is_card_number(wrong_key)


def test_amounts_are_written_in_french(payfip):
    idop = create(payfip, montant="123456")
    assert euros(payfip.simulator.store.get(idop)) == "1\N{NARROW NO-BREAK SPACE}234,56"
