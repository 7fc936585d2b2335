"""What agents write, and what families then read on the public pages."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import clock
from core.enums import LegalKind
from core.models import Branding, CommuneSettings, Download, LegalText, MenuLink, NewsItem
from core.queries.face import forget_face
from core.services.content import move_entry
from tenants.context import town_timezone
from tests.factories.papers import a_picture
from tests.factories.people import an_agent
from tests.factories.world import a_family, town_settings

PNG = a_picture(kind="PNG")


class Desk:
    """An agent's browser; what it posts is committed, so that families see it."""

    def __init__(self, client, commits) -> None:
        self.get, self._client, self._commits = client.get, client, commits

    def post(self, *args, **kwargs):
        with self._commits(execute=True):
            return self._client.post(*args, **kwargs)


@pytest.fixture
def desk(commune, client_for, django_capture_on_commit_callbacks):
    town_settings()
    forget_face()
    yield Desk(client_for(commune, an_agent()), django_capture_on_commit_callbacks)
    forget_face()


@pytest.fixture
def passer_by(commune, client_for, desk):
    return client_for(commune)


@pytest.fixture
def today(commune):
    return clock.today(town_timezone())


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def news(**values):
    return {
        "title": "Grève jeudi",
        "body": "La cantine **reste ouverte**.",
        "published_on": "2026-01-05",
    } | values


def test_the_pages_of_the_portal_are_for_agents(commune, client_for, desk):
    for path in ("", "actualites/", "pages/ajouter/", "accueil/", "identite/", "legal/donnees/"):
        assert body(desk.get(f"/agent/portail/{path}"))
        assert (
            client_for(commune, a_family(school=None).user).get(f"/agent/portail/{path}").status_code == 403
        )
    assert desk.get("/agent/portail/inconnu/").status_code == 404


def test_an_item_of_news_is_read_as_soon_as_it_is_written(desk, passer_by):
    answer = desk.post("/agent/portail/actualites/ajouter/", news(), follow=True)
    assert "« Grève jeudi » est enregistré." in body(answer)
    assert NewsItem.objects.get().code == "greve-jeudi"
    assert "La cantine <strong>reste ouverte</strong>." in body(passer_by.get("/"))


def test_a_draft_news_to_come_and_news_that_is_over_are_not_read(desk, passer_by, today):
    day = timedelta(days=1)
    NewsItem.objects.create(code="a", title="Brouillon", body="x", published_on=today, is_draft=True)
    NewsItem.objects.create(code="b", title="Demain", body="x", published_on=today + day)
    NewsItem.objects.create(
        code="c", title="Finie", body="x", published_on=today - 2 * day, shown_until=today - day
    )
    NewsItem.objects.create(code="d", title="Dernier jour", body="x", published_on=today, shown_until=today)
    shown = body(passer_by.get("/actualites/"))
    assert [word in shown for word in ("Brouillon", "Demain", "Finie", "Dernier jour")] == [
        False,
        False,
        False,
        True,
    ]
    listed = body(desk.get("/agent/portail/actualites/"))
    assert all(
        word in listed for word in ("Brouillon", "Paraîtra le", "Retirée depuis le", "En ligne depuis le")
    )


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(desk):
    answer = body(desk.post("/agent/portail/actualites/ajouter/", news(title="", shown_until="2026-01-01")))
    assert "Ce champ est obligatoire." in answer
    assert "La cantine **reste ouverte**." in answer
    answer = body(desk.post("/agent/portail/actualites/ajouter/", news(shown_until="2026-01-01")))
    assert "Une actualité ne finit pas avant d’avoir commencé." in answer
    assert not NewsItem.objects.exists()


def test_a_page_of_the_menu_is_written_ordered_then_taken_away(desk, passer_by):
    for label in ("Crèche", "Crèche", "Transport"):
        desk.post("/agent/portail/pages/ajouter/", {"label": label, "body": "## Horaires"})
    first, second, third = MenuLink.objects.all()
    assert [link.code for link in (first, second, third)] == ["creche", "creche-2", "transport"]
    assert "<h2>Horaires</h2>" in body(passer_by.get("/infos/creche-2/"))

    desk.post(f"/agent/portail/pages/{third.pk}/geste/", {"act": "up"})
    assert list(MenuLink.objects.values_list("code", flat=True)) == ["creche", "transport", "creche-2"]
    move_entry(entry=first, places=-1, by=an_agent(), now=clock.now())
    assert MenuLink.objects.first() == first

    desk.post(f"/agent/portail/pages/{third.pk}/geste/", {"act": "remove"})
    assert "Transport" not in body(passer_by.get("/"))
    assert desk.post(f"/agent/portail/pages/{first.pk}/geste/", {"act": "burn"}).status_code == 404


def test_a_link_to_another_site_has_no_text_of_its_own(desk):
    wrong = {"label": "Ville", "url": "https://ville.example", "body": "texte"}
    assert "Avec une adresse, ce texte ne se verrait pas" in body(
        desk.post("/agent/portail/pages/ajouter/", wrong)
    )


