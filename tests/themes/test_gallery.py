"""Every component in every state: nothing for axe to find, nothing wider than the screen, in the light and at night."""

import gzip
from pathlib import Path

import pytest
from django.http import Http404
from django.urls import resolve

import themes
from tests.harness.accessibility import check, fits
from tests.harness.live import DESKTOP
from themes.views import gallery


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("template", ["gallery/index.html", "gallery/care.html"])
@pytest.mark.parametrize("colour", ["#1f6f8b", "#ffd400"])
def test_axe_finds_nothing(phone, show, template, scheme, colour):
    phone.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    show(phone, template, colour=colour)
    phone.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    check(phone)
    phone.set_viewport_size(DESKTOP)
    fits(phone)


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
    """Weighed as they travel. Some sheets are the office's alone; scripts one by one: no page has them all."""
    static = Path(themes.__file__).parent / "static"

    def weight(file: Path) -> int:
        return len(gzip.compress(file.read_bytes()))

    sheets = {file.stem: weight(file) for file in (static / "css").iterdir()}
    assert sum(sheets.values()) < 19_000
    assert sum(sheets.values()) - sheets["desk"] - sheets["attendance"] < 15_000
    assert sum(weight(file) for file in (static / "icons").iterdir()) < 5_000
    assert max(weight(file) for file in (static / "js").iterdir()) < 4_500
