"""Families book, pay, abandon, pay twice, forget and come back in any order (Hypothesis). After each step:

money received = money allocated + credit, and no opening has more places than its capacity.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from billing.enums import Fulfilment, PaymentState, Trigger
from billing.models import Allocation, Charge, Invoice, Payment
from billing.services.settlement import settle, sweep
from booking.enums import LIVE, TAKING, LineState, PlaceState, ReservationState
from booking.models import Opening, Place, Reservation, ReservationLine
from booking.queries.carts import awaiting_payment
from booking.services.cart_payments import open_cart_payment
from booking.services.carts import expire_unpaid, withdraw_reservation
from booking.services.requests import charge_source, submit_request
from core.errors import DomainError
from infra.sandbox.payfip.server import SandboxServer
from infra.sandbox.payfip.simulator import Behaviour
from tests.factories.world import a_canteen, a_family

START = datetime(2026, 11, 16, 8, 0, tzinfo=ZoneInfo("Europe/Paris"))
FAMILIES, DAYS, CAPACITY = 3, 3, 2

family_numbers = st.integers(0, FAMILIES - 1)
day_sets = st.sets(st.integers(0, DAYS - 1), min_size=1)


class _Undo(Exception):  # noqa: N818  not an error: how an example takes back what it wrote
    pass


class BasketMachine(RuleBasedStateMachine):
    payfip: SandboxServer

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.payfip.simulator.now = lambda: self.now
        self._transaction = transaction.atomic()
        self._transaction.__enter__()
        self.canteen = a_canteen(start=date(2026, 11, 23), days=DAYS, capacity=CAPACITY)
        self.families = [a_family(school=self.canteen.school) for _ in range(FAMILIES)]

    def teardown(self) -> None:
        self._transaction.__exit__(_Undo, _Undo(), None)

    @rule(number=family_numbers, days=day_sets)
    def book(self, number: int, days: set[int]) -> None:
        family = self.families[number]
        wishes = {self.canteen.openings[day].pk: self.canteen.on_time.pk for day in days}
        self._try(
            lambda: submit_request(
                child=family.child,
                period=self.canteen.period,
                wishes=wishes,
                cancellations=[],
                by=family.user,
                now=self.now,
            )
        )

    @rule(number=family_numbers, restart=st.booleans())
    def pay(self, number: int, restart: bool) -> None:
        family = self.families[number]
        self._try(
            lambda: open_cart_payment(
                household=family.household,
                regie=self.canteen.regie,
                payer=family.user,
                restart=restart,
                now=self.now,
            )
        )

    @precondition(lambda self: Payment.objects.filter(state=PaymentState.STARTED).exists())
    @rule(data=st.data(), result=st.sampled_from("PPVARZ"))
    def the_payer_decides(self, data: st.DataObject, result: str) -> None:
        payment = data.draw(st.sampled_from(list(Payment.objects.exclude(provider_ref="").order_by("pk"))))
        self.payfip.simulator.decide(payment.provider_ref, result)

    @precondition(lambda self: Payment.objects.exists())
    @rule(data=st.data(), trigger=st.sampled_from([Trigger.RETURN, Trigger.NOTIFICATION, Trigger.STAFF]))
    def look_up(self, data: st.DataObject, trigger: Trigger) -> None:
        payment = data.draw(st.sampled_from(list(Payment.objects.order_by("pk"))))
        settle(payment_id=payment.pk, trigger=trigger, now=self.now)

    @rule(number=family_numbers)
    def withdraw(self, number: int) -> None:
        family = self.families[number]
        for reservation in awaiting_payment(family.household, now=self.now)[:1]:
            self._try(
                lambda it=reservation: withdraw_reservation(reservation=it, by=family.user, now=self.now)
            )

    @rule(minutes=st.sampled_from([1, 20, 61, 200]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def the_minute_jobs_run(self) -> None:
        expire_unpaid(now=self.now)
        sweep(now=self.now)

    def _try(self, act) -> None:
        """A refusal is a sentence for the family, never half a change."""
        try:
            with transaction.atomic():
                act()
        except DomainError as error:
            assert error.message

    @invariant()
    def no_opening_is_oversold(self) -> None:
        for opening in Opening.objects.all():
            counted = Place.objects.filter(opening=opening, state__in=TAKING).count()
            assert counted == opening.taken <= CAPACITY

    @invariant()
    def a_child_holds_a_day_once(self) -> None:
        held = list(Place.objects.filter(state__in=LIVE).values_list("opening_id", "child_id"))
        assert len(held) == len(set(held))

    @invariant()
    def money_received_is_allocated_or_credit(self) -> None:
        received = self._sum(Payment.objects.filter(number__isnull=False), "amount")
        pending = self._sum(Payment.objects.filter(fulfilment=Fulfilment.PENDING), "amount")
        allocated, invoiced = self._sum(Allocation.objects, "amount"), self._sum(Invoice.objects, "total")
        owed = sum(
            (
                line.price
                for payment in Payment.objects.filter(fulfilment=Fulfilment.UNPLACED)
                for item in payment.items.all()
                for line in item.reservation.lines.all()
                if not self._delivered_by(payment, line)
            ),
            Decimal(0),
        )
        assert allocated == invoiced
        assert received == allocated + owed + pending

    @invariant()
    def what_is_confirmed_is_invoiced_once(self) -> None:
        confirmed = {
            charge_source(pk)
            for pk in Place.objects.filter(state=PlaceState.CONFIRMED).values_list("line", flat=True)
        }
        invoiced = set(Charge.objects.filter(invoice_line__isnull=False).values_list("source", flat=True))
        assert confirmed == invoiced

    @invariant()
    def states_tell_the_truth(self) -> None:
        for reservation in Reservation.objects.all():
            lines = set(
                ReservationLine.objects.filter(reservation=reservation).values_list("state", flat=True)
            )
            assert (reservation.state == ReservationState.ACCEPTED) == (lines == {LineState.ACCEPTED})
            if LineState.AWAITING_PAYMENT in lines:
                assert reservation.state == ReservationState.AWAITING_PAYMENT
            elif reservation.state == ReservationState.AWAITING_PAYMENT:
                # Its places went to another family after its time; the minute job will tell and close it.
                assert lines == {LineState.CANCELLED}
                assert reservation.pay_before < self.now

    @staticmethod
    def _sum(rows, field: str) -> Decimal:
        return rows.aggregate(sum=Sum(field))["sum"] or Decimal(0)

    @staticmethod
    def _delivered_by(payment: Payment, line: ReservationLine) -> bool:
        return Charge.objects.filter(
            source=charge_source(line.pk), invoice_line__invoice__allocations__payment=payment
        ).exists()


@pytest.fixture
def payfip(settings) -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        server.simulator.behaviour = Behaviour(drop_notifications=True)
        settings.PAYFIP_SERVICE_URL, settings.PAYFIP_PAGE_URL = server.service_url, server.page_url
        yield server


def test_money_and_places_whatever_the_order(commune, payfip):
    BasketMachine.payfip = payfip
    run_state_machine_as_test(
        BasketMachine,
        settings=settings(
            max_examples=12,
            stateful_step_count=16,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
