"""The town's look: a second theme, what a phone installs, how heavy a first page is, what is declared of its access."""

import gzip
import re
from datetime import date
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from billing.documents.lines import letterhead
from core.clock import now
from core.models import Branding, CommuneSettings, OutgoingMail, Question
from core.offline_words import OFFLINE
from core.queries.face import forget_face
from core.services.outbox import write_mail
from tests.factories.people import an_agent
from tests.factories.world import a_family, town_settings

FIRST_PAGE = 150_000  # bytes on the wire, all told


@pytest.fixture
def town(commune):
    town_settings()
    forget_face()
    yield commune
    forget_face()


@pytest.fixture
def gazette(town):
    Branding.objects.update_or_create(pk=1, defaults={"theme": "gazette", "accent": "#7a1f2b"})
    forget_face()


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_first_page_is_light_and_asks_nothing_of_a_third_party(town, client_for):
    client = client_for(town)
    page = body(client.get("/"))
    asked = re.findall(r'<(?:link|script|img)[^>]+(?:href|src)="([^"#]+)', page)
    asked.append("/static/icons/sprite.svg")
    assert [address for address in asked if not address.startswith("/")] == []
    weight = len(gzip.compress(page.encode()))
    for address in asked:
        if address.startswith("/static/"):
            path = finders.find(address.removeprefix("/static/"))
            weight += len(gzip.compress(Path(path).read_bytes()))
        else:
            weight += len(gzip.compress(client.get(address).content))
    assert 10_000 < weight < FIRST_PAGE


def test_the_second_theme_changes_the_page_the_mails_and_the_documents(town, client_for, gazette):
    page = body(client_for(town).get("/"))
    for words in ('class="theme-gazette"', "/static/gazette/theme.css", 'class="front"'):
        assert words in page
    assert "theme-gazette" not in body(client_for(town, an_agent()).get("/agent/"))
    asked = {"who": "Lou", "title": "Cantine", "visitor_email": ""}
    context = {"conversation": asked, "message": "Bonjour", "link": "https://exemple.fr"}
    write_mail(to="a@exemple.fr", template="contact", context=context, now=now())
    assert "border-top:6px solid #7a1f2b" in OutgoingMail.objects.get().html
    assert letterhead()["theme"] == "gazette"


def test_an_agent_tries_a_theme_before_keeping_it(town, client_for):
    desk = client_for(town, an_agent())
    sent = {"accent": "#7a1f2b", "theme": "gazette"}
    tried = body(desk.post("/agent/portail/identite/", sent | {"try": "1"}))
    assert "theme-gazette" in tried
    assert not Branding.objects.filter(theme="gazette").exists()
    desk.post("/agent/portail/identite/", sent)
    assert Branding.objects.get().theme == "gazette"
    desk.post("/agent/portail/identite/", sent | {"theme": "inconnu"})
    assert Branding.objects.get().theme == "gazette"


def test_a_phone_can_install_the_portal(town, client_for):
    client = client_for(town)
    told = client.get("/manifest.webmanifest")
    assert told["Content-Type"] == "application/manifest+json"
    assert told.json()["icons"][0]["src"] == "/icone.svg"
    assert ">B</text>" in body(client.get("/icone.svg"))
    assert 'rel="manifest" href="/manifest.webmanifest"' in body(client.get("/"))


def test_without_a_network_a_calm_page_says_so_in_every_language_and_tells_nobody_who_was_here(
    town, client_for, settings
):
    family = a_family(school=None, name="Rivière-Secrète")
    shown, page = client_for(town, family.user), body(client_for(town).get("/hors-ligne/"))
    assert body(shown.get("/hors-ligne/")) == page
    assert {one.code for one in OFFLINE} == {code for code, _ in settings.LANGUAGES}
    assert all(one.title in page for one in OFFLINE)
    assert "<form" not in page
    worker = client_for(town).get("/hors-ligne.js")
    assert worker["Content-Type"] == "text/javascript"
    assert 'data-worker="/hors-ligne.js"' in body(client_for(town).get("/"))


def test_the_town_declares_how_accessible_its_portal_is(town, client_for):
    desk, anyone = client_for(town, an_agent()), client_for(town)
    assert "Accessibilité : non conforme" in body(anyone.get("/"))
    path = "/agent/portail/accessibilite-declaree/"
    assert "donnez la date de l’audit" in body(desk.post(path, {"accessibility": "partial"}))
    sent = {
        "accessibility": "partial",
        "audited_on": "2026-10-01",
        "audited_by": "Cabinet Ajonc",
        "audit_rate": 82,
    }
    desk.post(path, sent)
    assert CommuneSettings.objects.get().audited_on == date(2026, 10, 1)
    forget_face()
    assert "Accessibilité : partiellement conforme" in body(anyone.get("/"))
    page = body(anyone.get("/accessibilite/"))
    assert "selon l’audit du 01/10/2026 mené par Cabinet Ajonc : 82 %" in page


def test_questions_are_read_by_theme_and_searched(town, client_for):
    for number, (theme, label) in enumerate(
        [("Cantine", "Comment annuler ?"), ("Paiement", "Où payer ?"), ("Cantine", "Quels menus ?")]
    ):
        Question.objects.create(
            code=f"q{number}", theme=theme, label=label, body="**Ainsi**.", position=number
        )
    Question.objects.create(code="b", theme="", label="Brouillon", body="x", is_draft=True)
    client = client_for(town)
    page = body(client.get("/questions/"))
    assert page.index("Comment annuler") < page.index("Quels menus") < page.index("Où payer")
    assert "Brouillon" not in page
    found = body(client.get("/questions/?q=menus"))
    assert ("Quels menus" in found, "Où payer" in found) == (True, False)
    assert "Aucune question ne contient" in body(client.get("/questions/?q=zèbre"))
