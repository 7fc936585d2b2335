"""The desk's own acts in a real browser, on a phone: what is ticked is carried along, and axe finds nothing."""

import os
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from booking.enums import BookingMode, PaymentMode
from booking.models import Opening, Period, PriorityRule, Reservation
from booking.services.requests import submit_request
from core import clock
from core.services.year_changes import prepare_year
from tests.booking.conftest import NOW
from tests.factories.booking import a_sibling, some_care
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family
from tests.harness.accessibility import check
from tests.harness.clients import TownClient

DEMANDS = 27
LATE = NOW.replace(month=3, day=2)


class Desk:
    def __init__(self, page, live, commune, agent) -> None:
        self.page, self.live, self.commune = page, live, commune
        cookie = TownClient(commune, agent).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live.url(commune)}]
        )

    def open(self, name: str, *args: object, query: str = "") -> None:
        self.page.goto(self.live.url(self.commune, reverse(name, args=args) + query))

    def check(self, name: str = "") -> None:
        """Nothing for axe to find, nothing wider than the screen."""
        if name and (folder := os.environ.get("LOOK")):
            width = self.page.viewport_size["width"]
            self.page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)
        check(self.page)


@pytest.fixture
def town(live_towns, commune):
    with clock.frozen(NOW):
        canteen = a_canteen(start=date(2027, 3, 1), days=40, capacity=30)
        Period.objects.update(payment=PaymentMode.INVOICED)
        care = some_care(canteen, mode=BookingMode.REQUEST)
        PriorityRule.objects.create(period=care.period, criterion="resident", points=10)
        families = [a_family(school=canteen.school) for _ in range(DEMANDS)]
        a_sibling(families[0])
        for family in families:
            submit_request(
                child=family.child,
                period=care.period,
                wishes=care.wishes(days=1),
                cancellations=[],
                by=family.user,
                now=NOW,
            )
        Opening.objects.filter(pk=canteen.openings[4].pk).update(capacity=0)
    live_towns.freeze(LATE)
    return canteen, care, families


@pytest.fixture
def desk(town, phone, live_towns, commune):
    return Desk(phone, live_towns, commune, an_agent())


def test_an_agent_books_a_late_day_for_a_family(desk, town):
    _, _, (family, *_) = town
    desk.open("agent_family", family.household.pk)
    desk.page.get_by_role("link", name="Réserver ou annuler pour Jade").click()
    desk.check("booking")
    desk.page.get_by_role("link", name="RESTAURATION ELEMENTAIRE").click()
    desk.page.locator("#planning input[name=w]").nth(2).click()
    desk.check("planning")
    desk.page.get_by_role("button", name="avril 2027").click()
    desk.page.locator("#planning input[name=w]").first.click()
    desk.page.get_by_role("button", name="Continuer").click()
    expect(desk.page.locator(".bar")).to_contain_text("2 présences", use_inner_text=True)
    desk.page.get_by_label("Motif", exact=True).select_option(index=2)
    desk.page.get_by_label("Gratuit").check()
    desk.check("recap")
    desk.page.get_by_role("button", name="Enregistrer").click()
    desk.page.get_by_text("enregistrée pour Jade").wait_for()
    desk.check("reservation")
    made = Reservation.objects.latest("pk")
    assert (made.lines.count(), made.total) == (2, 0)


def test_ticks_are_carried_from_page_to_page_of_the_inbox(desk):
    desk.open("agent_requests")
    desk.check("inbox")
    desk.page.locator("input[name=demandes]").first.check()
    desk.page.get_by_role("link", name="Page 2").click()
    desk.page.locator("input[name=demandes]").first.check()
    expect(desk.page.locator("[data-ticks-note]")).to_contain_text("2 cochées, dont 1 sur d’autres pages")
    desk.page.get_by_role("button", name="Accepter les demandes cochées").click()
    desk.page.get_by_role("heading", name="2 jours, 2 familles").wait_for()
    desk.check("preview")
    desk.page.get_by_role("button", name="Accepter les jours cochés").click()
    desk.page.get_by_text("2 jours acceptés pour 2 demandes").wait_for()
    assert "page=2" in desk.page.url
    expect(desk.page.locator("[data-ticks-note]")).to_be_hidden()


def test_the_pages_of_organisation_are_read_by_axe(desk, town):
    canteen, care, (family, *_) = town
    change = prepare_year(year=2027, by=an_agent(), now=LATE)
    for name, args, query in (
        ("agent_organise", (), ""),
        ("agent_places", (), ""),
        ("agent_places_period", (canteen.period.pk,), "?mois=2027-03"),
        ("agent_requests_day", (care.slots[0].openings.first().pk,), ""),
        ("agent_enrolments", (), ""),
        ("agent_enrolment_activity", (canteen.activity.pk,), ""),
        ("agent_enrolment_add", (canteen.activity.pk,), "?niveau=CE2"),
        ("agent_year", (), ""),
        ("agent_year_change", (change.pk,), ""),
        ("agent_year_line", (change.lines.first().pk,), ""),
        ("agent_priorities", (), ""),
        ("agent_priorities_period", (care.period.pk,), ""),
        ("agent_simulator", (), f"?q={family.household.number}&date=2027-03-04&jour=2027-03-02&heure=12:00&enfant={family.child.pk}"),
        ("agent_simulator_draft", (), ""),
    ):  # fmt: skip
        desk.open(name, *args, query=query)
        desk.check(name)
