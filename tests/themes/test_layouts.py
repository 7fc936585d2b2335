"""Layouts, error pages and mails: complete with everything, and standing with nothing."""

import re
from types import SimpleNamespace

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import engines
from django.template.loader import render_to_string

from core.agent_menu import Link, Menu
from tests.harness.accessibility import check
from themes import samples

PAGE = (
    "{% extends 'layouts/NAME.html' %}{% load portail %}{% block title %}Essai{% endblock %}"
    "{% block content %}<h1>Essai</h1>{% endblock %}"
)
MENU = [Link(label="Familles", url="#", icon="family", current=True)]
DESK_MENU = Menu(sections=tuple(MENU), title="Familles", pages=(*MENU, *MENU))
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
