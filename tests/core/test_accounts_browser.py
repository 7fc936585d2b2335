"""From the desk's screen to the family's telephone: an account opened, proved, used, and no barrier on the way."""

import re

from playwright.sync_api import Page, expect

from core.models import OutgoingMail, User
from tests.factories.people import an_agent
from tests.factories.world import PASSWORD, a_school, town_settings
from tests.harness.accessibility import check
from tests.harness.live import ON_A_PHONE

NEW = "trois petits cochons"


def sign_in(page: Page, address: str, email: str, password: str) -> None:
    page.goto(address)
    page.get_by_label("Identifiant").fill(email)
    page.get_by_label("Mot de passe").fill(password)
    check(page)
    page.get_by_role("button", name="Connexion").click()


def fill_the_file(page: Page) -> None:
    page.get_by_label("Nom du dossier").fill("Martin")
    guardian = page.get_by_role("group", name="Responsable", exact=True)
    guardian.get_by_label("Prénom").fill("Lou")
    guardian.get_by_label("Nom", exact=False).last.fill("Martin")
    guardian.get_by_label("Adresse électronique").fill("lou@exemple.fr")
    child = page.get_by_role("group", name="Enfant", exact=True)
    child.get_by_label("Prénom").fill("Noé")
    child.get_by_label("Nom", exact=False).last.fill("Martin")
    child.get_by_label("Date de naissance").fill("2018-02-03")
    child.get_by_label("Niveau").select_option("CP")


@ON_A_PHONE
def test_a_family_is_created_at_the_desk_and_enters_by_itself(page, live_towns, commune):
    town_settings()
    a_school()
    agent = an_agent()
    sign_in(page, live_towns.url(commune, "/agent/connexion/"), agent.email, PASSWORD)
    check(page)
    page.get_by_role("link", name="Nouvelle famille").click()
    fill_the_file(page)
    check(page)
    page.get_by_role("button", name="Créer le dossier").click()
    expect(page.get_by_text("Compte jamais activé")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Menu, rubrique Familles").click()
    page.get_by_role("button", name="Déconnexion").click()

    page.goto(re.search(r"http://\S+/activation/\S+", OutgoingMail.objects.get().text).group())
    check(page)
    page.get_by_label("Nouveau mot de passe").fill(NEW)
    page.get_by_label("Le même, une seconde fois").fill(NEW)
    page.get_by_role("button", name="Activer mon compte").click()
    expect(page.get_by_text("vous êtes connecté")).to_be_visible()
    assert User.objects.get(email="lou@exemple.fr").is_activated

    page.goto(live_towns.url(commune, "/mon-compte/informations/"))
    expect(page.get_by_role("heading", name="Noé Martin")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Déconnexion").click()
    sign_in(page, live_towns.url(commune, "/"), "lou@exemple.fr", NEW)
    page.wait_for_url("**/mon-compte/")
