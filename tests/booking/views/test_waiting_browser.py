"""A full day on a phone: from its case to the waiting list, then from the mail to the reservation; what axe says of it."""

import re
from datetime import date

import pytest
from django.conf import settings
from playwright.sync_api import expect

from booking.enums import WaitingState
from booking.models import WaitingEntry
from booking.services.waiting_offers import offer_freed_places
from core import clock
from core.models import OutgoingMail
from tests.booking.conftest import NOW
from tests.factories.people import an_agent
from tests.factories.waiting import a_waiting_list, fill, give_back, waits
from tests.factories.world import a_canteen, a_family
from tests.harness.accessibility import check
from tests.harness.clients import TownClient


@pytest.fixture
def town(live_towns, commune):
    """A canteen whose first day is full, with a list; the holder of the place will give it back."""
    with clock.frozen(NOW):
        canteen = a_canteen(start=date(2027, 3, 1), days=12)
        canteen.holder = fill(canteen, now=NOW)[0]
        a_waiting_list(canteen.period)
        family = a_family(school=canteen.school)
    live_towns.freeze(NOW)
    return live_towns, commune, family, canteen


def sign_in(page, town, user) -> None:
    live, commune, *_ = town
    cookie = TownClient(commune, user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live.url(commune)}]
    )


def test_a_parent_waits_for_a_full_day_and_takes_the_place_from_the_mail(phone, town):
    live, commune, family, canteen = town
    page = phone
    sign_in(page, town, family.user)
    page.goto(live.url(commune, f"/reservation/{family.child.pk}/{canteen.period.code}/planning/"))
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="lundi 1er mars 2027").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aucune place disponible lundi 1er mars 2027")
    check(page)
    page.get_by_role("button", name="Rejoindre la liste d’attente").click()
    expect(page.get_by_text("n° 1 sur la liste", exact=True)).to_be_visible()
    check(page)

    with clock.frozen(NOW):
        give_back(canteen, canteen.holder, now=NOW)
        offer_freed_places(now=NOW)
    mail = OutgoingMail.objects.get(to=family.user.email, subject__startswith="Une place est libre")
    page.context.clear_cookies()
    page.goto(live.url(commune, re.search(r"/liste-attente/offre/\S+", mail.text).group()))
    check(page)
    page.get_by_role("button", name="Accepter la place").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("C’est réservé pour Jade")
    check(page)
    assert WaitingEntry.objects.get().state == WaitingState.ACCEPTED


def test_the_pages_of_lists_reminders_and_agenda_are_accessible(page, town):
    live, commune, family, canteen = town
    with clock.frozen(NOW):
        waits(canteen, a_family(school=canteen.school, name="Aubépine"), now=NOW)
        waits(canteen, family, now=NOW)
        agent = an_agent()
    sign_in(page, town, family.user)
    page.goto(live.url(commune, "/liste-attente/"))
    check(page)
    page.goto(live.url(commune, "/mon-compte/notifications/"))
    check(page)
    page.goto(live.url(commune, "/mon-compte/agenda/"))
    check(page)
    page.get_by_role("button", name="Créer mon adresse").click()
    expect(page.get_by_label("Adresse à donner à votre calendrier")).to_have_value(re.compile(r"\.ics$"))
    check(page)
    sign_in(page, town, agent)
    page.goto(live.url(commune, "/agent/listes-attente/"))
    check(page)
    page.get_by_role("link", name="lun. 01/03/2027").click()
    page.get_by_text("Déplacer ou retirer").first.click()
    check(page)