def test_a_document_is_put_online_then_replaced_by_its_text(desk, passer_by):
    menu = SimpleUploadedFile("menu.pdf", b"%PDF-1.7 menu")
    desk.post("/agent/portail/documents/ajouter/", {"label": "Menus", "file": menu, "body": "Bientôt."})
    assert b"".join(passer_by.get("/telechargements/menus/")) == b"%PDF-1.7 menu"

    document = Download.objects.get()
    path = f"/agent/portail/documents/{document.pk}/"
    desk.post(path, {"label": "Menus", "body": "Affichés à l’école."})
    assert Download.objects.get().file, "un fichier reste tant qu’on ne le retire pas"
    desk.post(path, {"label": "Menus", "body": "Affichés à l’école.", "remove_file": "on"})
    assert "Affichés à l’école." in body(passer_by.get("/telechargements/menus/"))
    page = SimpleUploadedFile("menu.pdf", b"<html>")
    assert "Envoyez un PDF" in body(desk.post(path, {"label": "Menus", "file": page}))


def test_the_welcome_and_the_hours_are_written_by_the_town(desk, passer_by):
    town = CommuneSettings.objects.get()
    kept = {
        name: getattr(town, name)
        for name in ("heading", "service_name", "address", "postcode", "city", "phone")
    }
    desk.post(
        "/agent/portail/accueil/", {**kept, "welcome_title": "Bienvenue", "opening_hours": "- lundi 8:30"}
    )
    page = body(passer_by.get("/"))
    assert "<h1>Bienvenue</h1>" in page
    assert "<li>lundi 8:30</li>" in page
    assert "Un code postal a cinq chiffres." in body(
        desk.post("/agent/portail/accueil/", {**kept, "postcode": "3"})
    )


def test_a_colour_is_tried_before_it_is_kept(desk, passer_by):
    tried = body(desk.post("/agent/portail/identite/", {"accent": "#ffdd00", "try": "1"}))
    assert "theme.css?couleur=%23ffdd00" in tried
    assert "trop claire pour du texte" in tried
    assert not Branding.objects.exists()
    assert "#ffdd00" in desk.get("/agent/portail/identite/theme.css?couleur=%23ffdd00").content.decode()
    assert desk.get("/agent/portail/identite/theme.css?couleur=red").status_code == 404

    desk.post("/agent/portail/identite/", {"accent": "#ffdd00"})
    assert "#ffdd00" in passer_by.get("/theme.css").content.decode()


def test_pictures_are_shown_then_taken_away(desk, passer_by):
    logo = SimpleUploadedFile("logo.png", PNG)
    desk.post("/agent/portail/identite/", {"accent": "#1f5f8b", "logo": logo})
    assert 'class="town-logo" src="/identite/logo?' in body(passer_by.get("/"))
    assert b"".join(passer_by.get("/identite/logo")).startswith(PNG[:8])
    assert passer_by.get("/identite/banner").status_code == 404
    drawing = SimpleUploadedFile("logo.svg", b"<svg onload='alert(1)'/>")
    answer = body(desk.post("/agent/portail/identite/", {"accent": "#1f5f8b", "logo": drawing}))
    assert "Envoyez une image JPEG ou PNG." in answer
    desk.post("/agent/portail/identite/", {"accent": "#1f5f8b", "remove_logo": "on"})
    assert passer_by.get("/identite/logo").status_code == 404


def test_the_file_that_another_one_replaces_goes(desk, django_capture_on_commit_callbacks):
    def send(**changes: object) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            desk.post("/agent/portail/identite/", {"accent": "#1f5f8b"} | changes)

    send(logo=SimpleUploadedFile("logo.png", PNG))
    first = Branding.objects.get().logo
    send(logo=SimpleUploadedFile("autre.png", PNG))
    second = Branding.objects.get().logo
    assert (first.storage.exists(first.name), second.storage.exists(second.name)) == (False, True)
    send(remove_logo="on")
    assert not second.storage.exists(second.name)


@pytest.mark.parametrize("kind", LegalKind)
def test_a_legal_page_has_the_usual_text_until_the_town_writes_its_own(desk, passer_by, kind):
    assert f"<h1>{kind.label}</h1>" in body(passer_by.get(f"/{kind.value}/"))
    usual = body(desk.get(f"/agent/portail/legal/{kind.value}/"))
    assert "## " in usual, "on part du texte du portail"
    desk.post(f"/agent/portail/legal/{kind.value}/", {"body": "Notre **texte**."})
    assert "Notre <strong>texte</strong>." in body(passer_by.get(f"/{kind.value}/"))
    desk.post(f"/agent/portail/legal/{kind.value}/", {"body": " "})
    assert not LegalText.objects.exists()


def test_the_preview_shows_the_text_and_saves_nothing(desk):
    assert "<strong>gras</strong>" in body(desk.post("/agent/portail/apercu/", {"text": "**gras**"}))
