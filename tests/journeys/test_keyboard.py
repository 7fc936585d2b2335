"""Booking and paying with a keyboard alone: every act is reached by Tab, seen when reached, and done by a key."""

import pytest
from playwright.sync_api import Page

from booking.models import Reservation
from infra.sandbox.payfip.checks import EXAMPLE_CARD
from tests.factories.world import PASSWORD
from tests.guides.parent import NEW_BOOKING, Parent
from tests.guides.town import subjects_to

FARTHEST = 60  # presses of Tab before one gives up
# Of what has the focus: its words, and whether a sighted person can tell that it has it.
FOCUSED = """() => {
  const one = document.activeElement, label = one.labels?.[0]?.textContent ?? "";
  const look = getComputedStyle(one);
  const seen = look.outlineStyle !== "none" || look.boxShadow !== "none";
  return [`${label} ${one.textContent}`.replace(/\\s+/g, " ").trim(), seen && one.getClientRects().length > 0];
}"""


class Keyboard:
    def __init__(self, page: Page) -> None:
        self.page = page

    def reaches(self, words: str) -> None:
        met = []
        self.page.wait_for_load_state()
        for _ in range(FARTHEST):
            self.page.keyboard.press("Tab")
            text, seen = self.page.evaluate(FOCUSED)
            if words in text:
                assert seen, f"« {words} » a le focus sans que cela se voie"
                return
            met.append(text)
        raise AssertionError(f"« {words} » ne s’atteint pas : {met}")

    def reaches_the_grid(self) -> None:
        """One stop of Tab for the whole planning: the arrows do the rest."""
        self.page.wait_for_load_state()
        for _ in range(FARTHEST):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement.matches('#planning tbody input')"):
                return
        raise AssertionError("le planning ne s’atteint pas")

    def presses(self, words: str) -> None:
        self.reaches(words)
        self.page.keyboard.press("Enter")

    def writes(self, label: str, value: str) -> None:
        self.reaches(label)
        self.page.keyboard.type(value)


@pytest.fixture
def keyboard(desktop) -> Keyboard:
    return Keyboard(desktop)


def test_booking_and_paying_with_the_keyboard(desktop, keyboard, portal, family):
    parent = Parent(desktop, portal, family)
    parent.opens()
    keyboard.presses("Aller au contenu")
    keyboard.writes("Identifiant", family.user.email)
    keyboard.writes("Mot de passe", PASSWORD)
    desktop.keyboard.press("Enter")

    parent.is_on("Mon compte")
    keyboard.presses(NEW_BOOKING)
    parent.is_on("Choix de l'enfant")
    keyboard.presses("Jade Rivière")
    parent.is_on("Choix de l'établissement et de la période")
    keyboard.presses("Cantine Elémentaire 2022-2023")
    parent.reads("Heure limite : 23:55")
    keyboard.presses("Continuer")

    parent.is_on("Planning - Jade Rivière")
    keyboard.reaches_the_grid()
    desktop.keyboard.press("Space")
    desktop.keyboard.press("ArrowDown")
    desktop.keyboard.press("Space")
    parent.reads("2 présences · 6,60 €")
    keyboard.presses("Valider le planning")
    parent.is_on("Récapitulatif de votre demande")
    parent.reads("Lu 06, Ma 07")
    keyboard.presses("Confirmer la réservation")
    parent.is_on("Demande de réservation enregistrée")
    keyboard.presses("Accéder à mon panier")
    parent.is_on("Panier")
    keyboard.presses("Valider et payer")
    parent.is_on("Paiement")
    keyboard.presses("Accéder au paiement")

    parent.is_on("Bienvenue sur la solution de paiement de la DGFIP")
    keyboard.presses("Payer par carte bancaire")
    parent.is_on("Paiement par carte bancaire")
    keyboard.writes("Numéro de carte", EXAMPLE_CARD)
    keyboard.writes("Mois", "12")
    keyboard.writes("Année", "2025")
    keyboard.writes("Cryptogramme visuel", "123")
    keyboard.presses("VALIDER")
    parent.is_on("Votre dette est PAYEE")
    portal.wait_until_told()
    keyboard.presses("Retourner sur le portail")
    parent.is_on("Votre paiement est validé")
    assert Reservation.objects.get(household=family.household).state == "accepted"
    assert subjects_to(family) == ["Ticket de paiement : 6,60 € – Régie Cantine Primaire"]
