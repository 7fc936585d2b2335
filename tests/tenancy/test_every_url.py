"""Every address of a town's URLconf, tried by those it is not for: anonymous, another family, another town's family.

A new address that is in none of the lists below fails the first test: someone must say who it is for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from billing.enums import Trigger
from billing.models import Invoice, Payment
from billing.services.settlement import settle
from booking.models import Reservation
from booking.services.cart_payments import open_cart_payment
from booking.services.requests import submit_request
from core.clock import frozen
from core.models import Child, Guardian
from infra.sandbox.payfip.server import SandboxServer
from infra.sandbox.payfip.simulator import Behaviour
from tenants.context import use_commune
from tests.factories.people import an_agent
from tests.factories.world import Canteen, Family, a_canteen, a_family

NOW = datetime(2026, 11, 18, 20, 0, tzinfo=ZoneInfo("Europe/Paris"))

ANYONE = {
    "home", "news", "questions", "menus", "page", "download", "contact", "theme_css", "manifest", "town_icon", "offline", "offline_worker", "branding_picture", "legal_notice", "legal_accessibility", "legal_privacy", "language", "login", "logout", "agent_login", "second_factor",
    "password_reset", "password_reset_sent", "password_reset_confirm", "registration", "registration_sent", "registration_confirm", "activate", "email_change_confirm",
    # Come back from the provider, perhaps in another browser: the token in the address says which payment.
    "payment_return",
    # Opened from the mailbox: the token says which offer, or which reminder of whom.
    "waiting_offer", "notification_stop",
    # Read by calendars: the address is the secret.
    "calendar_feed",
}  # fmt: skip
OWN_ACCOUNT = {"password_change", "email_change"}  # whoever is signed in, and about oneself only
FAMILY = {
    "own_data", "absence_list", "family_documents", "quotient", "quotient_fund", "account", "account_info", "family_home_edit", "account_sessions", "statements", "statement_yearly", "statement_fiscal", "booking_child", "cart", "reservation_list", "waiting_lists",
    "notifications", "conversations", "conversation_new", "calendar_address", "booking_together", "booking_together_planning", "booking_together_recap",
    "booking_together_confirm", "booking_together_recorded",
}  # fmt: skip
FAMILY_OBJECT = {
    "conversation", "conversation_file",
    "own_data_file", "own_data_withdraw", "family_document_send", "family_document_file", "family_document_draft", "regulation",
    "absence_detail", "absence_new", "absence_proof", "absence_undo", "child_file", "child_file_edit", "child_photo",
    "family_adult_edit",
    "booking_period", "booking_planning", "booking_recap", "booking_confirm", "reservation_detail", "reservation_pdf",
    "booking_recorded",
    "cart_withdraw", "waiting_join", "waiting_leave", "payment_form", "payment_result", "payment_status", "receipt_pdf", "invoice_pdf", "invoice_lines",
}  # fmt: skip
# An object of the town (a régie) that every family may name; the answer holds only what is one's own.
FAMILY_OF_TOWN = {
    "cart_pay", "payment_start", "regie_block", "invoice_pay", "invoice_payment_start", "debit_mandate",
    "debit_mandate_sign", "debit_mandate_account", "debit_mandate_revoke", "debit_mandate_pdf",
}  # fmt: skip


def addresses(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for pattern in (resolver or get_resolver("portail.urls")).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern)
        else:
            yield pattern


NAMES = {pattern.name for pattern in addresses()}
AGENT = {name for name in NAMES if name and name.startswith("agent_")} - ANYONE


def test_each_address_says_who_it_is_for():
    assert None not in NAMES
    assert NAMES == ANYONE | OWN_ACCOUNT | FAMILY | FAMILY_OBJECT | FAMILY_OF_TOWN | AGENT


@dataclass(kw_only=True)
class World:
    canteen: Canteen
    family: Family
    reservation: Reservation
    payment: Payment
    invoice: Invoice

    def url(self, name: str) -> str:
        pattern = next(pattern for pattern in addresses() if pattern.name == name)
        given = {
            "child_id": self.family.child.pk,
            "period_code": self.canteen.period.code,
            "regie_code": self.canteen.regie.code,
            "code": self.canteen.regie.code,
            "group": "repas",
            "token": self.payment.token,
            "user_id": self.family.user.pk,
            "household_id": self.family.household.pk,
            "guardian_id": self.family.household.guardians.get().pk,
            "pk": {
                "invoice_pdf": self.invoice.pk,
                "invoice_lines": self.invoice.pk,
                "agent_family": self.family.household.pk,
                "agent_payment": self.payment.pk,
            }.get(name, self.reservation.pk),
        }
        wanted = pattern.pattern.converters
        return reverse(
            name, urlconf="portail.urls", kwargs={key: given.get(key, self.reservation.pk) for key in wanted}
        )

    @property
    def secrets(self) -> list[str]:
        """What no page shown to somebody else may contain."""
        return [self.family.household.name, self.payment.reference, self.family.user.email]


@pytest.fixture
def payfip(settings) -> Iterator[SandboxServer]:
    with SandboxServer(now=lambda: NOW) as server:
        server.simulator.behaviour = Behaviour(drop_notifications=True)
        settings.PAYFIP_SERVICE_URL, settings.PAYFIP_PAGE_URL = server.service_url, server.page_url
        yield server


@pytest.fixture
def world(commune, payfip) -> Iterator[World]:
    """One family with a paid reservation, its payment and its invoice, and one reservation in its basket."""
    with frozen(NOW):
        canteen = a_canteen(start=date(2026, 11, 23), days=8)
        family = a_family(school=canteen.school, name="Rivière-Secrète")

        def book(first: int) -> Reservation:
            return submit_request(
                child=family.child,
                period=canteen.period,
                wishes=canteen.wishes(first=first, days=2),
                cancellations=[],
                by=family.user,
                now=NOW,
            )

        reservation = book(0)
        payment = open_cart_payment(
            household=family.household, regie=canteen.regie, payer=family.user, now=NOW
        )
        payfip.simulator.decide(payment.provider_ref, "P")
        payment = settle(payment_id=payment.pk, trigger=Trigger.POLL, now=NOW + timedelta(minutes=2))
        book(4)
        yield World(
            canteen=canteen,
            family=family,
            reservation=reservation,
            payment=payment,
            invoice=Invoice.objects.get(),
        )


def answers(client, url: str) -> list:
    return [client.get(url), client.post(url)]


def assert_refused(response, *statuses: int) -> None:
    """Refused: a door, a refusal or « no such page »; a method that does not exist is refused as well."""
    assert response.status_code in {*statuses, 405}, (response.status_code, response.request["PATH_INFO"])


def assert_tells_nothing(world: World, response) -> None:
    text = response.content.decode(errors="replace")
    assert [secret for secret in world.secrets if secret in text] == []


@pytest.mark.parametrize("name", sorted(NAMES - ANYONE))
def test_anonymous_is_sent_to_the_door(world, commune, client_for, name):
    for response in answers(client_for(commune), world.url(name)):
        assert_refused(response, 302)
        if response.status_code == 302:
            door = "agent_login" if name in AGENT else "login"
            assert response.url.split("?")[0] == reverse(door, urlconf="portail.urls")
        assert_tells_nothing(world, response)


@pytest.mark.parametrize("name", sorted(FAMILY_OBJECT))
def test_another_family_finds_nothing(world, commune, client_for, name):
    other = a_family(school=world.canteen.school, name="Lavandier")
    before = _state_of(world)
    for response in answers(client_for(commune, other.user), world.url(name)):
        assert_refused(response, 404)
        assert_tells_nothing(world, response)
    assert _state_of(world) == before


@pytest.mark.parametrize("name", sorted(FAMILY | FAMILY_OF_TOWN))
def test_another_family_sees_only_its_own(world, commune, client_for, name):
    other = a_family(school=world.canteen.school, name="Lavandier")
    before = _state_of(world)
    for response in answers(client_for(commune, other.user), world.url(name)):
        assert response.status_code in {200, 302, 404, 405}
        assert_tells_nothing(world, response)
    assert _state_of(world) == before


@pytest.mark.parametrize("name", sorted(AGENT))
def test_a_family_is_not_an_agent(world, commune, client_for, name):
    for response in answers(client_for(commune, world.family.user), world.url(name)):
        assert_refused(response, 403)


@pytest.mark.parametrize("name", sorted(FAMILY | FAMILY_OBJECT | FAMILY_OF_TOWN))
def test_an_agent_has_no_family_pages(world, commune, client_for, name):
    agent = an_agent()
    for response in answers(client_for(commune, agent), world.url(name)):
        assert_refused(response, 302, 403)


@pytest.mark.parametrize("name", sorted(NAMES - ANYONE))
def test_another_towns_session_opens_nothing(world, commune, other_commune, client_for, name):
    """The cookie of the twin family of the other town, same primary keys, is worth nothing here."""
    with use_commune(other_commune):
        twin = _twin(world)
        stranger = client_for(other_commune, twin)
    here = client_for(commune)
    here.cookies = stranger.cookies
    for response in answers(here, world.url(name)):
        assert_refused(response, 302)
        assert_tells_nothing(world, response)


@pytest.mark.parametrize("name", sorted(FAMILY_OBJECT))
def test_the_other_town_does_not_know_these_objects(world, other_commune, client_for, name):
    with use_commune(other_commune):
        client = client_for(other_commune, _twin(world))
    for response in answers(client, world.url(name)):
        assert_refused(response, 404, 403, 302)
        assert_tells_nothing(world, response)


def _twin(world: World):
    """An account with the number of the other town's. What it owns is numbered far away, or an address could be its own."""
    for model in (Child, Guardian):
        _number_far_away(model)
    canteen = a_canteen(start=date(2026, 11, 23), days=2)
    for _ in range(world.family.user.pk):
        twin = a_family(school=canteen.school, name="Jumelle")
        if twin.user.pk >= world.family.user.pk:
            break
    return twin.user


def _number_far_away(model: type[Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(sequence, GREATEST(nextval(sequence), 1000000)) FROM pg_get_serial_sequence(%s, 'id') sequence",
            [model._meta.db_table],
        )


def _state_of(world: World) -> tuple:
    return (
        sorted(Reservation.objects.filter(household=world.family.household).values_list("pk", "state")),
        sorted(Payment.objects.filter(household=world.family.household).values_list("pk", "state")),
    )
