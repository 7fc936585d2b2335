"""The guide of Bellegarde, chapter « Le paiement », with the days and the amounts it prints (November 2018)."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from billing.services.settlement import sweep
from booking.models import Reservation
from booking.services.carts import expire_unpaid
from infra.sandbox.payfip.simulator import Behaviour
from tests.guides.parent import NEW_BOOKING
from tests.guides.town import PAYMENT_DAY, subjects_to
from tests.harness.live import ON_A_PHONE

NOVEMBER = ("mar. 06", "jeu. 08", "ven. 09", "lun. 12", "mar. 20", "jeu. 22", "ven. 23", "lun. 26")
ON_TIME = "REPAS ENFANT 3.30"
TICKET = "Ticket de paiement : 26,40 € – Régie Cantine Primaire"


@pytest.fixture
def basket(parent, portal):
    """Eight meals in the basket since 13:57."""
    portal.at(PAYMENT_DAY)
    parent.comes_in()
    parent.presses(NEW_BOOKING)
    parent.chooses("Jade Rivière", "Cantine 2018-2019")
    parent.presses("novembre 2018")
    parent.ticks(*NOVEMBER, under=ON_TIME)
    parent.presses("Valider le planning")
    parent.presses("Confirmer la réservation")
    return parent


@ON_A_PHONE
def test_the_basket_is_paid_as_the_guide_shows(basket, family):
    basket.reads(
        "Votre demande de réservation est enregistrée, elle est désormais en attente de validation dans votre panier.",
        "Le montant de cette réservation s'élève à 26,40 € .",
        "Elle devra être validée avant 14:57",
        "Sans validation de votre panier avant ce délai, cette réservation sera automatiquement annulée.",
        "Vous pouvez maintenant :",
        "Faire une nouvelle réservation.",
        "Accéder à votre panier pour valider vos réservations.",
        "Demande de réservation enregistrée",
        "Référent : Jade Rivière",
        "( du 04/10/2018 à 13:57 )",
        "Réservation en attente de paiement",
        "Ecole Henri Serment / RESTAURATION ELEMENTAIRE / Cantine 2018-2019",
        "mar. 06/11/2018",
        "lun. 26/11/2018",
        "Détail de votre facture",
        "Repas Tarif Réduit : Ma 06, Je 08, Ve 09, Lu 12, Ma 20, Je 22, Ve 23, Lu 26",
        "26,40 €",
    )
    expect(basket.page.get_by_text("en attente de traitement")).to_have_count(len(NOVEMBER))
    basket.finds_nothing_in_the_way()
    basket.presses("Accéder à mon panier")

    basket.is_on("Panier")
    basket.reads(
        "Récapitulatif de mes réservations en attente de validation",
        "Les réservations ou annulations ci dessous seront définitivement prises en compte après validation du panier.",
        "Sans validation avant le délai d'expiration indiqué, elles seront automatiquement annulées.",
        "Régie Cantine Primaire",
        "pour Jade Rivière",
        "créée le 04/10/2018 à 13:57 à régler avant : 14:57",
        "Ecole Henri Serment du 06/11/2018 au 26/11/2018",
        "Total : 26,40 €",
    )
    basket.presses("Détail")
    basket.reads("mar. 20/11/2018")
    basket.finds_nothing_in_the_way()
    basket.presses("Valider et payer")

    basket.is_on("Paiement")
    basket.reads("Régie Cantine Primaire", "Le montant de votre paiement sera de 26,40 €")
    basket.presses("Accéder au paiement")
    basket.reads("Informations sur la dette", "26,40 €", family.user.email, "Choix du mode de paiement")
    basket.presses("Payer par carte bancaire")
    basket.reads("BELLEGARDE", "REGIE GUICHET ENFANCE JEUNESSE BELLEGARDE", "26,40 EUR")
    basket.gives_the_card()
    basket.presses("Retourner sur le portail")

    basket.is_on("Votre paiement est validé")
    basket.reads("26,40 € payés le jeudi 4 octobre 2018 à 13:57")
    basket.is_given_a_pdf("Ticket de paiement (PDF)")
    basket.finds_nothing_in_the_way()
    assert subjects_to(family) == [TICKET]


@ON_A_PHONE
def test_two_children_are_paid_at_once(parent, family):
    parent.comes_in()
    parent.books("ven. 10", child="Jade Rivière", period="Cantine Elémentaire 2022-2023", under=ON_TIME)
    parent.presses("+ Nouvelle réservation")
    parent.chooses("Noé Rivière", "Cantine 2022-2023")
    parent.ticks("lun. 06", "ven. 10", under=ON_TIME)
    parent.presses("Valider le planning")
    parent.presses("Confirmer la réservation")
    parent.presses("Accéder à mon panier")
    parent.reads("pour Jade Rivière", "pour Noé Rivière", "Total : 9,90 €")
    parent.presses("Valider et payer")
    parent.reads("Le montant de votre paiement sera de 9,90 €")
    parent.presses("Accéder au paiement")
    parent.pays_by_card()
    parent.presses("Fermer la fenêtre")
    parent.is_on("Votre paiement est validé")

    parent.opens("/mon-compte/")
    rows = parent.page.get_by_role("row").filter(has_text="Rivière")
    expect(rows).to_have_text([re.compile("Acceptée"), re.compile("Acceptée")])
    assert subjects_to(family) == ["Ticket de paiement : 9,90 € – Régie Cantine Primaire"]


@ON_A_PHONE
def test_closing_the_window_gives_the_same_result_a_few_minutes_later(basket, portal, family):
    """No return and no notification: only the portal's own question to PayFiP can tell."""
    portal.payfip.simulator.behaviour = Behaviour(drop_notifications=True)
    basket.goes_to_payfip()
    basket.pays_by_card()
    basket.opens("/mon-compte/")
    basket.reads("En attente de paiement")
    later = portal.at(PAYMENT_DAY + timedelta(minutes=6))
    sweep(now=later)

    basket.opens("/mon-compte/")
    basket.reads("Acceptée")
    basket.presses("Mes Factures & Paiements - CANTINE - HENRI SERMENT")
    basket.reads("Total payé : 26,40 € (1 paiement)", "Solde dû : 0,00 €")
    assert subjects_to(family) == [TICKET]


@ON_A_PHONE
def test_giving_up_at_payfip_leaves_the_basket_as_it_was(basket, family):
    basket.goes_to_payfip()
    basket.presses("Annuler")
    basket.is_on("Votre paiement a été abandonné")
    basket.reads("Rien n’a été débité.", "Votre panier vous attend jusqu’à 14:57")
    basket.finds_nothing_in_the_way()

    basket.goes_to_payfip()
    basket.pays_by_card()
    basket.presses("Retourner sur le portail")
    basket.is_on("Votre paiement est validé")
    assert subjects_to(family) == [TICKET]


@ON_A_PHONE
def test_a_basket_that_is_not_paid_in_time_is_cancelled(basket, portal, family):
    late = portal.at(PAYMENT_DAY + timedelta(minutes=61))
    basket.opens("/panier/")
    basket.reads("Votre panier est vide.")
    expire_unpaid(now=late)

    basket.opens("/mon-compte/")
    basket.reads("Annulée")
    number = Reservation.objects.get(household=family.household).display_number
    assert subjects_to(family) == [f"Réservation n° {number} annulée : elle n’a pas été payée à temps"]
