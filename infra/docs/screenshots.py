"""Retakes the pictures of README.md and docs/ from a running demonstration.

    make demo                                                # in another terminal
    .venv/bin/python -m infra.docs.screenshots               # or: … path/to/demo.json

Leaves the demonstration as it was: what it books, it takes out of the basket.
"""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.harness.chromium import launch

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
HEAVIEST = 150_000  # bytes a picture
MEALS = 4


# What agents and administrators open, and the picture of it.
OFFICE = (
    ("agent/", "guichet-accueil"),
    ("agent/familles/1/", "guichet-famille"),
    ("agent/reglages/", "reglages"),
    ("agent/portail/identite/", "portail-apparence"),
)


class Demo:
    def __init__(self, facts: Path) -> None:
        known = json.loads(facts.read_text())
        self.url = known["towns"]["bellegarde"]
        mine = [one for one in known["accounts"] if one["url"].startswith(self.url)]
        self.family = next(one for one in mine if one["role"] == "Famille")
        self.agent = next(one for one in mine if "administrateur" in one["role"])


@contextmanager
def opened(browser: Browser, size: dict[str, int], url: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport=size,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        reduced_motion="reduce",
        color_scheme="light",
    )
    page = context.new_page()
    page.goto(url)
    yield page
    context.close()


def take(page: Page, name: str) -> None:
    # The focus of the last press would draw a ring that no reader asked for, and its mouse would light a button.
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    if path.stat().st_size > HEAVIEST:
        raise SystemExit(f"{path} pèse {path.stat().st_size} octets, plus de {HEAVIEST}.")
    print(f"{path.relative_to(ROOT)} ({path.stat().st_size // 1000} ko)")  # noqa: T201  it is what this command says


def take_from(top: Locator, name: str) -> None:
    """The screen that begins with this element."""
    top.evaluate("one => window.scrollTo({top: one.getBoundingClientRect().top + window.scrollY - 16})")
    take(top.page, name)


def sign_in(page: Page, demo: Demo) -> None:
    page.get_by_label("Identifiant").fill(demo.family["login"])
    page.get_by_label("Mot de passe").fill(demo.family["password"])
    page.get_by_role("button", name="Connexion", exact=True).click()
    page.get_by_role("heading", name="Mon compte").wait_for()


def take_booking(page: Page) -> None:
    """Four meals for Jade, from the account to the basket."""
    take_from(page.get_by_role("heading", name="Cantine / Périscolaire"), "compte-telephone")
    page.get_by_role("link", name="NOUVELLE RESERVATION").click()
    page.get_by_role("link", name="Jade").click()
    page.get_by_role("link", name="Cantine").first.click()
    take_from(page.get_by_role("heading", name="Votre sélection"), "selection-telephone")
    page.get_by_role("link", name="Continuer").click()

    free = page.get_by_role("checkbox", name="REPAS ENFANT 3.30", checked=False)
    if free.count() < MEALS:  # the last days of a month
        page.get_by_role("button", name=re.compile(r"\d{4}$")).last.click()
    for _ in range(MEALS):
        free.first.check()
    page.get_by_text(f"{MEALS} présences").wait_for()
    page.get_by_text("à réserver avant le").wait_for()  # the server has answered
    take_from(
        page.locator("tbody", has=page.get_by_role("checkbox", checked=True)).first, "planning-telephone"
    )
    page.get_by_role("button", name="Valider le planning").click()
    take_from(page.get_by_role("heading", name="Récapitulatif de votre demande"), "recapitulatif-telephone")
    page.get_by_role("button", name="Confirmer la réservation").click()
    page.get_by_role("link", name="Accéder à mon panier").click()
    take_from(page.get_by_role("heading", name="Régie Cantine Primaire"), "panier-telephone")
    page.get_by_role("button", name="Retirer").click()
    page.get_by_text("est retirée de votre panier").wait_for()


def take_children_together(page: Page) -> None:
    """The meals of Jade and of her brother, who goes to another school. Nothing is ticked."""
    page.get_by_role("link", name="Mon compte").first.click()
    page.get_by_role("link", name="NOUVELLE RESERVATION").click()
    page.get_by_role("link", name="Plusieurs enfants à la fois").click()
    meals = page.get_by_role("checkbox", name=re.compile("RESTAURATION"))
    for number in range(meals.count()):
        meals.nth(number).check()
    page.get_by_role("button", name="Continuer").click()
    take_from(page.get_by_role("tablist"), "ensemble-telephone")


def take_office(page: Page, demo: Demo) -> None:
    """The screens of the desk, as who may open all of them sees them. Nothing is changed."""
    page.goto(f"{demo.url}agent/")
    page.get_by_label("Identifiant").fill(demo.agent["login"])
    page.get_by_label("Mot de passe").fill(demo.agent["password"])
    page.get_by_role("button", name="Se connecter").or_(page.get_by_role("button", name="Connexion")).click()
    page.get_by_role("link", name="Déconnexion").or_(
        page.get_by_role("button", name="Déconnexion")
    ).wait_for()
    for path, name in OFFICE:
        page.goto(f"{demo.url}{path}")
        page.get_by_role("heading", level=1).wait_for()
        take(page, name)


def main() -> None:
    demo = Demo(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "data" / "demo.json")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        with opened(browser, DESKTOP, demo.url) as page:
            take(page, "accueil")
        with opened(browser, PHONE, demo.url) as page:
            sign_in(page, demo)
            take_booking(page)
            take_children_together(page)
        with opened(browser, DESKTOP, demo.url) as page:
            take_office(page, demo)
        browser.close()


if __name__ == "__main__":
    main()
