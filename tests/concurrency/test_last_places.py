"""50 families for the last 10 places of a day: exactly 10 get one, each of the others is told, nobody deadlocks.

The first test proves that the race exists: with the lock switched off, the counter is read by all before anyone
writes, and only the database's constraint still refuses the oversell. The second proves that the lock ends it.
"""

from datetime import date, datetime
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection

from booking.enums import PaymentMode, PlaceState
from booking.errors import FullError
from booking.models import Opening, Place, Reservation
from booking.services import places, requests
from booking.services.requests import submit_request
from core.clock import frozen
from tests.factories.world import Canteen, Family, a_canteen, a_family
from tests.harness.threads import run_together

pytestmark = pytest.mark.concurrency

NOW = datetime(2026, 11, 18, 23, 50, tzinfo=ZoneInfo("Europe/Paris"))
FAMILIES = 50
PLACES = 10
READERS = 12  # who reads the counter at the same instant when the lock is off


@pytest.fixture
def canteen(transactional_db, commune) -> Canteen:
    return a_canteen(start=date(2026, 11, 23), days=20, capacity=PLACES)


def book(canteen: Canteen, family: Family, *, days: int = 1) -> Reservation:
    return submit_request(
        child=family.child,
        period=canteen.period,
        wishes=canteen.wishes(days=days),
        cancellations=[],
        by=family.user,
        now=NOW,
    )


def rush(canteen: Canteen, *, days: int) -> list[Reservation | Exception]:
    families = [a_family(school=canteen.school) for _ in range(FAMILIES)]
    with frozen(NOW):
        return run_together([lambda family=family: book(canteen, family, days=days) for family in families])


def test_ten_win_and_forty_are_told(canteen):
    outcomes = rush(canteen, days=1)

    winners = [outcome for outcome in outcomes if isinstance(outcome, Reservation)]
    losers = [outcome for outcome in outcomes if not isinstance(outcome, Reservation)]
    assert len(winners) == PLACES
    assert {type(loser) for loser in losers} == {FullError}
    assert all(loser.days == [date(2026, 11, 23)] for loser in losers)
    assert Opening.objects.get(pk=canteen.openings[0].pk).taken == PLACES
    assert Place.objects.filter(state=PlaceState.HELD).count() == PLACES
    assert Reservation.objects.count() == PLACES


def test_whole_months_in_opposite_orders_do_not_deadlock(canteen):
    """Every family wants the same 20 days, half of them ticked backwards."""
    families = [a_family(school=canteen.school) for _ in range(20)]

    def wishes(index: int) -> dict[int, int]:
        wanted = canteen.wishes(days=20)
        return dict(reversed(wanted.items())) if index % 2 else wanted

    with frozen(NOW):
        outcomes = run_together(
            [
                lambda family=family, index=index: submit_request(
                    child=family.child,
                    period=canteen.period,
                    wishes=wishes(index),
                    cancellations=[],
                    by=family.user,
                    now=NOW,
                )
                for index, family in enumerate(families)
            ]
        )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["FullError"] * 10 + ["Reservation"] * 10
    assert set(Opening.objects.values_list("taken", flat=True)) == {PLACES}


@pytest.fixture
def lock_off(monkeypatch) -> None:
    """Nothing is locked, and everybody has counted before anybody writes."""
    barrier = Barrier(READERS)
    counted = requests.lock_openings

    def count_then_wait(*args, **kwargs):
        openings = counted(*args, **kwargs)
        barrier.wait(timeout=30)
        return openings

    monkeypatch.setattr(places, "lock_rows", list)
    monkeypatch.setattr(requests, "lock_openings", count_then_wait)


def unlocked_rush(canteen: Canteen) -> list[Reservation | Exception]:
    families = [a_family(school=canteen.school) for _ in range(READERS)]
    with frozen(NOW):
        return run_together([lambda family=family: book(canteen, family) for family in families])


def test_without_the_lock_the_same_rush_promises_too_many(canteen, lock_off):
    """The proof that the tests above prove something: without lock nor constraint, twelve families get ten places."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE booking_opening DROP CONSTRAINT opening_not_oversold")

    outcomes = unlocked_rush(canteen)

    assert [type(outcome) for outcome in outcomes] == [Reservation] * READERS
    assert (
        Place.objects.filter(opening=canteen.openings[0], state=PlaceState.HELD).count() == READERS > PLACES
    )


def test_the_database_refuses_the_oversell_that_the_code_would_let_through(canteen, lock_off):
    outcomes = unlocked_rush(canteen)

    kept = [outcome for outcome in outcomes if isinstance(outcome, Reservation)]
    assert len(kept) == PLACES
    assert {type(outcome) for outcome in outcomes if outcome not in kept} == {IntegrityError}
    assert Place.objects.filter(opening=canteen.openings[0], state=PlaceState.HELD).count() == PLACES


def test_one_child_asked_for_by_both_parents_gets_one_place(canteen):
    family = a_family(school=canteen.school)
    with frozen(NOW):
        outcomes = run_together([lambda: book(canteen, family)] * 2)
    assert sum(isinstance(outcome, Reservation) for outcome in outcomes) == 1
    assert Place.objects.live(NOW).count() == 1


def test_instant_places_are_counted_the_same_way(transactional_db, commune):
    canteen = a_canteen(start=date(2026, 11, 23), capacity=PLACES, payment=PaymentMode.INVOICED)
    outcomes = rush(canteen, days=1)
    assert sum(isinstance(outcome, Reservation) for outcome in outcomes) == PLACES
    assert Opening.objects.get(pk=canteen.openings[0].pk).taken == PLACES
