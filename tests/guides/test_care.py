"""The guide of Bellegarde: the garderies, booked and cancelled without paying anything."""

from tests.guides.parent import NEW_BOOKING
from tests.guides.town import subjects_to
from tests.harness.live import ON_A_PHONE

APRIL = "lun. 03, mar. 04, jeu. 06, ven. 07, mar. 11, jeu. 13, ven. 14, lun. 17, mar. 18, jeu. 20, ven. 21"
MORNING, STUDY, EVENING = "PERISCOLAIRE MATIN", "ETUDE", "PERISCOLAIRE SOIR"


@ON_A_PHONE
def test_garderies_are_booked_then_one_date_is_given_back(parent, family):
    parent.comes_in()
    parent.presses(NEW_BOOKING)
    parent.chooses("Noé Rivière", "Périscolaire 2022-2023")
    parent.reads("Aucun paiement ne vous sera demandé")
    parent.presses("avril 2023")
    parent.reads("(07:30 - 08:30)", "(16:30 - 17:30)", "(17:30 - 18:30)")
    parent.may_tick(APRIL)
    parent.ticks("lun. 17", "mar. 18", under=MORNING)
    parent.ticks("mar. 18", under=EVENING)
    parent.finds_nothing_in_the_way()
    parent.presses("Valider le planning")
    parent.reads("lun. 17/04/2023", "mar. 18/04/2023", "Aucun paiement ne vous sera demandé")
    parent.presses("Confirmer la réservation")
    parent.reads("Votre demande de réservation a bien été prise en compte. Merci.", "Réservation acceptée")
    parent.does_not_read("Accéder à mon panier")

    parent.presses("Retour au compte")
    parent.presses(NEW_BOOKING)
    parent.chooses("Noé Rivière", "Périscolaire 2022-2023")
    parent.presses("avril 2023")
    parent.unticks("mar. 18", under=EVENING)
    parent.reads("1 annulation")
    parent.presses("Valider le planning")
    parent.reads("mar. 18/04/2023", "Demande d’annulation")
    parent.presses("Confirmer la réservation")
    parent.reads("Réservation annulée")

    parent.presses("Retour au compte")
    states = parent.page.get_by_role("row").filter(has_text="Noé Rivière")
    parent.reads("Annulée", inside=states.nth(0))
    parent.reads("Acceptée en partie", inside=states.nth(1))
    assert [subject.split(" pour ")[1] for subject in subjects_to(family)] == [
        "Noé : réservation acceptée",
        "Noé : réservation annulée",
    ]
