"""The waiting list of a full day, from joining it to the reservation."""

from datetime import timedelta
from decimal import Decimal

import pytest

from booking.enums import (
    BookingMode,
    OfficePrice,
    PaymentMode,
    PlaceState,
    ReservationState,
    WaitingMode,
    WaitingState,
)
from booking.errors import FullError, WaitingListError
from booking.models import BookingDraft, Opening, Place, Stage, WaitingEntry
from booking.queries.planning import load_planning
from booking.queries.waiting import positions
from booking.services.requests import submit_request
from booking.services.waiting import enlist_child, join_list, leave_list, move_entry, remove_entry
from booking.services.waiting_offers import accept_offer, decline_offer, offer_freed_places, offer_place
from core.models import OutgoingMail
from tests.factories.people import an_agent
from tests.factories.waiting import a_waiting_list, fill, give_back, resize, waits
from tests.factories.world import a_family

HOUR = timedelta(hours=1)


@pytest.fixture
def day(canteen, now) -> Opening:
    """The first day, with one place, taken; its waiting list offers for two hours."""
    canteen.holder = fill(canteen, now=now)[0]
    a_waiting_list(canteen.period)
    return canteen.openings[0]


@pytest.fixture
def families(canteen):
    return [a_family(school=canteen.school) for _ in range(3)]


@pytest.fixture
def entries(canteen, day, families, now) -> list[WaitingEntry]:
    return [waits(canteen, family, now=now) for family in families]


def state_of(entry: WaitingEntry) -> str:
    return WaitingEntry.objects.get(pk=entry.pk).state


def taken(day: Opening) -> int:
    return Opening.objects.get(pk=day.pk).taken


def book(canteen, family, now):
    return submit_request(
        child=family.child,
        period=canteen.period,
        wishes=canteen.wishes(),
        cancellations=[],
        by=family.user,
        now=now,
    )


def test_the_list_is_in_the_order_of_arrival(entries, day, now):
    numbers = positions([day.pk], now=now)
    assert [numbers[entry.pk] for entry in entries] == [1, 2, 3]


def test_joining_twice_keeps_the_place_in_the_list(canteen, entries, families, now):
    assert waits(canteen, families[0], now=now + HOUR) == entries[0]
    assert WaitingEntry.objects.count() == 3


def test_a_free_day_has_no_list(canteen, day, families, now):
    with pytest.raises(WaitingListError, match="une place est libre"):
        join_list(child=families[0].child, opening=canteen.openings[1], by=families[0].user, now=now)


def test_a_period_without_a_list_says_so(canteen, families, now):
    fill(canteen, now=now)
    with pytest.raises(WaitingListError, match="pas de liste"):
        waits(canteen, families[0], now=now)


def test_whoever_has_the_place_does_not_wait_for_it(canteen, day, now):
    with pytest.raises(WaitingListError, match="déjà réservé"):
        waits(canteen, canteen.holder, now=now)


def test_a_freed_place_is_offered_to_the_first_and_to_nobody_else(canteen, entries, families, day, now):
    give_back(canteen, canteen.holder, now=now)
    assert offer_freed_places(now=now) == 1
    assert [state_of(entry) for entry in entries] == ["offered", "waiting", "waiting"]
    assert taken(day) == 1
    mail = OutgoingMail.objects.get(to=families[0].user.email)
    assert (
        mail.subject
        == "Une place est libre pour Jade le lun. 01/03/2027\u00a0: répondez avant le ven. 26 février 16:00"
    )
    assert "/liste-attente/offre/" in mail.text
    with pytest.raises(FullError):
        book(canteen, families[1], now)


def test_before_any_job_ran_nobody_passes_before_those_who_wait(canteen, entries, now):
    give_back(canteen, canteen.holder, now=now)
    stranger = a_family(school=canteen.school)
    with pytest.raises(FullError):
        book(canteen, stranger, now)
    (cell, _) = load_planning(child=stranger.child, period=canteen.period, now=now).days[0].cells
    assert cell.is_full


def test_more_places_than_families_that_wait_are_for_all(canteen, entries, day, now):
    resize(day, 5, by=an_agent(), now=now)
    assert offer_freed_places(now=now) == 3
    book(canteen, a_family(school=canteen.school), now)
    with pytest.raises(FullError):
        book(canteen, a_family(school=canteen.school), now)
    assert taken(day) == 5


def test_accepting_makes_a_numbered_reservation(canteen, entries, families, day, now):
    give_back(canteen, canteen.holder, now=now)
    offer_freed_places(now=now)
    reservation = accept_offer(entry=entries[0], by=families[0].user, now=now + HOUR)
    assert reservation.state == ReservationState.ACCEPTED
    assert reservation.total == reservation.lines.get().price > 0
    assert state_of(entries[0]) == WaitingState.ACCEPTED
    assert taken(day) == 1
    assert Place.objects.live(now).get(opening=day).child == families[0].child


