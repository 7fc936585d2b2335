"""The guide of Bellegarde, chapter « Mon compte »."""

from datetime import timedelta

import pytest

from booking.models import Period
from booking.queries.planning import load_planning
from booking.services.requests import submit_request
from core.models import OutgoingMail
from tests.factories.world import PASSWORD
from tests.guides.parent import NEW_BOOKING, Parent
from tests.guides.test_first_login import CHOSEN, link_in
from tests.guides.town import BOOKING_DAY
from tests.harness.live import ON_A_PHONE

CARE = "periscolaire-lamour-2022-2023"


@pytest.fixture
def seven_bookings(family):
    """One garderie each of the last seven days: more than a page of five."""
    child = family.household.children.get(first_name="Noé")
    period = Period.objects.get(code=CARE)
    for days_ago in range(7, 0, -1):
        at = BOOKING_DAY - timedelta(days=days_ago)
        cells = [cell for cell in load_planning(child=child, period=period, now=at).cells() if cell.is_open]
        submit_request(
            child=child,
            period=period,
            wishes={cells[0].opening_id: cells[0].stage_id},
            cancellations=[],
            by=family.user,
            now=at,
        )


def test_the_account_shows_the_blocks_of_the_guide(parent, seven_bookings):
    parent.comes_in()
    parent.reads(
        "Informations du compte",
        "Consultation des informations famille",
        "Modifier mon login (adresse mail)",
        "Modifier mon mot de passe",
        "Enfants",
        "Cantine / Périscolaire",
        NEW_BOOKING,
        "Mes Factures & Paiements - ACCUEIL DE LOISIRS",
        "Mes Factures & Paiements - CANTINE - HENRI SERMENT",
        "Mes Factures & Paiements - MAISON DES JEUNES",
    )
    parent.presses("Noé Rivière")
    parent.reads("Ecole Philippe Lamour", "Moyenne section")
    parent.presses("Mes Factures & Paiements - MAISON DES JEUNES")
    parent.reads("Masquer")
    parent.finds_nothing_in_the_way()
    parent.presses("Consultation des informations famille")
    parent.reads("Camille Rivière", "Jade Rivière", "Noé Rivière")


def test_bookings_are_paged(parent, seven_bookings):
    parent.comes_in()
    parent.reads("( de 1 à 5 sur 7 éléments )")
    parent.presses("Page 2")
    parent.reads("( de 6 à 7 sur 7 éléments )")
    parent.page.get_by_label("Afficher").first.select_option("10")
    parent.page.get_by_role("button", name="Appliquer").first.click()
    parent.reads("( de 1 à 7 sur 7 éléments )")


def test_bookings_are_sorted_by_the_head_of_a_column_and_searched(desktop, portal, family, seven_bookings):
    parent = Parent(desktop, portal, family)
    parent.comes_in()
    newest_first = [f"{day}/02/2023" for day in range(28, 23, -1)]
    parent.reads_bookings_created_on(newest_first)
    desktop.get_by_role("columnheader").get_by_role("link", name="Créée le").click()
    parent.reads_bookings_created_on([f"{day}/02/2023" for day in range(22, 27)])
    number = family.household.reservations.earliest("pk").display_number
    desktop.get_by_label("Rechercher").fill(number)
    parent.presses("Rechercher")
    parent.reads_bookings_created_on(["22/02/2023"])


@ON_A_PHONE
def test_the_login_is_changed_once_the_new_address_has_answered(parent, family):
    old, new = family.user.email, f"nouvelle.{family.user.email}"
    parent.comes_in()
    parent.presses("Modifier mon login (adresse mail)")
    parent.fills("Nouvelle adresse mail", new)
    parent.fills("Mot de passe actuel", PASSWORD)
    parent.presses("Recevoir le lien de confirmation")
    family.user.refresh_from_db()
    assert family.user.email == old
    parent.page.goto(link_in(OutgoingMail.objects.get(to=new).text))
    parent.presses("Confirmer cette adresse")
    parent.opens("/mon-compte/")
    parent.presses("Déconnexion")
    parent.signs_in(new)
    parent.is_on("Mon compte")


@ON_A_PHONE
def test_the_password_is_changed_by_whoever_knows_it(parent, family):
    parent.comes_in()
    parent.presses("Modifier mon mot de passe")
    parent.fills("Mot de passe actuel", "autre chose")
    parent.fills("Nouveau mot de passe", CHOSEN)
    parent.fills("Le même, une seconde fois", CHOSEN)
    parent.presses("Enregistrer ce mot de passe")
    parent.reads("Ce n’est pas votre mot de passe actuel.")
    parent.fills("Mot de passe actuel", PASSWORD)
    parent.fills("Nouveau mot de passe", CHOSEN)
    parent.fills("Le même, une seconde fois", CHOSEN)
    parent.presses("Enregistrer ce mot de passe")
    parent.is_on("Mon compte")
    parent.reads("Votre mot de passe est changé.")
