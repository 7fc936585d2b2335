"""One basket, several hands: two tabs, three announcements of the same money, a basket that ends while the family pays,
a process killed at the worst moment. Whatever happens: one payment, one delivery, no money lost."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Event
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import Sum

from billing.enums import Fulfilment, PaymentState, Trigger
from billing.models import Allocation, Charge, Invoice, Payment
from billing.services.settlement import settle, sweep
from booking.enums import PlaceState, ReservationState
from booking.errors import FullError, PaymentInProgressError
from booking.models import Opening, Place, Reservation
from booking.services.cart_payments import PAYMENT_HOLD, open_cart_payment
from booking.services.carts import expire_unpaid
from booking.services.places import lock_openings
from booking.services.requests import submit_request
from core import locks
from core.enums import TaskKind
from core.errors import BusyError
from core.models import OutgoingMail, StaffTask
from infra.sandbox.payfip.server import SandboxServer
from infra.sandbox.payfip.simulator import Behaviour
from tests.factories.world import Canteen, Family, a_canteen, a_family
from tests.harness.threads import run_together

pytestmark = pytest.mark.concurrency

NOW = datetime(2026, 11, 18, 23, 40, tzinfo=ZoneInfo("Europe/Paris"))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def payfip(settings) -> Iterator[SandboxServer]:
    with SandboxServer(now=lambda: NOW) as server:
        server.simulator.behaviour = Behaviour(drop_notifications=True)
        settings.PAYFIP_SERVICE_URL, settings.PAYFIP_PAGE_URL = server.service_url, server.page_url
        yield server


@pytest.fixture
def canteen(transactional_db, commune) -> Canteen:
    return a_canteen(start=date(2026, 11, 23), days=8, capacity=1)


@pytest.fixture
def family(canteen) -> Family:
    return a_family(school=canteen.school)


def book(canteen: Canteen, family: Family, *, at: datetime = NOW, days: int = 4) -> Reservation:
    return submit_request(
        child=family.child,
        period=canteen.period,
        wishes=canteen.wishes(days=days),
        cancellations=[],
        by=family.user,
        now=at,
    )


def pay(canteen: Canteen, family: Family, *, at: datetime = NOW, restart: bool = False) -> Payment:
    return open_cart_payment(
        household=family.household, regie=canteen.regie, payer=family.user, restart=restart, now=at
    )


def assert_books_balance() -> None:
    """Money received = money allocated + credit, and what is allocated is what is invoiced."""
    received = Payment.objects.filter(number__isnull=False).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    allocated = Allocation.objects.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    invoiced = Invoice.objects.aggregate(sum=Sum("total"))["sum"] or Decimal(0)
    assert allocated == invoiced <= received


def test_two_tabs_open_one_payment(canteen, family, payfip):
    book(canteen, family)

    outcomes = run_together([lambda: pay(canteen, family)] * 2)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Payment", "PaymentInProgressError"]
    refusal = next(outcome for outcome in outcomes if isinstance(outcome, PaymentInProgressError))
    assert Payment.objects.get().pk == refusal.payment_id
    assert Payment.objects.get().amount == Decimal("13.20")


def test_a_result_lost_on_the_way_is_found_before_a_second_payment_begins(canteen, family, payfip):
    reservation = book(canteen, family)
    first = pay(canteen, family)
    payfip.simulator.decide(first.provider_ref, "P")

    with pytest.raises(PaymentInProgressError) as refusal:
        pay(canteen, family, at=NOW + MINUTE, restart=True)

    assert refusal.value.payment_id == Payment.objects.get().pk == first.pk
    reservation.refresh_from_db()
    assert reservation.state == ReservationState.ACCEPTED


def test_an_attempt_given_up_at_the_provider_does_not_stop_the_next(canteen, family, payfip):
    book(canteen, family)
    first = pay(canteen, family)
    payfip.simulator.decide(first.provider_ref, "A")

    second = pay(canteen, family, at=NOW + MINUTE)

    first.refresh_from_db()
    assert (first.state, second.state) == (PaymentState.CANCELLED, PaymentState.STARTED)
    assert set(Place.objects.values_list("held_until", flat=True)) == {NOW + MINUTE + PAYMENT_HOLD}


def test_a_second_payment_asked_for_on_purpose_becomes_credit(canteen, family, payfip):
    book(canteen, family)
    first, second = pay(canteen, family), pay(canteen, family, at=NOW + MINUTE, restart=True)
    payfip.simulator.decide(first.provider_ref, "P")
    payfip.simulator.decide(second.provider_ref, "P")

    run_together(
        [
            lambda payment=payment: settle(
                payment_id=payment.pk, trigger=Trigger.RETURN, now=NOW + 2 * MINUTE
            )
            for payment in (first, second)
        ]
    )

    assert sorted(Payment.objects.values_list("fulfilment", flat=True)) == [
        Fulfilment.DONE,
        Fulfilment.UNPLACED,
    ]
    assert Invoice.objects.get().total == Decimal("13.20")
    assert StaffTask.objects.get().kind == TaskKind.DOUBLE_PAYMENT
    assert Place.objects.filter(state=PlaceState.CONFIRMED).count() == 4
    assert_books_balance()


def test_a_hold_is_prolonged_only_where_nobody_is_counting_places(canteen, family, payfip, monkeypatch):
    """Another family that has just read the hold as lapsed would else release what this payment relies on."""
    book(canteen, family)
    counting, tried = Event(), Event()
    monkeypatch.setattr(locks, "LOCK_TIMEOUT_MS", 200)

    def count_places() -> None:
        with transaction.atomic():
            lock_openings([opening.pk for opening in canteen.openings], now=NOW)
            counting.set()
            tried.wait(timeout=30)

    def pay_meanwhile() -> Payment:
        counting.wait(timeout=30)
        try:
            return pay(canteen, family)
        finally:
            tried.set()

    _, outcome = run_together([count_places, pay_meanwhile])

    assert isinstance(outcome, BusyError)
    assert not Payment.objects.exists()
    assert pay(canteen, family).state == PaymentState.STARTED


def test_return_notification_and_poll_at_once_deliver_once(canteen, family, payfip):
    reservation = book(canteen, family)
    payment = pay(canteen, family)
    payfip.simulator.decide(payment.provider_ref, "P")

    outcomes = run_together(
        [
            lambda trigger=trigger: settle(payment_id=payment.pk, trigger=trigger, now=NOW + MINUTE)
            for trigger in (Trigger.RETURN, Trigger.NOTIFICATION, Trigger.POLL, Trigger.STAFF)
        ]
    )

    assert {type(outcome) for outcome in outcomes} == {Payment}
    payment.refresh_from_db()
    assert (payment.state, payment.fulfilment, payment.number) == (PaymentState.PAID, Fulfilment.DONE, 1)
    assert Invoice.objects.count() == 1
    assert Charge.objects.count() == 4
    assert OutgoingMail.objects.filter(dedupe_key=f"payment:{payment.pk}:ticket").count() == 1
    assert payment.events.filter(to_state=PaymentState.PAID).count() == 1
    reservation.refresh_from_db()
    assert reservation.state == ReservationState.ACCEPTED
    assert_books_balance()


def test_the_basket_may_end_while_the_family_is_at_payfip(canteen, family, payfip):
    """The hour is over, but a payment is running: nobody else gets the places and the money confirms them."""
    reservation = book(canteen, family)
    payment = pay(canteen, family, at=NOW + 55 * MINUTE)
    later = NOW + 70 * MINUTE
    assert reservation.pay_before < later

    other = a_family(school=canteen.school, name="Lavandier")
    with pytest.raises(FullError):
        book(canteen, other, at=later)
    assert expire_unpaid(now=later) == 0
    payfip.simulator.decide(payment.provider_ref, "P")
    settle(payment_id=payment.pk, trigger=Trigger.POLL, now=later)

    reservation.refresh_from_db()
    assert reservation.state == ReservationState.ACCEPTED
    assert_books_balance()


def test_an_abandoned_payment_gives_the_basket_back_until_its_time(canteen, family, payfip):
    reservation = book(canteen, family)
    payment = pay(canteen, family, at=NOW + 10 * MINUTE)
    payfip.simulator.decide(payment.provider_ref, "A")
    settle(payment_id=payment.pk, trigger=Trigger.RETURN, now=NOW + 20 * MINUTE)

    other = a_family(school=canteen.school, name="Lavandier")
    with pytest.raises(FullError):
        book(canteen, other, at=reservation.pay_before)
    assert book(canteen, other, at=reservation.pay_before + MINUTE).state == ReservationState.AWAITING_PAYMENT


def test_money_after_the_places_are_gone_is_credit_and_a_task(canteen, family, payfip):
    reservation = book(canteen, family)
    payment = pay(canteen, family)
    after = NOW + PAYMENT_HOLD + MINUTE
    other = a_family(school=canteen.school, name="Lavandier")
    book(canteen, other, at=after, days=1)  # takes the first of the four days
    payfip.simulator.decide(payment.provider_ref, "P")

    settled = settle(payment_id=payment.pk, trigger=Trigger.POLL, now=after + MINUTE)

    assert (settled.state, settled.fulfilment) == (PaymentState.PAID, Fulfilment.UNPLACED)
    reservation.refresh_from_db()
    assert reservation.state == ReservationState.PARTIAL
    assert Invoice.objects.get().total == Decimal("9.90")
    assert StaffTask.objects.get().kind == TaskKind.UNPLACED_PAYMENT
    assert set(Opening.objects.filter(pk__in=canteen.wishes(days=4)).values_list("taken", flat=True)) == {1}
    assert_books_balance()


def test_payment_and_expiry_at_the_same_instant(canteen, family, payfip):
    """Either the family pays or the basket ends; never both, never half."""
    reservation = book(canteen, family)
    edge = reservation.pay_before + timedelta(seconds=1)
    payment = pay(canteen, family)
    payfip.simulator.decide(payment.provider_ref, "P")
    Place.objects.update(held_until=reservation.pay_before)

    run_together(
        [
            lambda: settle(payment_id=payment.pk, trigger=Trigger.NOTIFICATION, now=edge),
            lambda: expire_unpaid(now=edge),
        ]
    )

    reservation.refresh_from_db()
    assert reservation.state == ReservationState.ACCEPTED
    assert set(Opening.objects.filter(pk__in=canteen.wishes(days=4)).values_list("taken", flat=True)) == {1}
    assert_books_balance()


KILLED_BETWEEN_THE_TWO_COMMITS = """
    import os, signal, sys
    import django
    django.setup()
    from booking.services.cart_payments import CartPurpose
    from billing.services.settlement import settle
    from core.clock import frozen
    from datetime import datetime
    from tenants.context import use_commune
    from tenants.models import Commune
    CartPurpose.on_settled = lambda self, payment, now: os.kill(os.getpid(), signal.SIGKILL)
    with use_commune(Commune.objects.get(slug="bellegarde")):
        settle(payment_id=int(sys.argv[1]), trigger="return", now=datetime.fromisoformat(sys.argv[2]))
