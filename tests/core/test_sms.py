"""Short messages: who gets one, and what becomes of it when the provider answers, refuses or is down."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from core import clock
from core.enums import MailState
from core.models import OutgoingSms, User
from core.services.outbox import Letter, write_mails
from core.services.texting import WORTH_SENDING, send_due_sms
from core.sms import international
from tests.factories.world import a_family, town_settings


class Provider:
    """A provider that speaks HTTP: it keeps what it was sent, and answers what it is told to."""

    def __init__(self) -> None:
        self.received: list[tuple[str, dict[str, str]]] = []
        self.status = 201
        provider = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                provider.received.append((self.headers["Authorization"], body))
                self.send_response(provider.status)
                self.end_headers()
                self.wfile.write(json.dumps({"id": f"sms-{len(provider.received)}"}).encode())

            def log_message(self, *_: object) -> None:
                """Nothing on the terminal of the tests."""

        self.server = HTTPServer(("127.0.0.1", 0), Door)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/sms"


@pytest.fixture
def provider(settings) -> Iterator[Provider]:
    made = Provider()
    thread = Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    settings.SMS_DRIVER, settings.SMS_URL, settings.SMS_TOKEN = "http", made.url, "secret"
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def town(commune, provider):
    return town_settings(sms_sender="BELLEGARDE")


def write(*, key: str = "rappel:1") -> None:
    letter = Letter(
        to="a@exemple.fr",
        template="unknown_account",
        context={"email": "a@exemple.fr", "link": "https://bellegarde.example/"},
        dedupe_key=key,
        sms_to="+33612345678",
    )
    write_mails(letters=[letter], now=clock.now())


def test_a_reminder_is_also_sent_as_a_short_message_once(town, provider):
    write()
    write()
    assert send_due_sms(now=clock.now()) == 1
    ((token, body),) = provider.received
    assert token == "Bearer secret"
    assert (body["to"], body["from"]) == ("+33612345678", "BELLEGARDE")
    assert body["text"].startswith("MAIRIE BELLEGARDE : ")
    assert body["text"].endswith(" https://bellegarde.example/")
    assert OutgoingSms.objects.get().reference == "sms-1"
    assert send_due_sms(now=clock.now()) == 0


@pytest.mark.parametrize(
    ("status", "state"), [(503, MailState.PENDING), (429, MailState.PENDING), (400, MailState.FAILED)]
)
def test_a_provider_that_is_down_is_asked_again_one_that_refuses_is_not(town, provider, status, state):
    write()
    provider.status = status
    assert send_due_sms(now=clock.now()) == 0
    assert OutgoingSms.objects.get().state == state
    provider.status = 201
    assert send_due_sms(now=clock.now()) == (1 if state == MailState.PENDING else 0)


def test_a_reminder_that_would_leave_too_late_does_not(town, provider):
    write()
    assert send_due_sms(now=clock.now() + WORTH_SENDING * 2) == 0
    assert OutgoingSms.objects.get().state == MailState.FAILED
    assert provider.received == []


def test_a_town_that_pays_for_none_sends_none(commune, provider):
    town_settings()
    write()
    assert not OutgoingSms.objects.exists()


def test_a_family_with_a_mobile_chooses(commune, client_for, town):
    family = a_family(school=None)
    client = client_for(commune, family.user)
    page = "/mon-compte/notifications/"
    assert "par SMS" not in client.get(page).content.decode()  # no mobile is known
    family.household.guardians.update(phone="06 12 34 56 78")
    assert "par SMS" in client.get(page).content.decode()
    client.post(page, {"rappels": ["cutoff"], "sms": "on"})
    assert User.objects.get(pk=family.user.pk).sms_reminders
    client.post(page, {"rappels": ["cutoff"]})
    assert not User.objects.get(pk=family.user.pk).sms_reminders


def test_numbers_as_providers_want_them():
    assert international("06 12 34 56 78") == "+33612345678"
    assert international("+32475123456") == "+32475123456"
    assert international("04 66 01 35 21") is None
