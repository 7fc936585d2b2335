"""A child added on the device while the network is cut: its health is asked for, then shown once the network is back."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from playwright.sync_api import expect

from booking.enums import PaymentMode
from core import clock
from core.child_file import DossierField
from tests.booking.conftest import NOW
from tests.factories.booking import booked
from tests.factories.child_file import NUTS, some_meals, tells
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family
from tests.harness.accessibility import check
from tests.harness.clients import TownClient

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))


def test_an_added_child_is_to_be_checked_then_tells_its_allergy(live_towns, commune, phone):
    with clock.frozen(NOW):
        some_meals()
        canteen = a_canteen(start=date(2027, 3, 1), days=4, payment=PaymentMode.INVOICED)
        expected = a_family(school=canteen.school, name="Aubépine")
        booked(canteen, expected, now=NOW, days=1)
        added = a_family(school=canteen.school, name="Lavandier")
        for child, meal in ((expected.child, "sans-viande"), (added.child, "panier")):
            known = {DossierField.ALLERGIES: NUTS, DossierField.MEAL: [{"meal": meal}]}
            tells(child, known, now=NOW)
    live_towns.freeze(NOON)
    cookie = TownClient(commune, an_agent()).cookies[settings.SESSION_COOKIE_NAME].value
    phone.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_towns.url(commune)}]
    )
    phone.goto(live_towns.url(commune, f"/agent/pointage/{canteen.openings[0].pk}/"))
    row = phone.locator("[data-child]", has_text="Aubépine")
    expect(row.get_by_text("Sans viande")).to_be_visible()
    expect(row.get_by_text("Allergies : Arachides")).to_be_visible()
    check(phone)
    phone.wait_for_selector("html[data-offline=ready]")

    phone.context.set_offline(True)
    phone.get_by_label("Chercher un enfant, attendu ou non").fill("lavan")
    phone.get_by_role("button", name="Présent sans réservation Lavandier Jade").click()
    row = phone.locator("[data-child]", has_text="Lavandier")
    expect(row.get_by_text("Santé : à vérifier au retour du réseau")).to_be_visible()
    expect(row.get_by_text("Panier repas (PAI)")).to_be_visible()
    phone.context.set_offline(False)
    expect(row.get_by_text("Allergies : Arachides")).to_be_visible()
    expect(row.get_by_text("à vérifier")).to_have_count(0)
