from datetime import timedelta

from booking.enums import ReservationState
from booking.tasks import expire_unpaid
from core import clock
from tests.factories.booking import booked


def test_the_job_cancels_what_was_not_paid_in_time(canteen, family, now):
    reservation = booked(canteen, family, now=now)
    with clock.frozen(reservation.pay_before + timedelta(minutes=1)):
        expire_unpaid()
    reservation.refresh_from_db()
    assert reservation.state == ReservationState.CANCELLED
