"""A session that ends in the middle: the door, then the same screen, with what was ticked."""

from tests.factories.world import PASSWORD
from tests.guides.parent import Parent
from tests.harness.live import ON_A_PHONE
from tests.journeys.test_impatient import ON_TIME, on_the_planning


def sign_in_again(parent: Parent) -> None:
    parent.is_on("Connexion à votre espace")
    parent.signs_in(parent.family.user.email, PASSWORD)


@ON_A_PHONE
def test_ticking_after_the_end_of_the_session_asks_to_sign_in(parent):
    on_the_planning(parent)
    parent.presses("avril 2023")
    with parent.page.expect_response(lambda answer: answer.request.method == "POST"):
        parent.ticks("lun. 03", under=ON_TIME)
    parent.page.context.clear_cookies(name="portail_session")
    parent.ticks("mar. 04", under=ON_TIME)
    sign_in_again(parent)
    parent.is_on("Planning - Jade Rivière")
    parent.reads("Ce que vous aviez coché avant la fin de votre session est là.")
    parent.reads("avril 2023", "2 présences · 6,60 €")


@ON_A_PHONE
def test_validating_after_the_end_of_the_session_goes_on_to_the_recap(parent):
    on_the_planning(parent)
    parent.presses("avril 2023")
    with parent.page.expect_response(lambda answer: answer.request.method == "POST"):
        parent.ticks("lun. 03", under=ON_TIME)
    parent.page.context.clear_cookies(name="portail_session")
    parent.presses("Valider le planning")
    sign_in_again(parent)
    parent.is_on("Récapitulatif de votre demande")
    parent.reads("Lu 03")


@ON_A_PHONE
def test_confirming_after_the_end_of_the_session_comes_back_to_the_recap(parent):
    on_the_planning(parent)
    parent.ticks("lun. 13", under=ON_TIME)
    parent.presses("Valider le planning")
    parent.is_on("Récapitulatif de votre demande")
    parent.page.context.clear_cookies(name="portail_session")
    parent.presses("Confirmer la réservation")
    sign_in_again(parent)
    parent.is_on("Récapitulatif de votre demande")
    parent.reads("Lu 13")
    parent.presses("Confirmer la réservation")
    parent.is_on("Demande de réservation enregistrée")
