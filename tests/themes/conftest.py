"""The gallery's pages in a browser, without the rest of the project: rendered here, served by the browser's own proxy."""

import mimetypes
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.template.loader import get_template
from playwright.sync_api import Page, Route

from themes import palette, samples

ADDRESS = "http://galerie.localhost/"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'"


@pytest.fixture(autouse=True)
def _names_of_views(settings) -> None:
    settings.ROOT_URLCONF = "tests.themes.urls"


@pytest.fixture
def sample(rf) -> dict[str, Any]:
    """What a page of a signed-in family receives."""
    request = rf.get("/")
    request.user = SimpleNamespace(is_authenticated=True)
    request.resolver_match = SimpleNamespace(view_name="account")
    page = Paginator(samples.rows(), 5).page(1)
    return {**samples.context(), "page": page, "request": request, "csrf_token": "jeton", "messages": []}


@pytest.fixture
def show(sample) -> Callable[..., None]:
    """``show(page, "gallery/index.html")`` opens a template (or its name) in the browser, under a strict policy."""

    def open_in(page: Page, template: Any, *, colour: str = "#1f6f8b", **context: Any) -> None:
        chosen = get_template(template) if isinstance(template, str) else template
        html = chosen.render({**sample, **context})

        def answer(route: Route) -> None:
            path = route.request.url.removeprefix(ADDRESS).split("?")[0]
            found = finders.find(path.removeprefix("static/")) if path.startswith("static/") else None
            if path == "":
                headers = {"content-security-policy": POLICY}
                route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)
            elif path == "theme_css/":
                route.fulfill(body=palette.stylesheet(colour), content_type="text/css")
            elif found:
                route.fulfill(path=found, content_type=mimetypes.guess_type(found)[0] or "text/plain")
            else:
                raise AssertionError(f"fichier introuvable : {path}")

        page.route(f"{ADDRESS}**", answer)
        page.goto(ADDRESS)

    return open_in
