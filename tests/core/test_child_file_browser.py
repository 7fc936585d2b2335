"""On a phone: a parent writes the file of a child, an agent opens the health and decides; no barrier on the way."""

from django.conf import settings
from playwright.sync_api import expect

from core.models import User
from tests.factories.child_file import some_meals
from tests.factories.people import an_agent
from tests.factories.world import a_family, town_settings
from tests.harness.accessibility import check
from tests.harness.clients import TownClient
from tests.harness.live import ON_A_PHONE


@ON_A_PHONE
def test_a_parent_writes_and_an_agent_decides(page, live_towns, commune):
    town_settings()
    some_meals()
    family, agent = a_family(school=None), an_agent()

    def enter(user: User) -> None:
        page.context.clear_cookies()
        cookie = TownClient(commune, user).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_towns.url(commune)}]
        )

    enter(family.user)
    page.goto(live_towns.url(commune, "/mon-compte/informations/"))
    page.get_by_role("link", name="Dossier de Jade").click()
    expect(page.get_by_role("heading", name="Dossier de Jade")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Modifier : Repas").click()
    page.get_by_label("Repas à la cantine").select_option(label="Sans viande")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Changement en attente du service")).to_be_visible()
    page.get_by_role("link", name="Modifier : Santé").click()
    page.get_by_label("Votre enfant a-t-il une allergie ?").select_option(label="Oui")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Ce champ est obligatoire.")).to_be_visible()
    check(page)
    page.get_by_label("À quoi, et quelle réaction").fill("Arachides")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Oui – Arachides")).to_be_visible()
    page.get_by_role("link", name="Modifier : Assurance et autorisations").click()
    page.get_by_text("Ajouter une personne (2 sur 4)").click()
    check(page)

    enter(agent)
    page.goto(live_towns.url(commune, f"/agent/enfants/{family.child.pk}/"))
    expect(page.get_by_text("Arachides")).to_have_count(0)
    page.get_by_role("button", name="Voir la santé de Jade").click()
    expect(page.get_by_text("Oui – Arachides")).to_be_visible()
    check(page)
    page.get_by_role("link", name="Repas à la cantine").first.click()
    expect(page.get_by_role("heading", name="Après")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Accepter le changement").click()
    expect(page.get_by_text("Aucun changement ne correspond.")).to_be_visible()
    check(page)
