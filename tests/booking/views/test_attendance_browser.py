"""Marking on a phone through a network cut and a reload: nothing lost, nothing twice."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from playwright.sync_api import expect

from booking.enums import Mark, PaymentMode
from booking.models import AttendanceAct
from booking.queries.attendance import load_sheet, openings
from core import clock
from tests.booking.conftest import NOW
from tests.factories.booking import booked
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family
from tests.harness.accessibility import check
from tests.harness.clients import TownClient

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def sheet_page(live_towns, commune, phone):
    """Three children at the table, a fourth one at school who has booked nothing."""
    with clock.frozen(NOW):
        canteen = a_canteen(start=date(2027, 3, 1), days=4, payment=PaymentMode.INVOICED)
        for name in ("Aubépine", "Bourrache", "Camomille"):
            booked(canteen, a_family(school=canteen.school, name=name), now=NOW, days=1)
        a_family(school=canteen.school, name="Lavandier")
    live_towns.freeze(NOON)
    cookie = TownClient(commune, an_agent()).cookies[settings.SESSION_COOKIE_NAME].value
    phone.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_towns.url(commune)}]
    )
    phone.goto(live_towns.url(commune, f"/agent/pointage/{canteen.openings[0].pk}/"))
    expect(phone.get_by_text("Tout est enregistré.")).to_be_visible()
    phone.wait_for_selector("html[data-offline=ready]")
    return phone, openings().get(pk=canteen.openings[0].pk)


def says(page, name: str, answer: str) -> None:
    row = page.locator("[data-child]", has_text=name)
    row.get_by_role("radio", name=answer, exact=True).click()


def counts(page, *numbers: str) -> None:
    expect(page.locator(".tally strong")).to_have_text(list(numbers))


def test_marks_made_without_a_network_arrive_once(sheet_page):
    page, opening = sheet_page
    check(page)
    counts(page, "0", "0", "3", "0")

    page.context.set_offline(True)
    says(page, "Aubépine", "Présent")
    says(page, "Bourrache", "Absent")
    expect(page.get_by_text("2 pointages à envoyer : pas de réseau, rien n’est perdu.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("2 pointages à envoyer : pas de réseau, rien n’est perdu.")).to_be_visible()
    counts(page, "1", "1", "1", "0")
    says(page, "Bourrache", "Présent")
    page.get_by_label("Chercher un enfant, attendu ou non").fill("lavan")
    page.get_by_role("button", name="Présent sans réservation Lavandier Jade").click()
    counts(page, "2", "0", "1", "1")
    assert not AttendanceAct.objects.exists()

    page.context.set_offline(False)
    expect(page.get_by_text("Tout est enregistré.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Tout est enregistré.")).to_be_visible()
    counts(page, "2", "0", "1", "1")
    acts = AttendanceAct.objects.order_by("at").values_list("child__last_name", "mark")
    assert list(acts) == [
        ("Aubépine", Mark.PRESENT),
        ("Bourrache", Mark.ABSENT),
        ("Bourrache", Mark.PRESENT),
        ("Lavandier", Mark.PRESENT),
    ]
    sheet = load_sheet(opening, now=NOON)
    assert [row.child.last_name for row in sheet.unexpected] == ["Lavandier"]
    assert not any(row.disputed for row in sheet.rows)
