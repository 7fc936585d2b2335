"""Fingers that are quicker than the network: fast ticks, double clicks, a step back."""

import re

from playwright.sync_api import Route

from booking.models import Reservation
from tests.guides.parent import Parent
from tests.harness.live import ON_A_PHONE

ON_TIME = "REPAS ENFANT 3.30"
DAYS = ("lun. 13", "mar. 14", "jeu. 16", "ven. 17", "lun. 20")


def on_the_planning(parent: Parent) -> None:
    parent.comes_in()
    parent.opens(f"/reservation/{parent.family.child.pk}/cantine-serment-2022-2023/planning/")


def test_the_bar_follows_each_tick_whatever_the_answers_do(desktop, portal, family):
    """Five ticks while the answer about the first three is still on its way."""
    parent = Parent(desktop, portal, family)
    on_the_planning(parent)
    held: list[Route] = []
    desktop.route(re.compile("/planning/"), lambda route: held.append(route))  # noqa: PLW0108  the library marks what it is given
    parent.ticks(*DAYS[:3], under=ON_TIME)
    parent.reads("3 présences · 9,90 €")
    desktop.wait_for_timeout(700)
    parent.ticks(*DAYS[3:], under=ON_TIME)
    parent.reads("5 présences · 16,50 €")
    for route in held:
        route.continue_()


@ON_A_PHONE
def test_what_is_ticked_on_other_months_stays_counted(parent):
    on_the_planning(parent)
    parent.ticks(*DAYS, under=ON_TIME)
    parent.presses("avril 2023")
    parent.ticks("lun. 03", under=ON_TIME)
    parent.reads("6 présences · 19,80 €", "à réserver avant le")
    parent.unticks("lun. 03", under=ON_TIME)
    parent.reads("5 présences · 16,50 €")


@ON_A_PHONE
def test_a_double_click_on_confirm_records_one_reservation(parent, family):
    on_the_planning(parent)
    parent.ticks("lun. 13", under=ON_TIME)
    parent.presses("Valider le planning")
    parent.page.get_by_role("button", name="Confirmer la réservation").dblclick()
    parent.is_on("Demande de réservation enregistrée")
    assert Reservation.objects.filter(household=family.household).count() == 1


@ON_A_PHONE
def test_the_back_button_is_harmless(parent, family):
    on_the_planning(parent)
    parent.ticks("lun. 13", under=ON_TIME)
    parent.presses("Valider le planning")
    parent.presses("Confirmer la réservation")
    parent.is_on("Demande de réservation enregistrée")
    parent.page.go_back()
    parent.reads("ce que vous avez déjà confirmé est enregistré")
    parent.opens("/panier/")
    parent.presses("Valider et payer")
    parent.presses("Accéder au paiement")
    parent.is_on("Bienvenue sur la solution de paiement de la DGFIP")
    parent.page.go_back()
    parent.presses("Accéder au paiement")
    parent.is_on("Un paiement est déjà en cours")
    assert Reservation.objects.filter(household=family.household).count() == 1
