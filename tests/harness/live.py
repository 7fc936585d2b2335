"""The portal as a browser sees it: a threaded server on ``bellegarde.localhost:PORT``, and Chromium."""

import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from core import clock
from tenants.models import Commune
from tests.harness.chromium import launch

# Playwright keeps an event loop in the test's thread, which Django would take for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
PATIENCE_MS = 10_000
expect.set_options(timeout=PATIENCE_MS)
# For what does not depend on the width, when other tests show the same pages at both.
ON_A_PHONE = pytest.mark.parametrize("page", ["phone"], indirect=True)


class LiveTowns:
    """A running portal. ``freeze`` stops its clock: requests run in other threads than the test."""

    def __init__(self) -> None:
        self.frozen_at: datetime | None = None
        self._thread = LiveServerThread("127.0.0.1", self._with_clock, port=0)

    def start(self) -> None:
        self._thread.daemon = True
        self._thread.start()
        self._thread.is_ready.wait()
        if self._thread.error:
            raise self._thread.error

    def stop(self) -> None:
        self._thread.terminate()

    @property
    def port(self) -> int:
        return self._thread.port

    def url(self, commune: Commune | str, path: str = "/") -> str:
        """Address of a page of a town; a plain name gives another host (``"console"``)."""
        name = commune if isinstance(commune, str) else commune.slug
        return f"http://{name}.localhost:{self.port}{path}"

    def freeze(self, at: datetime | None) -> None:
        """Every request to come happens at ``at`` (aware); ``None`` gives the real time back."""
        self.frozen_at = at

    def _with_clock(self, application: Any) -> Any:
        static = StaticFilesHandler(application)

        def answer(environ: dict, start_response: Any) -> Any:
            if self.frozen_at is None:
                return static(environ, start_response)
            with clock.frozen(self.frozen_at):
                return static(environ, start_response)

        return answer


@pytest.fixture
def live_towns(transactional_db, public, settings) -> Iterator[LiveTowns]:
    live = LiveTowns()
    live.start()
    settings.PUBLIC_SCHEME = "http"
    settings.PUBLIC_PORT = str(live.port)
    yield live
    live.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


class Watch:
    """What a page may never do: a script error, a breach of the CSP, a request to a third party."""

    def __init__(self, page: Page) -> None:
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(f"erreur de script : {error}"))
        page.on("console", self._console)
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.faults.append(f"CSP : {message.text}")

    def _request(self, request: Request) -> None:
        host = request.url.split("/")[2].split(":")[0] if "://" in request.url else ""
        if host and host != "127.0.0.1" and not host.endswith("localhost"):
            self.faults.append(f"requête vers un tiers : {request.url}")


def _page(browser: Browser, *, phone: bool) -> Iterator[Page]:
    context = browser.new_context(
        viewport=PHONE if phone else DESKTOP,
        has_touch=phone,
        is_mobile=phone,
        locale="fr-FR",
        timezone_id="Europe/Paris",
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    watch = Watch(page)
    yield page
    context.close()
    assert watch.faults == []


@pytest.fixture
def phone(browser) -> Iterator[Page]:
    """A page 390 px wide."""
    yield from _page(browser, phone=True)


@pytest.fixture
def desktop(browser) -> Iterator[Page]:
    """A page 1280 px wide."""
    yield from _page(browser, phone=False)


@pytest.fixture(params=["phone", "desktop"])
def page(request, browser) -> Iterator[Page]:
    """The same test at both widths."""
    yield from _page(browser, phone=request.param == "phone")
