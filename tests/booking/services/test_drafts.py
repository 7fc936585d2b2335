"""A draft keeps what a family ticks: the shown days are replaced, the others stay."""

from datetime import date, timedelta

import pytest

from booking.models import BookingDraft
from booking.queries.planning import load_planning
from booking.services.drafts import Ticks, draft_wishes, pick_days, save_draft
from booking.services.requests import submit_request
from tests.factories.booking import some_care

MARCH = {"first": date(2027, 3, 1), "last": date(2027, 3, 31)}
APRIL = {"first": date(2027, 4, 1), "last": date(2027, 4, 30)}


@pytest.fixture
def save(canteen, family, now):
    def act(at=now, **ticks) -> BookingDraft:
        return save_draft(
            child=family.child, period=canteen.period, ticks=Ticks(**ticks), by=family.user, now=at
        )

    return act


def test_each_page_replaces_its_own_days_only(save, canteen):
    april = {canteen.openings[-1].pk: canteen.on_time.pk}
    save(ticked=canteen.wishes(days=2), **MARCH)
    draft = save(ticked=april, **APRIL)
    assert draft_wishes(draft) == canteen.wishes(days=2) | april
    assert draft_wishes(save(ticked={}, **MARCH)) == april
    assert BookingDraft.objects.count() == 1


def test_boxes_of_days_that_were_not_shown_are_ignored(save, canteen):
    assert draft_wishes(save(ticked=canteen.wishes(days=1), **APRIL)) == {}


def test_a_day_of_another_period_is_ignored(save, canteen):
    assert draft_wishes(save(ticked=some_care(canteen).wishes(), **MARCH)) == {}


def test_a_place_is_given_back_when_its_box_is_not_ticked(save, canteen):
    first, second = (opening.pk for opening in canteen.openings[:2])
    draft = save(ticked={second: canteen.on_time.pk}, kept_or_not=[first, second], **MARCH)
    assert (draft_wishes(draft), draft.cancellations) == ({}, [first])
    draft = save(ticked=canteen.wishes(days=2), kept_or_not=[first, second], **MARCH)
    assert (draft_wishes(draft), draft.cancellations) == ({}, [])


def test_what_was_told_impossible_is_forgotten_on_every_page(save, canteen):
    save(ticked=canteen.wishes(days=2), **MARCH)
    draft = save(ticked={}, told=[canteen.openings[0].pk], **APRIL)
    assert list(draft_wishes(draft)) == [canteen.openings[1].pk]


def test_saving_the_same_again_is_not_a_change(save, canteen, now):
    first = save(ticked=canteen.wishes(days=2), **MARCH)
    again = save(at=now + timedelta(minutes=5), ticked=canteen.wishes(days=2), **MARCH)
    assert again.updated_at == first.updated_at
    changed = save(at=now + timedelta(minutes=5), ticked=canteen.wishes(days=1), **MARCH)
    assert changed.updated_at > first.updated_at


def pick(care, family, *, weekdays, now, tick=True, dates=None):
    draft = BookingDraft.objects.get_or_create(
        child=family.child, household=family.household, period=care.period, defaults={"updated_at": now}
    )[0]
    return pick_days(
        draft=draft,
        planning=load_planning(child=family.child, period=care.period, now=now),
        stage_id=care.stages[0].pk,
        weekdays=weekdays,
        dates=dates or care.period.dates,
        tick=tick,
        by=family.user,
        now=now,
    )


def test_weekdays_are_picked_over_the_whole_period_in_one_column(canteen, family, now):
    care = some_care(canteen)
    draft = pick(care, family, weekdays={2}, now=now)
    tuesdays = care.slots[0].openings.filter(date__iso_week_day=2)
    assert draft_wishes(draft) == {opening.pk: care.stages[0].pk for opening in tuesdays}
    assert pick(care, family, weekdays={2}, tick=False, now=now).wishes == {}


def test_a_pick_stays_within_its_dates_and_keeps_the_rest(canteen, family, now):
    care = some_care(canteen)
    first = care.slots[0].openings.order_by("date").first()
    pick(care, family, weekdays={1}, dates=(first.date, first.date), now=now)
    week = (first.date, first.date + timedelta(days=6))
    assert len(pick(care, family, weekdays={1, 2}, dates=week, now=now).wishes) == 2


def test_picking_gives_back_and_keeps_places_already_accepted(canteen, family, now):
    care = some_care(canteen)
    wishes = care.wishes(days=1)
    submit_request(
        child=family.child, period=care.period, wishes=wishes, cancellations=[], by=family.user, now=now
    )
    assert pick(care, family, weekdays={1}, tick=False, now=now).cancellations == list(wishes)
    kept = pick(care, family, weekdays={1}, now=now)
    assert kept.cancellations == []
    assert not set(draft_wishes(kept)) & set(wishes)
