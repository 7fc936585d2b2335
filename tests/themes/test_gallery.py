"""Every component in every state: nothing for axe to find, nothing wider than the screen, in the light and at night."""

import gzip
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.http import Http404
from django.urls import resolve

import themes
from themes.views import gallery


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("template", ["gallery/index.html", "gallery/care.html"])
@pytest.mark.parametrize("colour", ["#1f6f8b", "#ffd400"])
def test_axe_finds_nothing(page, show, template, scheme, colour):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    show(page, template, colour=colour)
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_targets_are_large_enough_for_a_thumb(phone, show):
    show(phone, "gallery/index.html")
    small = phone.evaluate(
        """() => [...document.querySelectorAll("button, .button, td input, select, .choice, .tabs-nav a, .menu a")]
            .filter((one) => one.offsetParent && !one.matches(".grid-auto, .table a"))
            .filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"""
    )
    assert small == []


def test_the_gallery_is_closed_in_production(rf, settings):
    settings.DEBUG = settings.DEMO = False
    with pytest.raises(Http404):
        gallery(rf.get("/galerie/"))
    assert resolve("/home/").url_name == "home"


def test_styles_and_scripts_stay_light():
    """Sizes as they are written, except scripts: no page has them all, so each is weighed as it travels."""
    static = Path(themes.__file__).parent / "static"

    def weight(folder: str, *, without: str = "") -> int:
        return sum(file.stat().st_size for file in (static / folder).iterdir() if file.name != without)

    assert weight("css", without="attendance.css") < 40_000  # that one is read on the sheet of a day only
    assert weight("icons") < 10_000
    for script in (static / "js").iterdir():
        assert len(gzip.compress(script.read_bytes())) < 4_500, script.name