def test_accepting_twice_books_once(canteen, entries, families, now):
    give_back(canteen, canteen.holder, now=now)
    offer_freed_places(now=now)
    first = accept_offer(entry=entries[0], by=families[0].user, now=now)
    assert accept_offer(entry=entries[0], by=families[0].user, now=now) == first


def test_accepting_forgets_nothing_that_was_ticked(canteen, entries, families, now):
    family = families[0]
    BookingDraft.objects.create(
        child=family.child,
        household=family.household,
        period=canteen.period,
        wishes={"1": 1},
        updated_by=family.user,
        updated_at=now,
    )
    give_back(canteen, canteen.holder, now=now)
    offer_freed_places(now=now)
    accept_offer(entry=entries[0], by=family.user, now=now)
    assert BookingDraft.objects.get().wishes == {"1": 1}


def test_in_a_prepaid_period_the_place_goes_to_the_basket(canteen, entries, families, day, now):
    give_back(canteen, canteen.holder, now=now)
    type(canteen.period).objects.update(payment=PaymentMode.PREPAID)
    offer_freed_places(now=now)
    reservation = accept_offer(entry=entries[0], by=families[0].user, now=now)
    assert reservation.state == ReservationState.AWAITING_PAYMENT
    assert reservation.pay_before == now + HOUR
    assert Place.objects.get(line__reservation=reservation).state == PlaceState.HELD
    assert taken(day) == 1


def test_the_family_may_book_its_offered_place_in_the_planning(canteen, entries, families, day, now):
    give_back(canteen, canteen.holder, now=now)
    offer_freed_places(now=now)
    (cell, _) = load_planning(child=families[0].child, period=canteen.period, now=now).days[0].cells
    assert cell.is_open
    assert cell.offer_until == now + 2 * HOUR
    reservation = book(canteen, families[0], now)
    entry = WaitingEntry.objects.get(pk=entries[0].pk)
    assert (entry.state, entry.reservation) == (WaitingState.ACCEPTED, reservation)
    assert taken(day) == 1


def test_an_offer_without_answer_goes_to_the_next(canteen, entries, families, day, now):
    give_back(canteen, canteen.holder, now=now)
    offer_freed_places(now=now)
    assert offer_freed_places(now=now + 2 * HOUR) == 0  # that minute still counts
    later = now + 2 * HOUR + timedelta(minutes=1)
    assert offer_freed_places(now=later) == 1
    assert [state_of(entry) for entry in entries] == ["lapsed", "offered", "waiting"]
    assert taken(day) == 1
    subjects = OutgoingMail.objects.filter(to=families[0].user.email).values_list("subject", flat=True)
    assert any("proposée à une autre famille" in subject for subject in subjects)
    with pytest.raises(WaitingListError, match="plus valable"):
        accept_offer(entry=entries[0], by=families[0].user, now=later)


def test_an_offer_that_is_over_is_void_even_if_no_job_ran(canteen, entries, families, now):
    give_back(canteen, canteen.holder, now=now)
    offer_freed_places(now=now)
    later = now + 3 * HOUR
    with pytest.raises(WaitingListError, match="plus valable"):
        accept_offer(entry=entries[0], by=families[0].user, now=later)
    with pytest.raises(FullError):  # the second of the list waits for it
        book(canteen, families[0], later)


def test_a_refused_offer_goes_to_the_next(canteen, entries, families, now):
    give_back(canteen, canteen.holder, now=now)
    offer_freed_places(now=now)
    decline_offer(entry=entries[0], by=families[0].user, now=now)
    offer_freed_places(now=now)
    assert [state_of(entry) for entry in entries] == ["declined", "offered", "waiting"]
    with pytest.raises(WaitingListError, match="plus valable"):
        decline_offer(entry=entries[0], by=families[0].user, now=now)


def test_leaving_the_list_moves_the_others_up(entries, families, day, now):
    leave_list(entry=entries[0], by=families[0].user, now=now)
    assert positions([day.pk], now=now) == {entries[1].pk: 1, entries[2].pk: 2}
    with pytest.raises(WaitingListError, match="plus sur la liste"):
        leave_list(entry=entries[0], by=families[0].user, now=now)


def test_an_offer_never_lasts_longer_than_the_day_can_be_booked(canteen, entries, now):
    canteen.late.delete()
    eve = now.replace(day=28, hour=23, minute=0)  # until 23:55 for the first of March
    give_back(canteen, canteen.holder, now=eve)
    offer_freed_places(now=eve)
    assert WaitingEntry.objects.get(pk=entries[0].pk).offer_until == eve.replace(minute=55)


def test_whoever_may_not_book_the_day_any_more_is_taken_off_and_told_why(canteen, entries, families, now):
    type(families[0].child).objects.filter(pk=families[0].child.pk).update(school=None)
    give_back(canteen, canteen.holder, now=now)
    offer_freed_places(now=now)
    assert [state_of(entry) for entry in entries] == ["removed", "offered", "waiting"]
    mail = OutgoingMail.objects.get(to=families[0].user.email)
    assert "ne peut plus être réservé" in mail.text


