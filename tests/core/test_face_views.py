"""What anyone reads of a town without an account, and what a visitor sends."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from core import clock
from core.models import (
    Branding,
    CommuneSettings,
    Conversation,
    ConversationMessage,
    Download,
    MenuLink,
    NewsItem,
    OutgoingMail,
)
from core.queries.face import forget_face
from tenants.context import town_timezone, use_commune
from tests.factories.people import an_agent
from tests.factories.world import a_family, town_settings
from tests.harness.queries import assert_constant_queries, count_queries


@pytest.fixture
def town(commune) -> CommuneSettings:
    return town_settings(welcome_title="Mon portail famille", welcome_text="Bienvenue sur https://exemple.fr")


def body(answer, status: int = 200) -> str:
    assert answer.status_code == status, answer.status_code
    return b"".join(answer).decode()


def add_news(**changes: object) -> NewsItem:
    number = NewsItem.objects.count()
    values = {
        "code": f"n{number}",
        "title": f"Nouvelle {number}",
        "body": "Texte",
        "published_on": clock.today(town_timezone()),
    }
    return NewsItem.objects.create(**values | changes)


def test_the_home_page_says_who_to_call_and_how_to_come_in(commune, client_for, town):
    MenuLink.objects.create(code="bus", label="Horaires NAVETTE Gratuite", url="https://exemple.fr/bus")
    MenuLink.objects.create(code="alsh", label="MAISON DES JEUNES", body="Ouverte le mercredi")
    Download.objects.create(code="reglement", label="Règlement intérieur", body="Article 1")
    page = body(client_for(commune).get("/"))
    for words in (
        "MAIRIE BELLEGARDE",
        "Guichet Unique",
        "Place Aristide Briand",
        "30127 BELLEGARDE",
        "Tél : 04.66.01.35.21",
        'href="tel:0466013521"',
        "Contactez-nous",
        'href="https://exemple.fr/bus"',
        'href="/infos/alsh/"',
        "Identifiant",
        "Mot de passe",
        "Connexion</button>",
        "Identifiant ou mot de passe oublié ?",
        "Téléchargements",
        'href="/telechargements/reglement/"',
    ):
        assert words in page, words


def test_the_home_page_of_a_town_without_content_still_answers(commune, client_for):
    assert "Bellegarde" in body(client_for(commune).get("/"))


def test_news_appear_on_their_day_the_latest_first(commune, client_for, town):
    today = clock.today(town_timezone())
    add_news(title="Hier", published_on=today - timedelta(days=1))
    add_news(title="Aujourd’hui", published_on=today)
    add_news(title="Demain", published_on=today + timedelta(days=1))
    for path in ("/", "/actualites/"):
        page = body(client_for(commune).get(path))
        assert page.index("Aujourd’hui") < page.index("Hier")
        assert "Demain" not in page


def test_the_home_page_costs_the_same_for_any_number_of_news(commune, client_for, town):
    client = client_for(commune)
    assert_constant_queries(act=lambda: client.get("/"), add_row=add_news)


def test_the_town_is_read_once_a_minute_not_once_a_page(commune, client_for, town):
    client = client_for(commune)
    client.get("/mot-de-passe-oublie/")
    assert count_queries(lambda: client.get("/mot-de-passe-oublie/")) == 0
    town_settings(heading="VILLE DE BELLEGARDE")
    forget_face()
    assert "VILLE DE BELLEGARDE" in body(client.get("/mot-de-passe-oublie/"))


def test_the_face_of_a_town_is_never_another_towns(commune, other_commune, client_for, town):
    client_for(commune).get("/")
    with use_commune(other_commune):
        town_settings(heading="VILLE DE BALARUC")
    page = body(client_for(other_commune).get("/"))
    assert "VILLE DE BALARUC" in page
    assert "MAIRIE BELLEGARDE" not in page


def test_a_link_without_address_leads_to_its_own_page(commune, client_for, town):
    MenuLink.objects.create(
        code="mdj", label="MAISON DES JEUNES", body="Ouverte le mercredi\n\n<script>x</script>"
    )
    MenuLink.objects.create(code="site", label="Site", url="https://exemple.fr")
    page = body(client_for(commune).get("/infos/mdj/"))
    assert "Ouverte le mercredi" in page
    assert "<script>x" not in page
    assert client_for(commune).get("/infos/site/").status_code == 404
    assert client_for(commune).get("/infos/absent/").status_code == 404


@pytest.mark.parametrize(("name", "disposition"), [("reglement.pdf", "inline"), ("page.html", "attachment")])
def test_a_document_is_served_but_only_a_pdf_opens_in_the_page(commune, client_for, town, name, disposition):
    document = Download.objects.create(code="doc", label="Règlement")
    document.file.save(name, ContentFile(b"contenu"))
    answer = client_for(commune).get("/telechargements/doc/")
    assert answer["Content-Disposition"].startswith(disposition)
    assert body(answer) == "contenu"


def test_a_document_without_a_file_is_a_page(commune, client_for, town):
    Download.objects.create(code="reglement", label="Règlement intérieur", body="Article 1")
    assert "Article 1" in body(client_for(commune).get("/telechargements/reglement/"))
    assert client_for(commune).get("/telechargements/absent/").status_code == 404


def test_the_stylesheet_has_the_towns_colour_and_is_kept_by_the_browser(commune, client_for, town):
    Branding.objects.create(accent="#8b1f5f")
    client = client_for(commune)
    answer = client.get("/theme.css")
    assert "--brand:#8b1f5f" in body(answer)
    assert "max-age" in answer["Cache-Control"]
    assert client.get("/theme.css", headers={"if-none-match": answer["ETag"]}).status_code == 304
    Branding.objects.update(accent="#1f8b5f")
    forget_face()
    assert client.get("/theme.css", headers={"if-none-match": answer["ETag"]}).status_code == 200


def test_the_logo_is_served_and_shown_when_there_is_one(commune, client_for, town):
    assert client_for(commune).get("/identite/logo").status_code == 404
    branding = Branding.objects.create()
    branding.logo.save("logo.png", ContentFile(b"png"))
    forget_face()
    assert 'src="/identite/logo?' in body(client_for(commune).get("/"))
    assert body(client_for(commune).get("/identite/logo")) == "png"


def message(client, **changes: str) -> dict[str, str]:
    page = client.get("/contact/").content.decode()
    nonce = page.split('name="nonce" value="')[1].split('"')[0]
    return {
        "name": "Lou",
        "email": "lou@exemple.fr",
        "message": "Bonjour,\nune question.",
        "nonce": nonce,
    } | changes


def test_a_message_reaches_the_office_once_however_often_it_is_sent(commune, client_for, town):
    client = client_for(commune)
    sent = message(client, phone="06 00 00 00 00")
    for _ in range(2):
        answer = client.post("/contact/", sent, follow=True)
        assert "Votre message est envoyé" in body(answer)
    assert Conversation.objects.get().visitor_name == "Lou"
    assert "une question" in ConversationMessage.objects.get().body
    mail = OutgoingMail.objects.get()
    assert mail.to == "guichet@bellegarde.example"
    assert "lou@exemple.fr" in mail.text
    assert "06 00 00 00 00" in mail.text


def test_a_town_without_an_address_still_gets_the_message(commune, client_for):
    town_settings(email="")
    client = client_for(commune)
    client.post("/contact/", message(client))
    assert Conversation.objects.count() == 1
    assert not OutgoingMail.objects.exists()


def test_a_wrong_message_loses_nothing_and_a_flood_is_stopped(commune, client_for, town):
    client = client_for(commune)
    page = body(client.post("/contact/", message(client, email="lou@")))
    assert "une question." in page
    assert not Conversation.objects.exists()
    for _ in range(8):
        last = client.post("/contact/", message(client), follow=True)
    assert Conversation.objects.count() == 6
    page = body(last)
    assert "Réessayez dans une heure" in page
    assert "une question." in page


def test_whoever_is_known_does_not_write_who_they_are(commune, client_for, town):
    family, agent = a_family(school=None), an_agent()
    assert client_for(commune, family.user).get("/contact/").url == "/mes-messages/nouveau/"
    assert f'value="{agent.email}"' in body(client_for(commune, agent).get("/contact/"))


def test_the_home_page_shows_each_the_way_in(commune, client_for, town):
    assert "Ouvrir mon compte" in body(client_for(commune, a_family(school=None).user).get("/"))
    assert "Ouvrir le guichet" in body(client_for(commune, an_agent()).get("/"))


def test_refusals_are_pages_in_french(commune, client_for, town):
    assert "Cette page n’existe pas" in body(client_for(commune).get("/rien/"), 404)
    strict = client_for(commune, enforce_csrf_checks=True)
    page = body(strict.post("/contact/", {}), 403)
    assert "restée ouverte trop longtemps" in page
    stranger = client_for(commune, a_family(school=None).user).get("/agent/familles/")
    assert "Cette page ne vous est pas ouverte" in body(stranger, 403)
    unknown = client_for(commune).get("/", headers={"host": "inconnue.localhost"})
    assert "Aucun portail à cette adresse" in body(unknown, 404)


@pytest.mark.parametrize(
    "path",
    ["/menus/?semaine=0001-01-01", "/menus/?semaine=9999-12-31", "/questions/?q=%00", "/inscription/a%00b/"],
)
def test_a_senseless_address_is_no_fault_of_ours(commune, client_for, town, path):
    assert client_for(commune).get(path).status_code in {200, 400, 404}


def test_a_fault_still_says_whom_to_call(commune, client_for, town, monkeypatch):
    monkeypatch.setattr("core.views.face.NewsItem.objects", None)
    client = client_for(commune, raise_request_exception=False)
    page = body(client.get("/"), 500)
    assert "Un incident de notre côté" in page
    assert "04.66.01.35.21" in page


def test_a_fault_of_the_towns_own_settings_still_answers(commune, client_for, town, monkeypatch):
    def broken() -> None:
        raise RuntimeError("la base ne répond pas")

    monkeypatch.setattr("core.context_processors.face", broken)
    client = client_for(commune, raise_request_exception=False)
    assert "Un incident de notre côté" in body(client.get("/"), 500)
