"""Families that wait, places that are freed and offers that end, all at once.

The first test proves that the race exists: with the lock switched off, the same free place is offered twice and only
the database refuses it. The others prove that the lock ends it.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import F

from booking.enums import PaymentMode, PlaceState, WaitingState
from booking.errors import WaitingListError
from booking.models import Opening, Place, Reservation, WaitingEntry
from booking.services import places
from booking.services.waiting_offers import accept_offer, decline_offer, offer_freed_places
from core.clock import frozen
from tests.factories.waiting import a_waiting_list, fill, give_back, waits
from tests.factories.world import Canteen, a_canteen, a_family
from tests.harness.threads import run_together

pytestmark = pytest.mark.concurrency

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))
HOUR = timedelta(hours=1)
HOLDERS = 3


@pytest.fixture
def canteen(transactional_db, commune) -> Canteen:
    """One day with three places, all taken, and a list whose offers last two hours."""
    with frozen(NOW):
        canteen = a_canteen(start=date(2026, 11, 23), days=2, payment=PaymentMode.INVOICED)
        canteen.holders = fill(canteen, now=NOW, places=HOLDERS)
        a_waiting_list(canteen.period)
        yield canteen


def five_wait(canteen: Canteen) -> list[WaitingEntry]:
    canteen.waiting = [a_family(school=canteen.school) for _ in range(5)]
    return [waits(canteen, family, now=NOW) for family in canteen.waiting]


def states(entries) -> list[str]:
    found = dict(WaitingEntry.objects.values_list("pk", "state"))
    return [found[entry.pk] for entry in entries]


def assert_counted(canteen: Canteen, now: datetime = NOW) -> None:
    """What the opening counts is what is held, confirmed or offered, and never more than its places."""
    opening = Opening.objects.get(pk=canteen.openings[0].pk)
    held = Place.objects.filter(opening=opening).exclude(state=PlaceState.RELEASED).count()
    offered = WaitingEntry.objects.filter(opening=opening, state=WaitingState.OFFERED).count()
    assert opening.taken == held + offered <= opening.capacity


def test_without_the_lock_a_place_would_be_offered_twice(canteen, monkeypatch):
    entries = five_wait(canteen)
    give_back(canteen, canteen.holders[0], now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE booking_opening DROP CONSTRAINT opening_not_oversold")
    monkeypatch.setattr(places, "lock_rows", list)
    outcomes = run_together([lambda: offer_freed_places(now=NOW)] * 8)
    assert sum(outcome for outcome in outcomes if isinstance(outcome, int)) > 1
    assert states(entries)[0] == "offered"


def test_two_places_are_freed_while_five_families_wait(canteen):
    entries = five_wait(canteen)

    def cancel(number: int):
        give_back(canteen, canteen.holders[number], now=NOW)
        return offer_freed_places(now=NOW)

    run_together([lambda: cancel(0), lambda: cancel(1), *[lambda: offer_freed_places(now=NOW)] * 4])
    offer_freed_places(now=NOW)
    assert states(entries) == ["offered", "offered", "waiting", "waiting", "waiting"]
    assert_counted(canteen)


def test_the_same_offer_clicked_eight_times_books_once(canteen):
    entry = five_wait(canteen)[0]
    give_back(canteen, canteen.holders[0], now=NOW)
    offer_freed_places(now=NOW)
    outcomes = run_together([lambda: accept_offer(entry=entry, by=canteen.waiting[0].user, now=NOW)] * 8)
    assert {outcome.pk for outcome in outcomes} == {WaitingEntry.objects.get(pk=entry.pk).reservation_id}
    assert Place.objects.filter(child=canteen.waiting[0].child).count() == 1
    assert_counted(canteen)


def test_an_offer_is_accepted_at_the_moment_it_lapses(canteen):
    entries = five_wait(canteen)
    give_back(canteen, canteen.holders[0], now=NOW)
    offer_freed_places(now=NOW)
    last, after = NOW + 2 * HOUR, NOW + 2 * HOUR + timedelta(seconds=1)
    accepted, *_ = run_together(
        [
            lambda: accept_offer(entry=entries[0], by=canteen.waiting[0].user, now=last),
            lambda: offer_freed_places(now=after),
            lambda: offer_freed_places(now=after),
        ]
    )
    if isinstance(accepted, Reservation):
        assert states(entries)[:2] == ["accepted", "waiting"]
    else:
        assert isinstance(accepted, WaitingListError)
        assert states(entries)[:2] == ["lapsed", "offered"]
    assert_counted(canteen)


def test_accepting_and_refusing_at_once_has_one_outcome(canteen):
    entry = five_wait(canteen)[0]
    give_back(canteen, canteen.holders[0], now=NOW)
    offer_freed_places(now=NOW)
    accepted, refused = run_together(
        [
            lambda: accept_offer(entry=entry, by=canteen.waiting[0].user, now=NOW),
            lambda: decline_offer(entry=entry, by=canteen.waiting[0].user, now=NOW),
        ]
    )
    outcome = WaitingEntry.objects.get(pk=entry.pk).state
    assert (outcome == "accepted") == isinstance(accepted, Reservation)
    assert (outcome == "declined") == (refused is None)
    offer_freed_places(now=NOW)
    assert_counted(canteen)


def test_no_place_stays_free_while_somebody_waits(canteen):
    """Joining while the place is given back: the family either waits and is offered it, or is told to book it."""
    for number in range(HOLDERS):
        family = a_family(school=canteen.school)

        def cancel(holder=canteen.holders[number]):
            give_back(canteen, holder, now=NOW)

        joined, _ = run_together([lambda family=family: waits(canteen, family, now=NOW), cancel])
        offer_freed_places(now=NOW)
        if isinstance(joined, WaitingEntry):
            assert states([joined]) == ["offered"]
        else:
            assert isinstance(joined, WaitingListError)
            assert "une place est libre" in joined.message
            Opening.objects.filter(pk=canteen.openings[0].pk).update(capacity=F("capacity") - 1)
    assert_counted(canteen)


def test_five_families_join_at_once_each_in_its_own_rank(canteen):
    families = [a_family(school=canteen.school) for _ in range(5)]
    run_together([lambda family=family: waits(canteen, family, now=NOW) for family in families])
    assert sorted(WaitingEntry.objects.values_list("rank", flat=True)) == [1, 2, 3, 4, 5]
