"""Two children of two schools on one screen: from Jade's meals to one basket for both, by touch and without script."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from booking.models import BookingDraft, Reservation
from tests.guides.parent import NEW_BOOKING, Parent
from tests.guides.town import Portal
from tests.harness.live import PATIENCE_MS, PHONE
from tests.harness.live import _page as page_of

MEAL = "REPAS ENFANT 3.30"


@pytest.fixture(params=["touch", "without a script"])
def mobile(request, browser: Browser):
    if request.param == "touch":
        yield from page_of(browser, phone=True)
        return
    context = browser.new_context(java_script_enabled=False, viewport=PHONE, is_mobile=True, locale="fr-FR")
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def planning_of(page: Page, child: str):
    return page.locator(
        ".grid-sheet", has=page.get_by_role("heading", name=re.compile(child), include_hidden=True)
    )


def has_ticked(page: Page, child: str, days: int) -> None:
    expect(planning_of(page, child).locator("input[type=checkbox]:checked")).to_have_count(days)


def test_the_same_meals_for_both_children(mobile: Page, portal: Portal, family):
    parent = Parent(mobile, portal, family)
    parent.comes_in()
    parent.presses(NEW_BOOKING)
    parent.chooses("Jade Rivière", "Cantine Elémentaire 2022-2023")
    parent.ticks("ven. 10", "lun. 13", "mar. 14", under=MEAL)
    parent.presses("Même chose pour Noé")

    parent.is_on("Planning de vos enfants")
    parent.reads("Noé : 3 jours cochés, comme Jade.", "6 présences · 19,80 €")
    has_ticked(mobile, "Jade", 3)
    has_ticked(mobile, "Noé", 3)
    tabs = mobile.get_by_role("tab", name=re.compile("Noé"))
    if tabs.count():
        tabs.click()
        expect(planning_of(mobile, "Jade")).to_be_hidden()
        parent.finds_nothing_in_the_way()
    planning_of(mobile, "Noé").get_by_role(
        "checkbox", name=re.compile("mardi 14 mars 2023 REPAS ENFANT 3.30")
    ).uncheck()
    parent.presses("Valider les plannings")

    parent.is_on("Récapitulatif de vos demandes")
    parent.reads("Jade Rivière", "Noé Rivière", "2 réservations · 16,50 €")
    parent.presses("Confirmer les réservations")
    parent.is_on("Demandes de réservation enregistrées")
    parent.reads("pour 16,50 €", "14:57")
    parent.presses("Accéder à mon panier")
    parent.reads("pour Jade Rivière", "pour Noé Rivière", "Total : 16,50 €")
    booked = Reservation.objects.filter(household=family.household)
    assert sorted(one.lines.count() for one in booked) == [2, 3]
    assert not BookingDraft.objects.filter(child__household=family.household).exists()