"""


def test_killed_between_money_recorded_and_places_confirmed(canteen, family, payfip):
    reservation = book(canteen, family)
    payment = pay(canteen, family)
    payfip.simulator.decide(payment.provider_ref, "P")
    environment = os.environ | {
        "PAYFIP_SERVICE_URL": payfip.service_url,
        "PAYFIP_PAGE_URL": payfip.page_url,
        "DJANGO_SETTINGS_MODULE": "portail.settings.test",
        "PYTHONPATH": os.pathsep.join([".", "platform"]),
    }

    dead = subprocess.run(
        [
            sys.executable,
            "-c",
            textwrap.dedent(KILLED_BETWEEN_THE_TWO_COMMITS),
            str(payment.pk),
            NOW.isoformat(),
        ],
        env=environment,
        timeout=60,
        check=False,
    )

    assert dead.returncode == -signal.SIGKILL
    payment.refresh_from_db()
    reservation.refresh_from_db()
    assert (payment.state, payment.fulfilment) == (PaymentState.PAID, Fulfilment.PENDING)
    assert reservation.state == ReservationState.AWAITING_PAYMENT

    sweep(now=NOW + 5 * MINUTE)

    payment.refresh_from_db()
    reservation.refresh_from_db()
    assert payment.fulfilment == Fulfilment.DONE
    assert reservation.state == ReservationState.ACCEPTED
    assert_books_balance()
