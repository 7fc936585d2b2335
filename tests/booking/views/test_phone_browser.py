"""On a phone: the first days are in sight, a swipe turns the page; an illness told now, its certificate later."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from booking.enums import PaymentMode
from booking.models import AbsenceReport, Place
from core import clock
from tests.booking.conftest import NOW
from tests.booking.views.test_browser import sign_in
from tests.factories.booking import a_sibling, booked
from tests.factories.world import a_canteen, a_family

CERTIFICATE = {"reasons": ["illness"], "proofs": ["certificate"], "proof_within": {"hours": 48}}
SWIPE = """([across]) => {
  const box = document.querySelector(".grid-box");
  const at = (x) => new Touch({identifier: 1, target: box, clientX: x, clientY: 400});
  const send = (type, x, touches) => box.dispatchEvent(
    new TouchEvent(type, {bubbles: true, touches, changedTouches: [at(x)]}));
  send("touchstart", 200, [at(200)]);
  send("touchend", 200 + across, []);
}"""


@pytest.fixture
def town(live_towns, commune):
    """A canteen paid by invoice, its first day booked, on the Friday before."""
    with clock.frozen(NOW):
        canteen = a_canteen(start=date(2027, 3, 1), days=40, payment=PaymentMode.INVOICED)
        canteen.period.absences = {"waivers": [CERTIFICATE]}
        canteen.period.cancel_rule = {"type": "never"}
        canteen.period.save()
        family = a_family(school=canteen.school)
        a_sibling(family)
        booked(canteen, family, now=NOW, days=1)
    live_towns.freeze(NOW)
    return live_towns, commune, family, canteen


def test_the_first_days_are_in_sight_and_a_swipe_turns_the_page(phone: Page, town):
    live, commune, family, canteen = town
    sign_in(phone, town)
    phone.goto(
        live.url(commune, f"/reservation/{family.child.pk}/{canteen.period.code}/planning/?vue=2027-04")
    )
    first, bar = (
        phone.locator("#planning tbody input").first.bounding_box(),
        phone.locator(".bar").bounding_box(),
    )
    assert first["y"] + first["height"] < bar["y"]
    phone.evaluate(SWIPE, [120])
    expect(phone.get_by_role("heading", name="mars 2027")).to_be_visible()
    phone.evaluate(SWIPE, [-120])
    expect(phone.get_by_role("heading", name="avril 2027")).to_be_visible()


def test_an_illness_is_told_now_and_proved_later(phone: Page, town):
    live, commune, family, _ = town
    sign_in(phone, town)
    phone.goto(live.url(commune, f"/mes-reservations/{family.household.reservations.get().pk}/"))
    phone.get_by_role("link", name="Signaler une absence").click()
    phone.get_by_label("Du").fill("2027-03-01")
    phone.get_by_label("Au").fill("2027-03-01")
    phone.get_by_label("Motif").select_option("illness")
    phone.get_by_role("button", name="Signaler l’absence").click()
    expect(phone.get_by_text("Un justificatif changerait ce qui reste dû")).to_be_visible()
    assert not Place.objects.live(NOW).exists()
    phone.get_by_label("Justificatif").set_input_files(
        files=[{"name": "certificat.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}]
    )
    phone.get_by_role("button", name="Envoyer le justificatif").click()
    expect(phone.get_by_text("Nous avons reçu le vôtre")).to_be_visible()
    assert AbsenceReport.objects.get().proof_file
