"""Layouts, error pages and mails: complete with everything, and standing with nothing."""

import re
from types import SimpleNamespace

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import engines
from django.template.loader import render_to_string
from playwright.sync_api import Route, expect

from core.agent_menu import Link, Menu
from tests.harness.accessibility import check
from tests.harness.live import DESKTOP
from themes import samples

PAGE = (
    "{% extends 'layouts/NAME.html' %}{% load portail %}{% block title %}Essai{% endblock %}"
    "{% block content %}<h1>Essai</h1>{% endblock %}"
)
MENU = [Link(label="Familles", url="#", icon="family", current=True)]
PAGES = (
    Link(label="Dossiers", url="#", current=True),
    Link(label="Enfants", url="#", current=False, count=2),
)
DESK_MENU = Menu(
    sections=(
        Link(label="Familles", url="#", icon="family", current=True, pages=PAGES),
        Link(label="Argent", url="#", icon="euro", current=False, pages=PAGES),
    )
)
ERRORS = {
    "400.html": "Nous n’avons pas compris cette demande",
    "403.html": "Cette page ne vous est pas ouverte",
    "404.html": "Cette page n’existe pas",
    "500.html": "Un incident de notre côté",
}


def render(layout: str, **context) -> str:
    return engines["django"].from_string(PAGE.replace("NAME", layout)).render(context)


def headings(html: str) -> list[str]:
    return [re.sub("<[^>]+>", "", found) for found in re.findall(r"<h1>(.*?)</h1>", html)]


@pytest.mark.parametrize(("template", "heading"), ERRORS.items())
def test_an_error_page_speaks_like_a_person(template, heading, sample):
    html = render_to_string(template, sample)
    assert headings(html) == [heading]
    assert 'href="tel:+33466013521"' in html
    assert html.count('href="/home/"') == 2


@pytest.mark.parametrize(("template", "heading"), ERRORS.items())
def test_an_error_page_stands_without_any_context(template, heading):
    """Django renders 500.html with nothing, and an unknown host has no town."""
    html = render_to_string(template)
    assert headings(html) == [heading]
    assert "theme.css" not in html


def test_a_visitor_is_offered_to_sign_in_and_nothing_else(sample):
    sample["request"].user = SimpleNamespace(is_authenticated=False)
    nav = render("family", **sample).split("<nav")[1].split("</nav>")[0]
    assert re.findall(r'<a href="([^"]+)"', nav) == ["/home/", "/login/"]


def test_a_family_finds_its_menu_and_the_town_as_the_guide_shows_them(sample):
    html = render("family", **sample)
    nav = html.split("<nav")[1].split("</nav>")[0]
    tabs = ["Accueil", "Mon compte", "Panier", "Messages", "Déconnexion"]
    assert re.findall(r"</svg> ([^<]+?)\s?<", nav) == tabs
    assert 'action="/logout/"' in nav
    assert 'aria-current="page"' in nav
    card = html.split("town-card")[1].split("</section>")[0]
    for line in (
        "Guichet Unique Enfance Jeunesse",
        "Place Aristide Briand",
        "30127 BELLEGARDE",
        "Tél : 04.66.01.35.21",
        "Contactez-nous",
    ):
        assert line in card
    menu = html.split("LES MENUS")[1].split("</nav>")[0]
    assert [found.strip() for found in re.findall(r'href="[^"]*"><bdi>([^<]+)<', menu)] == [
        link["label"] for link in samples.MENU_LINKS
    ]


@pytest.mark.parametrize(
    ("level", "tone", "symbol"),
    [
        (constants.SUCCESS, "success", "check"),
        (constants.ERROR, "error", "warning"),
        (constants.WARNING, "warning", "warning"),
        (constants.INFO, "info", "info"),
    ],
)
def test_a_message_is_announced_with_its_tone(sample, level, tone, symbol):
    html = render("bare", **{**sample, "messages": [Message(level, "C’est fait.")]})
    region = html.split('id="messages" role="status"')[1].split("</main>")[0]
    assert f'class="notice notice--{tone}"' in region
    assert f"sprite.svg#{symbol}" in region
    assert "<p>C’est fait.</p>" in region


