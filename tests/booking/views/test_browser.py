"""The journey in a real browser, on a phone and on a desktop: by touch, by keyboard, without script, read by axe."""

import time
from datetime import date
from urllib.parse import parse_qs

import pytest
from django.conf import settings
from playwright.sync_api import Response, expect

from booking.enums import ReservationState
from booking.models import BookingDraft, Reservation
from core import clock
from tests.booking.conftest import NOW
from tests.factories.booking import a_sibling, some_care
from tests.factories.world import a_canteen, a_family
from tests.harness.accessibility import check
from tests.harness.clients import TownClient
from tests.harness.live import ON_A_PHONE


@pytest.fixture
def town(live_towns, commune):
    """A family of two children, a canteen and garderies, on the Friday before the first day."""
    with clock.frozen(NOW):
        canteen = a_canteen(start=date(2027, 3, 1), days=40)
        some_care(canteen)
        family = a_family(school=canteen.school)
        a_sibling(family)
    live_towns.freeze(NOW)
    return live_towns, commune, family, canteen


def sign_in(page, town) -> None:
    live, commune, family, _ = town
    cookie = TownClient(commune, family.user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live.url(commune)}]
    )
    page.goto(live.url(commune, "/mon-compte/"))


def open_planning(page, activity: str) -> None:
    page.get_by_text("NOUVELLE RESERVATION et/ou Modification Périscolaire").click()
    page.get_by_text("Jade Rivière").click()
    page.locator("li", has=page.get_by_role("heading", name=activity)).last.locator("a.choice").click()
    page.get_by_text("Continuer").click()


def tick(page, count: int) -> None:
    free = page.locator("#planning input[name=w]")
    for index in range(count):
        free.nth(index).click()


@ON_A_PHONE
def test_every_page_of_the_journey_is_accessible_and_fits_the_screen(page, town):
    page.emulate_media(reduced_motion="reduce")
    sign_in(page, town)
    check(page)
    page.get_by_text("NOUVELLE RESERVATION").click()
    check(page)
    page.get_by_text("Jade Rivière").click()
    page.locator("a.choice").first.click()
    check(page)
    page.get_by_text("Continuer").click()
    check(page)  # three columns
    page.get_by_role("button", name="Toute l’année").click()
    check(page)
    page.get_by_role("button", name="Retour au choix de la période").click()
    page.locator("a.choice").last.click()
    page.get_by_text("Continuer").click()
    tick(page, 4)
    page.get_by_role("button", name="Valider le planning").click()
    check(page)
    page.get_by_role("button", name="Confirmer la réservation").click()
    check(page)
    page.get_by_text("Accéder à mon panier").click()
    page.get_by_text("Détail", exact=True).click()
    check(page)
    page.get_by_text("Valider et payer").click()
    check(page)
    page.get_by_role("link", name="Mon compte").first.click()
    check(page)
    page.get_by_role("link", name="Voir la réservation").first.click()
    check(page)
    assert Reservation.objects.get().state == ReservationState.AWAITING_PAYMENT


def sent_days(answer: Response) -> int:
    return len(parse_qs(answer.request.post_data or "").get("w", []))


@ON_A_PHONE
def test_ticking_is_saved_by_itself_and_the_bar_follows(page, town):
    sign_in(page, town)
    open_planning(page, "RESTAURATION ELEMENTAIRE")
    with page.expect_response(lambda answer: sent_days(answer) == 8):
        tick(page, 8)
    page.get_by_text("8 présences · 26,40 €").wait_for()
    page.reload()
    expect(page.locator("#planning input:checked")).to_have_count(8)
    assert len(BookingDraft.objects.get().wishes) == 8
    page.get_by_role("button", name="avril 2027").click()
    tick(page, 1)
    page.get_by_text("9 présences · 29,70 €").wait_for()


@ON_A_PHONE
def test_leaving_at_once_loses_no_tick(page, town):
    sign_in(page, town)
    open_planning(page, "RESTAURATION ELEMENTAIRE")
    tick(page, 3)
    page.get_by_role("link", name="Mon compte").first.click()
    page.get_by_role("heading", name="Mon compte").wait_for()
    # The page that was left sends the rest by itself, and no page is there to see the answer.
    patience = time.monotonic() + 5
    while not BookingDraft.objects.exists() and time.monotonic() < patience:
        page.wait_for_timeout(50)
    assert len(BookingDraft.objects.get().wishes) == 3


def test_a_tick_made_without_network_is_saved_when_it_is_back(phone, town):
    sign_in(phone, town)
    open_planning(phone, "RESTAURATION ELEMENTAIRE")
    phone.context.set_offline(True)
    tick(phone, 2)
    phone.get_by_text("ne sont pas encore enregistrés").wait_for()
    with phone.expect_response(lambda answer: sent_days(answer) == 2):
        phone.context.set_offline(False)
    phone.get_by_text("ne sont pas encore enregistrés").wait_for(state="hidden")
    assert len(BookingDraft.objects.get().wishes) == 2


def test_a_double_tap_on_confirm_and_a_step_back_record_one_reservation(phone, town):
    sign_in(phone, town)
    open_planning(phone, "RESTAURATION ELEMENTAIRE")
    tick(phone, 2)
    phone.get_by_role("button", name="Valider le planning").click()
    phone.get_by_role("button", name="Confirmer la réservation").dblclick()
    phone.get_by_role("heading", name="Demande de réservation enregistrée").wait_for()
    phone.go_back()
    phone.get_by_text("ce que vous avez déjà confirmé est enregistré").wait_for()
    assert Reservation.objects.count() == 1


def test_the_journey_works_without_script(browser, town):
    context = browser.new_context(
        java_script_enabled=False, locale="fr-FR", viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    sign_in(page, town)
    open_planning(page, "PERISCOLAIRE")
    tick(page, 3)
    page.get_by_role("button", name="avril 2027").click()
    page.locator("#planning input[name=w]").first.click()
    page.get_by_role("button", name="Valider le planning").click()
    page.get_by_role("button", name="Confirmer la réservation").click()
    page.get_by_text("a bien été prise en compte").wait_for()
    context.close()
    reservation = Reservation.objects.get()
    assert (reservation.state, reservation.lines.count()) == (ReservationState.ACCEPTED, 4)
