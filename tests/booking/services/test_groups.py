"""Places by age group: each child takes one of its group; a full group closes to its own only."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from booking.enums import BookingMode, PaymentMode
from booking.errors import FullError, NoRoomError, WaitingListError
from booking.models import Opening, OpeningGroup, Place, ReservationLine, WaitingEntry
from booking.queries.demands import pending_demands
from booking.queries.planning import load_planning
from booking.services.capacity import change_capacity
from booking.services.decisions import decide_lines
from booking.services.groups import share_places
from booking.services.openings import OpeningsInUseError
from booking.services.requests import submit_request
from booking.services.waiting import join_list
from booking.services.waiting_offers import accept_offer, offer_freed_places
from tests.factories.groups import little, two_groups
from tests.factories.people import an_agent
from tests.factories.waiting import a_waiting_list
from tests.factories.world import UNTIL_START, a_canteen, a_family
from tests.harness.queries import count_queries


@pytest.fixture
def canteen(commune, now):
    canteen = a_canteen(start=now.date() + timedelta(days=3), days=6, payment=PaymentMode.INVOICED)
    type(canteen.period).objects.update(cancel_rule=UNTIL_START)
    canteen.period.refresh_from_db()
    return canteen


@pytest.fixture
def day(canteen) -> Opening:
    return canteen.openings[0]


@pytest.fixture
def small_ones(canteen):
    families = [a_family(school=canteen.school, name=name) for name in ("Un", "Deux", "Trois")]
    for family in families:
        little(family.child)
    return families


def ask(canteen, family, now, *, days: int = 1, cancel: bool = False):
    return submit_request(
        child=family.child,
        period=canteen.period,
        wishes={} if cancel else canteen.wishes(days=days),
        cancellations=[canteen.openings[0].pk] if cancel else [],
        by=family.user,
        now=now,
    )


def taken(day) -> dict[str, int]:
    return dict(OpeningGroup.objects.filter(opening=day).values_list("group__code", "taken"))


def cell(canteen, family, now):
    return load_planning(child=family.child, period=canteen.period, now=now).days[0].cells[0]


def test_a_full_group_is_full_for_its_own_children_only(canteen, day, family, small_ones, now):
    two_groups(canteen, small=1, big=2, now=now)
    assert cell(canteen, small_ones[0], now).remaining == 1
    ask(canteen, small_ones[0], now)
    assert taken(day) == {"petits": 1, "grands": 0}
    full = cell(canteen, small_ones[1], now)
    assert (full.is_full, full.remaining) == (True, 0)
    assert full.reason == "Aucune place disponible pour le groupe «\u00a0Moins de 6 ans\u00a0»"
    with pytest.raises(FullError):
        ask(canteen, small_ones[1], now)
    assert cell(canteen, family, now).remaining == 2
    ask(canteen, family, now)
    assert taken(day) == {"petits": 1, "grands": 1}
    ask(canteen, small_ones[0], now, cancel=True)
    assert taken(day) == {"petits": 0, "grands": 1}
    assert Opening.objects.get(pk=day.pk).taken == 1


def test_the_places_of_the_day_still_count(canteen, day, family, small_ones, now):
    Opening.objects.filter(slot=canteen.slot).update(capacity=2)
    two_groups(canteen, small=5, big=5, now=now)
    for one in small_ones[:2]:
        ask(canteen, one, now)
    assert cell(canteen, family, now).reason == "Aucune place disponible"
    with pytest.raises(FullError):
        ask(canteen, family, now)


def test_the_database_refuses_one_child_too_many(canteen, day, now):
    two_groups(canteen, small=1, big=1, now=now)
    with pytest.raises(IntegrityError, match="openinggroup_not_oversold"), transaction.atomic():
        OpeningGroup.objects.filter(opening=day).update(taken=2)


def test_what_was_booked_before_is_counted_in_the_groups(canteen, day, family, small_ones, now):
    for one in (*small_ones, family):
        ask(canteen, one, now, days=2)
    two_groups(canteen, small=4, big=1, now=now)
    assert taken(day) == {"petits": 3, "grands": 1}
    share_places(period=canteen.period, today=now.date(), now=now)
    assert taken(canteen.openings[1]) == {"petits": 3, "grands": 1}
    assert set(Place.objects.values_list("group__code", flat=True)) == {"petits", "grands"}


def test_groups_too_small_for_what_was_booked_are_refused(canteen, small_ones, now):
    for one in small_ones:
        ask(canteen, one, now)
    with pytest.raises(OpeningsInUseError, match="il y a jusqu’à 3 enfants"), transaction.atomic():
        two_groups(canteen, small=2, big=1, now=now)


def test_sharing_out_costs_as_many_queries_for_a_year_as_for_a_week(canteen, family, now):
    two_groups(canteen, small=4, big=4, now=now)
    share = lambda: share_places(period=canteen.period, today=now.date(), now=now)  # noqa: E731
    few = count_queries(share)
    ask(canteen, family, now, days=6)
    assert count_queries(share) == few


def test_the_office_gives_one_group_more_places(canteen, day, small_ones, now):
    small, _ = two_groups(canteen, small=1, big=1, now=now)
    ask(canteen, small_ones[0], now)
    change = {
        "period": canteen.period,
        "slots": [canteen.slot],
        "weekdays": [day.date.isoweekday()],
        "dates": (day.date, day.date),
        "by": an_agent(),
        "now": now,
        "group": small,
    }
    with pytest.raises(OpeningsInUseError, match=r"1 prise"):
        change_capacity(capacity=0, **change)
    assert change_capacity(capacity=2, **change) == 1
    ask(canteen, small_ones[1], now)
    assert taken(day) == {"petits": 2, "grands": 0}
    assert canteen.period.places_acts.get().act.startswith("REPAS ENFANT (Moins de 6 ans)\u00a0: 2 places")


def test_an_agent_cannot_accept_more_than_a_group_holds(canteen, day, small_ones, now):
    type(canteen.period).objects.update(mode=BookingMode.REQUEST)
    canteen.period.refresh_from_db()
    two_groups(canteen, small=1, big=9, now=now)
    for one in small_ones[:2]:
        ask(canteen, one, now)
    lines = list(ReservationLine.objects.values_list("pk", flat=True))
    with pytest.raises(NoRoomError) as refused:
        decide_lines(line_ids=lines, accept=True, reason="", by=an_agent(), now=now)
    assert "(Moins de 6 ans)\u00a0: 1 place libre pour 2 demandes" in refused.value.message
    decide_lines(line_ids=lines[:1], accept=True, reason="", by=an_agent(), now=now)
    assert taken(day) == {"petits": 1, "grands": 0}


def test_the_waiting_list_serves_the_next_of_the_group_that_has_a_place(
    canteen, day, family, small_ones, now
):
    """A little one waits first, but it is the place of a big one that comes free."""
    a_waiting_list(canteen.period)
    other = a_family(school=canteen.school)
    two_groups(canteen, small=1, big=1, now=now)
    ask(canteen, small_ones[0], now)
    ask(canteen, other, now)
    first = join_list(child=small_ones[1].child, opening=day, by=small_ones[1].user, now=now)
    second = join_list(child=family.child, opening=day, by=family.user, now=now)
    ask(canteen, other, now, cancel=True)
    stranger = a_family(school=canteen.school)
    with pytest.raises(FullError):
        ask(canteen, stranger, now)
    assert offer_freed_places(now=now) == 1
    assert taken(day) == {"petits": 1, "grands": 1}
    second.refresh_from_db()
    accept_offer(entry=second, by=family.user, now=now)
    assert taken(day) == {"petits": 1, "grands": 1}
    assert WaitingEntry.objects.get(pk=first.pk).state == "waiting"
    assert offer_freed_places(now=now) == 0


def test_a_group_with_room_has_no_list(canteen, day, small_ones, family, now):
    a_waiting_list(canteen.period)
    two_groups(canteen, small=0, big=1, now=now)
    with pytest.raises(WaitingListError, match="une place est libre"):
        join_list(child=family.child, opening=day, by=family.user, now=now)
    join_list(child=small_ones[0].child, opening=day, by=small_ones[0].user, now=now)


def test_the_inbox_counts_the_days_whose_group_is_full(canteen, day, family, small_ones, now):
    two_groups(canteen, small=1, big=2, now=now)
    ask(canteen, small_ones[0], now)
    type(canteen.period).objects.update(mode=BookingMode.REQUEST)
    canteen.period.refresh_from_db()
    ask(canteen, family, now, days=2)
    assert [(one.waiting, one.full) for one in pending_demands()] == [(2, 0)]
    OpeningGroup.objects.filter(opening=day, group__code="grands").update(capacity=0)
    assert [(one.waiting, one.full) for one in pending_demands()] == [(2, 1)]