@pytest.mark.parametrize("layout", ["family", "agent", "console", "bare"])
def test_axe_finds_nothing_in_a_layout(page, show, layout):
    show(
        page,
        engines["django"].from_string(PAGE.replace("NAME", layout)),
        agent_menu=DESK_MENU,
        console_menu=MENU,
    )
    check(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"


def test_the_menu_of_the_desk_opens_on_a_phone_and_stands_on_a_desk(phone, show):
    show(phone, engines["django"].from_string(PAGE.replace("NAME", "agent")), agent_menu=DESK_MENU)
    menu = phone.get_by_role("navigation", name="Menu principal")
    assert phone.locator(".desk-head").bounding_box()["height"] < 64, "une ligne"
    expect(menu).to_be_hidden()
    phone.get_by_role("button", name="Menu, rubrique Familles").click()
    expect(menu.get_by_role("link", name="Dossiers")).to_have_attribute("aria-current", "page")
    expect(menu.get_by_role("link", name="Enfants 2 à répondre")).to_have_count(1)
    menu.get_by_text("Argent").click()
    check(phone)
    menu.get_by_role("button", name="Fermer").click()
    expect(menu).to_be_hidden()
    phone.set_viewport_size(DESKTOP)
    menu.get_by_text("Argent").press("Enter")
    expect(menu.get_by_role("link", name="Dossiers")).to_have_count(2)
    phone.keyboard.press("Escape")
    expect(menu.get_by_role("link", name="Dossiers")).to_have_count(1)


TROUBLED = PAGE.replace("<h1>Essai</h1>", """<h1>Essai</h1>
<form method="post" action="/envoi" hx-post="/essai" hx-trigger="change" hx-target="#dit"><input name="mot" aria-label="Mot"></form><p id="dit"></p>
<form method="post" action="/envoi"><button class="button">Envoyer</button></form>""")  # fmt: skip


def test_an_answer_that_does_not_come_is_said_and_a_second_press_sends_nothing(phone, show):
    show(phone, engines["django"].from_string(TROUBLED.replace("NAME", "family")))
    answers, sent = [500, 403, None, 200], []

    def answer(route: Route) -> None:
        status = answers.pop(0)
        route.fulfill(status=status, body="Enregistré") if status else route.abort()

    phone.route("**/essai", answer)
    phone.route("**/envoi", lambda route: (sent.append(route.request.url), route.fulfill(status=204)))
    word, told = phone.get_by_label("Mot"), phone.locator("#messages")
    for words in ("Un incident de notre côté", "Recharger la page", "Pas de connexion", ""):
        word.fill(f"{words} ?")
        word.press("Tab")
        expect(told).to_contain_text(words) if words else expect(told).to_be_empty()
        expect(word).to_have_value(f"{words} ?")
    expect(phone.locator("#dit")).to_have_text("Enregistré")
    phone.get_by_role("button", name="Envoyer").dblclick()
    expect(phone.locator("button[aria-busy]")).to_have_text("Envoyer")
    assert len(sent) == 1


def test_the_agent_searches_from_every_page_and_the_query_stays_in_the_box(sample):
    html = render("agent", **sample, search_query='Dupont "Jade"')
    assert 'name="q" value="Dupont &quot;Jade&quot;"' in html


def test_a_mail_is_short_signed_and_free_of_tracking():
    html = (
        engines["django"]
        .from_string(
            "{% extends 'layouts/mail.html' %}{% block content %}<p>Bonjour</p>{% endblock %}"
            "{% block action %}{% include 'components/mail_button.html' with url='https://a.example/x' label='Activer mon compte' %}{% endblock %}"
        )
        .render({"town": samples.TOWN})
    )
    assert set(re.findall(r'(?:href|src)="([^"]+)"', html)) == {"https://a.example/x", "tel:+33466013521"}
    assert "Activer mon compte" in html
    assert "Place Aristide Briand" in html


def test_a_text_mail_keeps_its_apostrophes_and_its_signature():
    text = (
        engines["django"]
        .from_string("{% extends 'layouts/mail.txt' %}{% block content %}{{ words }}{% endblock %}")
        .render({"town": samples.TOWN, "words": "L'été de « Jade & Malo »"})
    )
    assert text == (
        "L'été de « Jade & Malo »\n\n-- \nMairie de Bellegarde – Guichet Unique Enfance Jeunesse\nTél.\u00a0: 04.66.01.35.21\n"
    )
