"""Nothing for axe to find on any page that a link leads to, and nothing wider than the screen, a phone's or a desk's.

The pages are found by following the links, so that a new page is looked at without anybody thinking of it; those
that must be among them are named.
"""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import resolve, reverse
from playwright.sync_api import Error as PageError
from playwright.sync_api import Page

from billing.enums import Trigger
from billing.models import Payment
from billing.services.settlement import settle
from booking.models import Period, Reservation
from booking.queries.planning import load_planning
from booking.services.cart_payments import open_cart_payment
from booking.services.drafts import Ticks, save_draft
from booking.services.requests import submit_request
from core.models import Child, User
from infra.sandbox.payfip.simulator import Behaviour
from tenants.models import VendorUser
from tests.factories.people import a_vendor, an_agent
from tests.factories.world import Family
from tests.guides.parent import Parent
from tests.guides.town import BOOKING_DAY, Portal
from tests.harness.accessibility import check, fits
from tests.harness.clients import TownClient
from tests.harness.live import DESKTOP, PHONE

CANTEEN, CARE = "cantine-serment-2022-2023", "periscolaire-lamour-2022-2023"
SKIPPED = {"payment_return"}  # turns to another page
SERVER_ERROR = 500
A_DOCUMENT = "Download is starting"  # how the browser says that a link gives no page
ADDRESSES = "links => links.map(link => link.getAttribute('href'))"
UNFOLD = "folds => folds.forEach(fold => { fold.open = true; })"


class Visitor:
    """Follows the links of one host, once a view; ``seen`` holds the names of the views."""

    def __init__(self, page: Page, root: str, urlconf: str = "portail.urls") -> None:
        self.page, self.root, self.urlconf = page, root.rstrip("/"), urlconf
        self.seen: set[str] = set()

    def walks_from(self, *paths: str) -> None:
        waiting = list(paths)
        while waiting:
            path = waiting.pop(0).split("#")[0]
            name = resolve(path.split("?")[0], self.urlconf).url_name
            if name not in SKIPPED | self.seen:
                self.seen.add(name)
                try:
                    self.looks_at(path)
                except PageError as error:
                    if A_DOCUMENT not in error.message:
                        raise
                    continue
                links = self.page.locator("a[href^='/']").evaluate_all(ADDRESSES)
                waiting += [link for link in links if not link.startswith("/demo/")]

    def looks_at(self, path: str) -> None:
        """At the page as it is, every fold open: on a phone, then on a screen as wide as a desk's."""
        self.page.set_viewport_size(PHONE)
        answer = self.page.goto(self.root + path)
        assert answer is not None and answer.status < SERVER_ERROR, path
        self.page.locator("details").evaluate_all(UNFOLD)
        check(self.page)
        self.page.set_viewport_size(DESKTOP)
        fits(self.page)


@pytest.fixture
def history(portal: Portal, family: Family) -> Family:
    """Four meals paid, two in the basket, a garderie, and days ticked but not confirmed."""
    portal.payfip.simulator.behaviour = Behaviour(drop_notifications=True)
    noe = family.household.children.get(first_name="Noé")
    meals = book(family.child, CANTEEN, family.user, days=4)
    payment = open_cart_payment(
        household=family.household, regie=meals.cart.regie, payer=family.user, now=BOOKING_DAY
    )
    portal.payfip.simulator.decide(payment.provider_ref, "P")
    settle(payment_id=payment.pk, trigger=Trigger.POLL, now=BOOKING_DAY + timedelta(minutes=3))
    book(family.child, CANTEEN, family.user, days=2)
    book(noe, CARE, family.user, days=3)
    period = Period.objects.get(code=CANTEEN)
    ticks = Ticks(first=period.start, last=period.end, ticked=next_days(family.child, period, 2))
    save_draft(child=family.child, period=period, ticks=ticks, by=family.user, now=BOOKING_DAY)
    return family


def next_days(child: Child, period: Period, days: int) -> dict[int, int]:
    planning = load_planning(child=child, period=period, now=BOOKING_DAY)
    free = [cell for cell in planning.cells() if cell.is_open][:days]
    return {cell.opening_id: cell.stage_id for cell in free}


def book(child: Child, code: str, by: User, *, days: int) -> Reservation:
    period = Period.objects.get(code=code)
    return submit_request(
        child=child,
        period=period,
        wishes=next_days(child, period, days),
        cancellations=[],
        by=by,
        now=BOOKING_DAY,
    )


def test_the_pages_of_everybody(phone, portal, family):
    visitor = Visitor(phone, portal.url())
    visitor.walks_from("/", "/connexion/", "/actualites/", reverse("password_reset_sent"))
    assert visitor.seen >= {"home", "news", "page", "download", "contact", "login", "password_reset"}
    for path in ("/nulle-part/", reverse("activate", args=[family.user.pk, "perdu"])):
        visitor.looks_at(path)
    parent = Parent(phone, portal, family)
    parent.opens("/connexion/")
    parent.signs_in(family.user.email, "ce n’est pas lui")
    parent.reads("ne vont pas ensemble")
    check(phone)


def test_the_pages_of_a_family(phone, portal, history):
    portal.open_session(phone.context, history.user)
    payment = Payment.objects.get(household=history.household)
    basket = Reservation.objects.filter(household=history.household, cart__isnull=False).latest("pk")
    visitor = Visitor(phone, portal.url())
    visitor.walks_from(
        "/mon-compte/",
        reverse("booking_planning", args=[history.child.pk, CANTEEN]),
        reverse("booking_recap", args=[history.child.pk, CANTEEN]),
        reverse("booking_recorded", args=[basket.pk]),
        reverse("payment_result", args=[payment.token]),
        reverse("regie_block", args=["cantine"]),
    )
    assert visitor.seen >= {
        "account", "account_info", "email_change", "password_change", "booking_child", "booking_period",
        "booking_together",
        "booking_planning", "booking_recap", "booking_recorded", "cart", "cart_pay", "payment_result",
        "reservation_detail", "reservation_list", "regie_block",
    }  # fmt: skip
    noe = history.household.children.get(first_name="Noé")
    visitor.looks_at(f"{reverse('booking_planning', args=[noe.pk, CARE])}?vue=annee")


def test_the_pages_of_an_agent(phone, portal, history):
    portal.open_session(phone.context, User.objects.agents().first() or an_agent())
    visitor = Visitor(phone, portal.url())
    visitor.walks_from("/agent/", f"/agent/recherche/?q={history.household.number}")
    assert visitor.seen >= {
        "agent_home", "agent_families", "agent_family", "agent_family_new", "agent_children", "agent_reservations",
        "agent_reservation", "agent_payments", "agent_payment", "agent_search", "agent_tasks",
    }  # fmt: skip
    phone.context.clear_cookies()
    visitor.looks_at(reverse("agent_login"))


def test_the_pages_of_the_vendor(phone, portal):
    visitor = Visitor(phone, portal.live.url("console"), "portail.urls_console")
    visitor.looks_at("/connexion/")
    vendor = VendorUser.objects.first() or a_vendor()
    session = TownClient(None, vendor).cookies[settings.SESSION_COOKIE_NAME]
    phone.context.add_cookies([{"name": session.key, "value": session.value, "url": visitor.root}])
    visitor.walks_from("/")
    assert visitor.seen >= {"console_home", "console_commune", "console_commune_new", "console_agents"}
