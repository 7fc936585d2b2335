"""What every page of the portal is held to, whoever reads it and on whatever screen."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def check(page: Page, *, colours: bool = True) -> None:
    """Nothing for axe to find, and nothing wider than the screen; a failure shows the HTML at fault.

    Colours take axe three times as long as all the rest: a page that is looked at again at another width, with the
    same colours, may leave them out.
    """
    page.wait_for_load_state()
    width = page.viewport_size["width"]
    page.wait_for_function(
        f"document.documentElement.clientWidth === {width}"
    )  # a change of width has arrived
    rules = {"color-contrast": {"enabled": colours}}
    options = {"resultTypes": ["violations"], "preload": False, "elementRef": False, "rules": rules}
    found = Axe().run(page, options=options).response["violations"]
    faults = [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]
    assert not faults, faults
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
