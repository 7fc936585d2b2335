"""The guide of Bellegarde, chapter « Inscrire mon (mes) enfant(s) », from the account to the ticket, as it is printed."""

from playwright.sync_api import expect

from tests.guides.parent import NEW_BOOKING
from tests.guides.town import subjects_to


def test_a_family_books_four_meals_and_pays_them(parent, family):
    parent.opens()
    parent.signs_in(family.user.email)
    parent.is_on("Mon compte")
    parent.finds_nothing_in_the_way()

    parent.presses(NEW_BOOKING)
    parent.page.get_by_role("link", name="Jade Rivière").click()
    parent.is_on("Choix de l'établissement et de la période")
    parent.reads("Ecole Henri Serment", "PERISCOLAIRE", "RESTAURATION ELEMENTAIRE")
    parent.page.get_by_role("link", name="Cantine Elémentaire 2022-2023").click()
    parent.reads(
        "Votre sélection",
        "Du 01/09/2022 au 07/07/2023",
        "Vous avez jusqu'au 05/03/2023 pour valider vos réservations",
        "Vous devez réserver avant le dimanche de la semaine précédant la date souhaitée",
        "Heure limite : 23:55",
    )
    days = parent.page.get_by_role("list", name="Jours d'ouverture :").get_by_role("listitem")
    expect(days).to_have_text(["Lun", "Mar", "Mer fermé", "Jeu", "Ven", "Sam fermé", "Dim fermé"])
    parent.finds_nothing_in_the_way()
    parent.presses("Continuer")

    parent.reads("mars 2023", "REPAS ENFANT 3.30", "REPAS ENFANT 4.20", "(11:30 - 13:00)")
    parent.ticks("ven. 10", "lun. 13", "mar. 14", "jeu. 16", under="REPAS ENFANT 3.30")
    parent.reads("4 présences · 13,20 €")
    parent.finds_nothing_in_the_way()
    parent.presses("Valider le planning")

    parent.is_on("Récapitulatif de votre demande")
    parent.reads("Référent : Jade Rivière", "Etat de la réservation : En attente de confirmation")
    parent.reads("Ecole Henri Serment / RESTAURATION ELEMENTAIRE / Cantine Elémentaire 2022-2023")
    parent.reads("ven. 10/03/2023", "lun. 13/03/2023", "mar. 14/03/2023", "jeu. 16/03/2023")
    parent.reads("Estimation de votre facture", "Repas Tarif Réduit : Ve 10, Lu 13, Ma 14, Je 16")
    parent.reads("3,30 €", "13,20 €")
    parent.reads(
        "Les places demandées ne seront réservées définitivement qu'après validation de votre panier. "
        "Merci de vérifier les informations saisies avant de confirmer votre réservation."
    )
    parent.finds_nothing_in_the_way()
    parent.presses("Confirmer la réservation")

    parent.reads("Votre demande de réservation est enregistrée", "Elle devra être validée avant 14:57")
    parent.goes_to_payfip()
    parent.pays_by_card()
    parent.presses("Fermer la fenêtre")
    parent.is_on("Votre paiement est validé")

    parent.opens("/mon-compte/")
    row = parent.page.get_by_role("row").filter(has_text="Du 10/03/2023 au 16/03/2023")
    parent.reads("Jade Rivière", "Ecole Henri Serment", "01/03/2023 à 13:57", "Acceptée", inside=row)
    parent.presses("Mes Factures & Paiements - CANTINE - HENRI SERMENT")
    parent.reads(
        "Total facturé : 13,20 € (1 facture)", "Total payé : 13,20 € (1 paiement)", "Solde dû : 0,00 €"
    )
    parent.finds_nothing_in_the_way()
    assert subjects_to(family) == ["Ticket de paiement : 13,20 € – Régie Cantine Primaire"]
