"""Takes the pictures of the README again, from a running demo: ``python infra/docs/screenshots.py [data/demo.json]``."""

import json
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main() -> None:
    facts = json.loads(Path(sys.argv[1] if len(sys.argv) > 1 else "data/demo.json").read_text())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        home = facts["towns"]["bellegarde"]
        desktop = browser.new_page(viewport=DESKTOP, locale="fr-FR")
        desktop.goto(home)
        _take(desktop, "accueil")
        phone = browser.new_page(viewport=PHONE, locale="fr-FR")
        _sign_in(phone, home, facts["accounts"][0])
        _take(phone, "compte-telephone")
        _book(phone)
        browser.close()


def _sign_in(page: Page, home: str, account: dict[str, str]) -> None:
    page.goto(home)
    page.get_by_label("Identifiant").fill(account["login"])
    page.get_by_label("Mot de passe").fill(account["password"])
    page.get_by_role("button", name="Connexion").click()


def _book(page: Page) -> None:
    page.get_by_role("link", name="NOUVELLE RESERVATION").click()
    page.get_by_role("link", name="Jade").click()
    page.get_by_role("link", name="Cantine").first.click()
    page.get_by_role("link", name="Continuer").or_(page.get_by_role("button", name="Continuer")).click()
    free = page.locator("table.grid tbody input:enabled:not(:checked)")
    if free.count() < 4:
        page.locator("button[name=aller]").nth(1).click()
    for _ in range(4):
        free.first.check(force=True)
    page.wait_for_timeout(1000)
    page.locator("table.grid tbody input:checked").first.scroll_into_view_if_needed()
    _take(page, "planning-telephone")
    page.get_by_role("button", name="Valider le planning").click()
    page.get_by_role("button", name="Confirmer la réservation").click()
    page.get_by_role("link", name="Accéder à mon panier").click()
    _take(page, "panier-telephone")


def _take(page: Page, name: str) -> None:
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
