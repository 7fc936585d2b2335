"""The guide of Bellegarde: the two columns of the canteen, at 3,30 € until the Sunday before, at 4,20 € after it."""

from datetime import datetime

from tests.guides.parent import NEW_BOOKING
from tests.guides.town import PARIS
from tests.harness.live import ON_A_PHONE

MARCH = (
    "lun. 06, mar. 07, jeu. 09, ven. 10, lun. 13, mar. 14, jeu. 16, ven. 17, "
    "lun. 20, mar. 21, jeu. 23, ven. 24, lun. 27, mar. 28, jeu. 30, ven. 31"
)
ON_TIME, LATE = "REPAS ENFANT 3.30", "REPAS ENFANT 4.20"
MONDAY_MORNING = datetime(2023, 3, 6, 8, 0, tzinfo=PARIS)


def test_the_planning_of_march_2023_is_the_one_of_the_guide(parent):
    parent.comes_in()
    parent.presses(NEW_BOOKING)
    parent.chooses("Jade Rivière", "Cantine Elémentaire 2022-2023")
    parent.may_tick(MARCH)
    parent.explains("lun. 06", LATE, "Ouvert après le dimanche 5 mars 2023 à 23:55.")


@ON_A_PHONE
def test_after_the_sunday_an_elementary_pupil_pays_the_late_price(parent, portal):
    portal.at(MONDAY_MORNING)
    parent.comes_in()
    parent.presses(NEW_BOOKING)
    parent.chooses("Jade Rivière", "Cantine Elémentaire 2022-2023")
    parent.explains("mar. 07", ON_TIME, "le délai est passé")
    parent.ticks("mar. 07", under=LATE)
    parent.presses("Valider le planning")
    parent.reads("mar. 07/03/2023", LATE, "Repas Tarif Plein : Ma 07", "4,20 €")


@ON_A_PHONE
def test_after_the_sunday_a_nursery_pupil_cannot_book(parent, portal):
    portal.at(MONDAY_MORNING)
    parent.comes_in()
    parent.presses(NEW_BOOKING)
    parent.chooses("Noé Rivière", "Cantine 2022-2023")
    parent.explains("mar. 07", LATE, "Réservé aux élèves de l’école élémentaire.")
