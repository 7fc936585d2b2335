"""What every page of the portal is held to, whoever reads it and on whatever screen."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def check(page: Page) -> None:
    """Nothing for axe to find, and nothing wider than the screen; a failure shows the HTML at fault."""
    fits(page)
    options = {"resultTypes": ["violations"], "preload": False, "elementRef": False}
    found = Axe().run(page, options=options).response["violations"]
    faults = [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]
    assert not faults, faults


def fits(page: Page) -> None:
    """Nothing wider than the screen. For a page that axe has read at another width: what it reads, and the colours, are
    the same.
    """
    page.wait_for_load_state()
    width = page.viewport_size["width"]
    page.wait_for_function(
        f"document.documentElement.clientWidth === {width}"
    )  # a change of width has arrived
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