def test_the_list_of_a_day_that_closes_is_closed_too(canteen, entries, families, day, now):
    give_back(canteen, canteen.holder, now=now)
    offer_freed_places(now=now)
    Opening.objects.filter(pk=day.pk).update(closed_reason="Grève", capacity=4)
    assert offer_freed_places(now=now) == 0
    assert [state_of(entry) for entry in entries] == ["removed"] * 3
    assert taken(day) == 0
    assert "fermé (Grève)" in OutgoingMail.objects.get(to=families[2].user.email).text


def test_where_the_office_chooses_nothing_is_offered_by_itself(canteen, entries, families, day, now):
    canteen.period.waiting_policy.mode = WaitingMode.AGENT
    canteen.period.waiting_policy.save()
    give_back(canteen, canteen.holder, now=now)
    assert offer_freed_places(now=now) == 0
    offer_place(entry=entries[2], by=an_agent(), now=now)
    assert [state_of(entry) for entry in entries] == ["waiting", "waiting", "offered"]
    with pytest.raises(WaitingListError, match="Aucune place"):
        offer_place(entry=entries[1], by=an_agent(), now=now)


def test_in_a_period_of_requests_the_place_that_the_office_offered_is_accepted_at_once(
    canteen, entries, families, now
):
    type(canteen.period).objects.update(mode=BookingMode.REQUEST)
    canteen.period.waiting_policy.mode = WaitingMode.AGENT
    canteen.period.waiting_policy.save()
    give_back(canteen, canteen.holder, now=now)
    offer_place(entry=entries[0], by=an_agent(), now=now)
    reservation = accept_offer(entry=entries[0], by=families[0].user, now=now)
    assert reservation.state == ReservationState.ACCEPTED
    assert Place.objects.get(line__reservation=reservation).state == PlaceState.CONFIRMED


def test_the_office_changes_the_order_and_says_why(entries, day, now):
    agent = an_agent()
    with pytest.raises(WaitingListError, match="motif"):
        move_entry(entry=entries[2], position=1, reason=" ", by=agent, now=now)
    move_entry(entry=entries[2], position=1, reason="Les deux parents travaillent.", by=agent, now=now)
    assert positions([day.pk], now=now) == {entries[2].pk: 1, entries[0].pk: 2, entries[1].pk: 3}
    event = entries[2].events.last()
    assert (event.by, event.act) == (agent, "Du n° 3 au n° 1\u00a0: Les deux parents travaillent.")


def test_the_office_removes_a_child_and_the_family_is_told(entries, families, now):
    remove_entry(entry=entries[0], reason="Inscrit ailleurs.", by=an_agent(), now=now)
    assert state_of(entries[0]) == WaitingState.REMOVED
    assert "Motif\u00a0: Inscrit ailleurs." in OutgoingMail.objects.get(to=families[0].user.email).text


def test_every_act_is_in_the_history_and_stays_there(canteen, entries, families, now):
    give_back(canteen, canteen.holder, now=now)
    offer_freed_places(now=now)
    reservation = accept_offer(entry=entries[0], by=families[0].user, now=now)
    acts = list(entries[0].events.values_list("act", "by"))
    assert acts == [
        ("Inscription sur la liste d’attente, n° 1", families[0].user.pk),
        ("Place proposée jusqu’au vendredi 26 février 2027 à 16:00", None),
        (f"Place réservée\u00a0: réservation n° {reservation.display_number}", families[0].user.pk),
    ]


def test_a_child_put_late_on_the_list_by_the_office_is_offered_the_place_past_the_rules(
    canteen, entries, families, day, now
):
    """Whom the family alone put there is told that it is too late; the office's word holds until the meal."""
    Stage.objects.update(cutoff={"type": "never"})
    late, agent = a_family(school=canteen.school), an_agent()
    entry = enlist_child(
        child=late.child, opening=day, price=OfficePrice.LATE, reason="Appel", by=agent, now=now
    )
    enlist_child(
        child=families[2].child, opening=day, price=OfficePrice.FREE, reason="Appel", by=agent, now=now
    )
    give_back(canteen, canteen.holder, now=now)
    offer_freed_places(now=now)
    assert [state_of(one) for one in entries] == [
        WaitingState.REMOVED,
        WaitingState.REMOVED,
        WaitingState.OFFERED,
    ]
    decline_offer(entry=entries[2], by=families[2].user, now=now)
    offer_freed_places(now=now)
    entry.refresh_from_db()
    assert (entry.state, entry.offer_until) == (WaitingState.OFFERED, now + 2 * HOUR)
    reservation = accept_offer(entry=entry, by=late.user, now=now + HOUR)
    assert reservation == accept_offer(entry=entry, by=late.user, now=now + HOUR)
    line = reservation.lines.get()
    late_price = (canteen.late, Decimal("4.20"))
    assert (reservation.state, line.stage, line.price) == (ReservationState.ACCEPTED, *late_price)
    assert taken(day) == 1
