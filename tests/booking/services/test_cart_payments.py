"""Money becomes places: in time, late, twice, for nothing left."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.enums import Fulfilment, PaymentState
from billing.models import Allocation, Charge, Invoice, Payment
from booking.enums import LineState, PlaceState, ReservationState
from booking.errors import EmptyCartError, PaymentInProgressError
from booking.models import Opening, PaymentItem, Place
from booking.services.cart_payments import PAYMENT_HOLD, CartPurpose, open_cart_payment
from booking.services.carts import expire_unpaid
from core.enums import TaskKind
from core.models import OutgoingMail, StaffTask
from infra.sandbox.payfip.server import SandboxServer
from tests.factories.booking import a_payment_of, a_sibling, booked
from tests.factories.world import Family, a_family

HOUR = timedelta(hours=1)


def settled(payment: Payment, now) -> Payment:
    payment.state, payment.paid_at, payment.fulfilment = PaymentState.PAID, now, Fulfilment.PENDING
    payment.year, payment.number = now.year, Payment.objects.filter(number__isnull=False).count() + 1
    payment.save()
    return payment


def deliver(payment: Payment, now) -> Fulfilment:
    return CartPurpose().on_settled(settled(payment, now), now=now)


def test_a_paid_basket_is_confirmed_invoiced_and_told(canteen, family, now):
    reservation = booked(canteen, family, now=now)
    payment = a_payment_of([reservation], family=family, now=now)
    assert deliver(payment, now) == Fulfilment.DONE
    reservation.refresh_from_db()
    assert reservation.state == ReservationState.ACCEPTED
    assert set(Place.objects.values_list("state", "held_until")) == {(PlaceState.CONFIRMED, None)}
    invoice = Invoice.objects.get()
    assert invoice.total == Decimal("13.20")
    assert Allocation.objects.get().amount == Decimal("13.20")
    assert Charge.objects.count() == invoice.lines.count() == 4
    assert OutgoingMail.objects.get().to == family.user.email
    assert not StaffTask.objects.exists()


def test_several_children_are_paid_at_once(canteen, family, now):
    malo = Family(household=family.household, user=family.user, child=a_sibling(family))
    payment = a_payment_of(
        [booked(canteen, family, now=now), booked(canteen, malo, now=now, days=2)], family=family, now=now
    )
    assert payment.amount == Decimal("19.80")
    assert deliver(payment, now) == Fulfilment.DONE
    assert Invoice.objects.get().total == Decimal("19.80")


def test_money_after_the_basket_lapsed_takes_free_places_back(canteen, family, now):
    reservation = booked(canteen, family, now=now)
    payment = a_payment_of([reservation], family=family, now=now)
    later = now + 4 * HOUR
    assert expire_unpaid(now=later) == 1
    assert deliver(payment, later) == Fulfilment.DONE
    reservation.refresh_from_db()
    assert reservation.state == ReservationState.ACCEPTED
    assert Opening.objects.filter(taken=1).count() == 4


def test_late_money_for_a_place_that_is_gone_is_a_task_for_the_office(canteen, family, now):
    Opening.objects.update(capacity=1)
    reservation = booked(canteen, family, now=now, days=2)
    payment = a_payment_of([reservation], family=family, now=now)
    later = now + 4 * HOUR
    expire_unpaid(now=later)
    booked(canteen, a_family(school=canteen.school), now=later, days=1)
    assert deliver(payment, later) == Fulfilment.UNPLACED
    gone, kept = reservation.lines.order_by("opening__date")
    assert (gone.state, kept.state) == (LineState.REFUSED, LineState.ACCEPTED)
    assert "la place n’était plus disponible" in gone.reason
    assert Invoice.objects.get().total == Decimal("3.30")  # the rest of the money stays as credit
    task = StaffTask.objects.get()
    assert task.kind == TaskKind.UNPLACED_PAYMENT
    assert task.title.startswith("3,30\u00a0€")
    assert not Opening.objects.filter(taken__gt=1).exists()


def test_late_money_does_not_reopen_a_day_that_the_town_has_closed(canteen, family, now):
    reservation = booked(canteen, family, now=now, days=2)
    payment = a_payment_of([reservation], family=family, now=now)
    later = now + 4 * HOUR
    expire_unpaid(now=later)
    Opening.objects.filter(pk=canteen.openings[0].pk).update(closed_reason="Grève")
    assert deliver(payment, later) == Fulfilment.UNPLACED
    closed, kept = reservation.lines.order_by("opening__date")
    assert (closed.state, kept.state) == (LineState.REFUSED, LineState.ACCEPTED)
    assert Opening.objects.get(pk=canteen.openings[0].pk).taken == 0


def test_late_money_leaves_a_day_that_waits_for_an_agent_again_to_the_agent(canteen, family, now):
    reservation = booked(canteen, family, now=now, days=1)
    payment = a_payment_of([reservation], family=family, now=now)
    Place.objects.update(state=PlaceState.REQUESTED, held_until=None)
    Opening.objects.update(taken=0)
    reservation.lines.update(state=LineState.PENDING)
    assert deliver(payment, now) == Fulfilment.UNPLACED
    assert reservation.lines.get().state == LineState.PENDING
    assert Place.objects.get().state == PlaceState.REQUESTED
    assert StaffTask.objects.get().title.startswith("3,30\u00a0€")


def test_when_only_what_costs_nothing_can_be_had_nothing_is_invoiced(canteen, family, now):
    Opening.objects.update(capacity=1)
    reservation = booked(canteen, family, now=now, days=2)
    payment = a_payment_of([reservation], family=family, now=now)
    free_of_charge = reservation.lines.order_by("opening__date").last()
    reservation.lines.filter(pk=free_of_charge.pk).update(price=0)
    later = now + 4 * HOUR
    expire_unpaid(now=later)
    booked(canteen, a_family(school=canteen.school), now=later, days=1)
    assert deliver(payment, later) == Fulfilment.UNPLACED
    states = reservation.lines.order_by("opening__date").values_list("state", flat=True)
    assert list(states) == [LineState.REFUSED, LineState.ACCEPTED]
    assert not Invoice.objects.exists()


def test_a_basket_paid_twice_is_delivered_once(canteen, family, now):
    reservation = booked(canteen, family, now=now)
    first = a_payment_of([reservation], family=family, now=now)
    second = a_payment_of([reservation], family=family, now=now, reference="CANT0000002")
    assert deliver(first, now) == Fulfilment.DONE
    assert deliver(second, now) == Fulfilment.UNPLACED
    assert Invoice.objects.get().total == Decimal("13.20")
    task = StaffTask.objects.get()
    assert task.kind == TaskKind.DOUBLE_PAYMENT
    assert task.title.startswith("13,20\u00a0€")
    reservation.refresh_from_db()
    assert reservation.state == ReservationState.ACCEPTED


def test_an_abandoned_payment_gives_the_time_back_to_what_the_family_was_told(canteen, family, now):
    reservation = booked(canteen, family, now=now)
    payment = a_payment_of([reservation], family=family, now=now)
    Place.objects.update(held_until=now + PAYMENT_HOLD)
    CartPurpose().on_abandoned(payment, now=now)
    assert set(Place.objects.values_list("held_until", flat=True)) == {reservation.pay_before}


def test_another_running_attempt_keeps_the_places(canteen, family, now):
    reservation = booked(canteen, family, now=now)
    payment = a_payment_of([reservation], family=family, now=now)
    a_payment_of([reservation], family=family, now=now, reference="CANT0000002")
    Place.objects.update(held_until=now + PAYMENT_HOLD)
    CartPurpose().on_abandoned(payment, now=now)
    assert set(Place.objects.values_list("held_until", flat=True)) == {now + PAYMENT_HOLD}


def test_an_empty_basket_is_not_paid(canteen, family, now):
    with pytest.raises(EmptyCartError):
        open_cart_payment(household=family.household, regie=canteen.regie, payer=family.user, now=now)
    reservation = booked(canteen, family, now=now)
    with pytest.raises(EmptyCartError):  # lapsed, and no job has run
        open_cart_payment(
            household=family.household,
            regie=canteen.regie,
            payer=family.user,
            now=reservation.pay_before + HOUR,
        )
    assert not Payment.objects.exists()


def test_opening_a_payment_prolongs_the_hold_and_refuses_a_second_one(canteen, family, now, settings):
    reservation = booked(canteen, family, now=now)
    basket = {"household": family.household, "regie": canteen.regie, "payer": family.user}
    with SandboxServer(now=lambda: now) as payfip:
        settings.PAYFIP_SERVICE_URL, settings.PAYFIP_PAGE_URL = payfip.service_url, payfip.page_url
        payment = open_cart_payment(**basket, now=now)
        with pytest.raises(PaymentInProgressError) as refusal:
            open_cart_payment(**basket, now=now)
        again = open_cart_payment(**basket, restart=True, now=now)
    assert payment.state == PaymentState.STARTED
    assert payment.amount == Decimal("13.20")
    assert payment.page_url.startswith(payfip.page_url)
    assert refusal.value.payment_id == payment.pk
    assert again.pk != payment.pk
    assert PaymentItem.objects.filter(reservation=reservation).count() == 2
    assert set(Place.objects.values_list("held_until", flat=True)) == {now + PAYMENT_HOLD}
