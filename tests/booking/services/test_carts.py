"""Leaving the basket, and what happens when nobody pays in time."""

from datetime import timedelta

import pytest

from booking.enums import LineState, PlaceState, ReservationState
from booking.errors import EmptyCartError, PaymentInProgressError
from booking.models import Opening, Place
from booking.queries.carts import awaiting_payment
from booking.services import carts
from booking.services.carts import expire_unpaid, withdraw_reservation
from core.models import OutgoingMail
from tests.factories.booking import a_payment_of, booked
from tests.factories.world import a_family

MINUTE = timedelta(minutes=1)


def test_withdrawing_frees_the_places_at_once(canteen, family, now):
    reservation = withdraw_reservation(reservation=booked(canteen, family, now=now), by=family.user, now=now)
    assert reservation.state == ReservationState.CANCELLED
    assert {line.state for line in reservation.lines.all()} == {LineState.CANCELLED}
    assert not Opening.objects.filter(taken__gt=0).exists()
    assert not awaiting_payment(family.household, now=now).exists()
    assert [event.act for event in reservation.events.all()][-1] == "Retirée du panier par la famille."


def test_withdrawing_twice_says_that_the_basket_is_empty(canteen, family, now):
    reservation = booked(canteen, family, now=now)
    withdraw_reservation(reservation=reservation, by=family.user, now=now)
    with pytest.raises(EmptyCartError):
        withdraw_reservation(reservation=reservation, by=family.user, now=now)


def test_what_is_being_paid_is_not_withdrawn(canteen, family, now):
    reservation = booked(canteen, family, now=now)
    payment = a_payment_of([reservation], family=family, now=now)
    with pytest.raises(PaymentInProgressError) as refusal:
        withdraw_reservation(reservation=reservation, by=family.user, now=now)
    assert refusal.value.payment_id == payment.pk
    reservation.refresh_from_db()
    assert reservation.state == ReservationState.AWAITING_PAYMENT


def test_an_unpaid_basket_is_cancelled_and_the_family_is_told_once(canteen, family, now):
    reservation = booked(canteen, family, now=now)
    assert expire_unpaid(now=reservation.pay_before) == 0  # that minute still counts
    assert expire_unpaid(now=reservation.pay_before + MINUTE) == 1
    assert expire_unpaid(now=reservation.pay_before + MINUTE) == 0
    reservation.refresh_from_db()
    assert reservation.state == ReservationState.CANCELLED
    assert not Opening.objects.filter(taken__gt=0).exists()
    mail = OutgoingMail.objects.get()
    assert (
        mail.subject
        == f"Réservation n° {reservation.display_number} annulée\u00a0: elle n’a pas été payée à temps"
    )
    assert "avant 15:00" in mail.text
    assert "/reservation/" in mail.text
    assert "Rien n’a été débité" in mail.html


def test_a_lapsed_reservation_is_no_more_in_the_basket_even_before_the_job(canteen, family, now):
    reservation = booked(canteen, family, now=now)
    assert list(awaiting_payment(family.household, now=now)) == [reservation]
    assert not awaiting_payment(family.household, now=reservation.pay_before + MINUTE).exists()


def test_a_reservation_emptied_by_other_families_is_closed_too(commune, canteen, family, now):
    Opening.objects.update(capacity=1)
    unpaid = booked(canteen, family, now=now, days=2)
    later = unpaid.pay_before + MINUTE
    booked(canteen, a_family(school=canteen.school), now=later, days=2)
    assert expire_unpaid(now=later) == 1
    unpaid.refresh_from_db()
    assert unpaid.state == ReservationState.CANCELLED
    assert Place.objects.filter(state=PlaceState.HELD).count() == 2


def test_a_reservation_being_paid_outlives_its_deadline(canteen, family, now):
    reservation = booked(canteen, family, now=now)
    Place.objects.update(held_until=reservation.pay_before + 60 * MINUTE)  # as open_cart_payment prolongs it
    assert expire_unpaid(now=reservation.pay_before + MINUTE) == 0
    assert list(awaiting_payment(family.household, now=reservation.pay_before + MINUTE)) == [reservation]


def test_nobody_promises_that_nothing_was_debited_while_money_may_come(canteen, family, now):
    reservation = booked(canteen, family, now=now)
    a_payment_of([reservation], family=family, now=now)

    assert expire_unpaid(now=reservation.pay_before + MINUTE) == 1

    mail = OutgoingMail.objects.get()
    for words in (mail.text, mail.html):
        assert "Rien n’a été débité" not in words
        assert "s’il aboutit" in words


def test_a_basket_that_cannot_be_tidied_up_stops_no_other(canteen, family, now, monkeypatch):
    broken, other = (
        booked(canteen, family, now=now),
        booked(canteen, a_family(school=canteen.school), now=now),
    )
    truth = carts.write_mail

    def refuse(*, dedupe_key, **mail):
        if dedupe_key == f"reservation:{broken.pk}:expired":
            raise RuntimeError("un gabarit cassé")
        return truth(dedupe_key=dedupe_key, **mail)

    monkeypatch.setattr(carts, "write_mail", refuse)

    assert expire_unpaid(now=other.pay_before + MINUTE) == 1

    other.refresh_from_db()
    broken.refresh_from_db()
    assert (other.state, broken.state) == (ReservationState.CANCELLED, ReservationState.AWAITING_PAYMENT)
