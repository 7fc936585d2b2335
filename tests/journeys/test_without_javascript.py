"""From the door to the ticket without any script: the pages are forms."""

from playwright.sync_api import Browser

from tests.guides.parent import Parent
from tests.guides.town import Portal, subjects_to
from tests.harness.live import PATIENCE_MS, PHONE


def test_booking_and_paying_without_javascript(browser: Browser, portal: Portal, family):
    context = browser.new_context(java_script_enabled=False, viewport=PHONE, is_mobile=True, locale="fr-FR")
    context.set_default_timeout(PATIENCE_MS)
    parent = Parent(context.new_page(), portal, family)
    parent.opens()
    parent.signs_in(family.user.email)
    parent.books(
        "ven. 10",
        "lun. 13",
        child="Jade Rivière",
        period="Cantine Elémentaire 2022-2023",
        under="REPAS ENFANT 3.30",
    )
    parent.reads("6,60 €", "14:57")
    parent.goes_to_payfip()
    parent.pays_by_card()
    parent.presses("Retourner sur le portail")
    parent.is_on("Votre paiement est validé")
    parent.presses("Retour au compte")
    parent.presses("Mes Factures & Paiements - CANTINE - HENRI SERMENT")
    parent.reads("Total payé : 6,60 € (1 paiement)")
    context.close()
    assert subjects_to(family) == ["Ticket de paiement : 6,60 € – Régie Cantine Primaire"]
