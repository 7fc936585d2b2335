"""The guide of Bellegarde, chapter « Ma première connexion »."""

import re

import pytest
from playwright.sync_api import expect

from core.models import OutgoingMail, User
from core.services.accounts import set_provisional_password
from tests.factories.people import an_agent
from tests.guides.parent import Parent
from tests.guides.town import Portal, mails_to, subjects_to
from tests.harness.live import ON_A_PHONE

MENUS = (
    'ALSH "Philippe Lamour" et "Dr Pierre Louvard"',
    "GARDERIES PERISCOLAIRES et RESTAURATION SCOLAIRE",
    "MAISON DES JEUNES",
    "PRELEVEMENT AUTOMATIQUE",
    "Site Ville de Bellegarde",
    "Facebook de la ville",
    "Horaires NAVETTE Gratuite",
    "Guide d'utilisation du portail famille",
)
CHOSEN = "des tartines au miel"


def link_in(text: str) -> str:
    return re.search(r"http://\S+", text).group()


@pytest.fixture
def agent(portal: Portal) -> User:
    return User.objects.agents().first() or an_agent()


def test_the_menus_are_read_without_an_account(parent):
    parent.opens()
    parent.reads(
        "MAIRIE BELLEGARDE", "Guichet Unique", "Place Aristide Briand", "30127 BELLEGARDE", "04.66.01.35.21"
    )
    parent.reads('FIL ROUGE "Bonnes actions"', "Menus Cantine", "Horaires Bus Scolaires")
    menus = parent.page.get_by_role("navigation", name="LES MENUS").get_by_role("link")
    expect(menus).to_have_text(list(MENUS), use_inner_text=True)
    parent.presses("GARDERIES PERISCOLAIRES et RESTAURATION SCOLAIRE")
    parent.reads("Les repas se réservent et se paient avant le dimanche 23:55")
    parent.presses("Contactez-nous", inside=parent.page.get_by_role("complementary"))
    parent.is_on("Contactez-nous")


@ON_A_PHONE
def test_the_office_opens_the_account_and_the_family_chooses_its_password(page, portal, agent):
    """« Demander vos identifiants au bureau »: the office writes the file, the rest goes by mail."""
    address = f"sacha{page.viewport_size['width']}@exemple.fr"
    office = Parent(page, portal)
    portal.open_session(page.context, agent)
    office.opens("/agent/familles/nouvelle/")
    file, guardian, child = (
        page.get_by_role("group", name=name, exact=True) for name in ("Dossier", "Responsable", "Enfant")
    )
    office.fills("Nom du dossier", "Garance", inside=file)
    office.fills("Prénom", "Sacha", inside=guardian)
    office.fills("Nom", "Garance", inside=guardian)
    office.fills("Adresse électronique", address, inside=guardian)
    office.fills("Prénom", "Lilou", inside=child)
    office.fills("Nom", "Garance", inside=child)
    office.fills("Date de naissance", "2010-04-12", inside=child)
    child.get_by_label("École").select_option("Ecole Henri Serment")
    child.get_by_label("Niveau").select_option("CE1")
    office.presses("Créer le dossier")
    office.is_on("Garance")
    office.reads("Compte jamais activé")
    page.context.clear_cookies()

    family = Parent(page, portal)
    mail = OutgoingMail.objects.get(to=address)
    page.goto(link_in(mail.text))
    family.is_on("Bienvenue, choisissez votre mot de passe")
    family.finds_nothing_in_the_way()
    family.fills("Nouveau mot de passe", CHOSEN)
    family.fills("Le même, une seconde fois", CHOSEN)
    family.presses("Activer mon compte")
    family.is_on("Mon compte")
    family.reads("Lilou Garance", "Cantine / Périscolaire")
    family.presses("Déconnexion")

    page.goto(link_in(mail.text))
    family.is_on("Ce lien ne sert plus")
    family.opens()
    family.signs_in(address, CHOSEN)
    family.is_on("Mon compte")


@ON_A_PHONE
def test_the_provisional_password_is_replaced_at_the_first_visit(parent, family, portal, agent):
    set_provisional_password(user=family.user, by=agent, now=portal.now)
    mail = mails_to(family)[-1]
    provisional = re.search(r"mot de passe provisoire : (\S+)", mail.text.replace("\xa0", " ")).group(1)
    parent.opens()
    parent.signs_in(family.user.email, provisional)
    parent.is_on("Choisissez votre propre mot de passe")
    parent.opens("/mon-compte/")
    parent.is_on("Choisissez votre propre mot de passe")
    parent.fills("Nouveau mot de passe", CHOSEN)
    parent.fills("Le même, une seconde fois", CHOSEN)
    parent.presses("Enregistrer ce mot de passe")
    parent.is_on("Mon compte")
    parent.presses("Déconnexion")
    parent.signs_in(family.user.email, provisional)
    parent.reads("Cet identifiant et ce mot de passe ne vont pas ensemble")
    parent.signs_in(family.user.email, CHOSEN)
    parent.is_on("Mon compte")


@ON_A_PHONE
def test_a_forgotten_password_is_replaced_by_mail(parent, family):
    parent.opens()
    parent.presses("Identifiant ou mot de passe oublié ?")
    parent.fills("Votre adresse mail", family.user.email)
    parent.presses("Recevoir un lien")
    parent.is_on("Regardez vos mails")
    parent.page.goto(link_in(mails_to(family)[-1].text))
    parent.fills("Nouveau mot de passe", CHOSEN)
    parent.fills("Le même, une seconde fois", CHOSEN)
    parent.presses("Enregistrer ce mot de passe")
    parent.is_on("Mon compte")
    assert subjects_to(family) == ["Choisissez un nouveau mot de passe", "Votre mot de passe a changé"]
