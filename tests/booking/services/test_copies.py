"""Ticking by copying: what is copied, what is not, and why."""

from datetime import date

import pytest

from booking.errors import NothingToCopyError
from booking.models import Activity, BookingDraft, Opening, Period, Slot, Stage
from booking.queries.offer import periods
from booking.queries.planning import load_planning
from booking.queries.siblings import periods_like
from booking.services.copies import copy_to, repeat_days
from booking.services.drafts import draft_wishes
from booking.services.requests import submit_request
from core.models import Child
from tests.factories.booking import a_sibling, booked, some_care
from tests.factories.world import SUNDAY_BEFORE, a_school

WEEKS = [(date(2027, 3, 1), date(2027, 3, 5)), (date(2027, 3, 8), date(2027, 3, 12))]
MARCH, APRIL = (date(2027, 3, 1), date(2027, 3, 31)), (date(2027, 4, 1), date(2027, 4, 30))


@pytest.fixture
def sibling(family) -> Child:
    return Child.objects.select_related("school", "household").get(pk=a_sibling(family).pk)


def planning_of(child, period, now):
    return load_planning(child=child, period=periods().get(pk=period.pk), now=now)


def wishes_of(child, period) -> dict[int, int]:
    draft = BookingDraft.objects.filter(child=child, period=period).first()
    return draft_wishes(draft) if draft else {}


def copy(canteen, family, sibling, wishes, now):
    return copy_to(
        source=planning_of(family.child, canteen.period, now),
        wishes=wishes,
        target=planning_of(sibling, canteen.period, now),
        by=family.user,
        now=now,
    )


def test_a_sibling_gets_the_same_days(canteen, family, sibling, now):
    wishes = canteen.wishes(days=3)
    copied = copy(canteen, family, sibling, wishes, now)
    assert (copied.ticked, copied.left_out) == (3, [])
    assert wishes_of(sibling, canteen.period) == wishes
    assert copy(canteen, family, sibling, wishes, now).ticked == 0


def test_what_the_sibling_had_ticked_stays(canteen, family, sibling, now):
    copy(canteen, family, sibling, canteen.wishes(first=5), now)
    copy(canteen, family, sibling, canteen.wishes(), now)
    assert wishes_of(sibling, canteen.period) == canteen.wishes() | canteen.wishes(first=5)


def test_full_and_booked_days_are_left_out_with_the_reason(canteen, family, sibling, now):
    full, taken = canteen.openings[:2]
    Opening.objects.filter(pk=full.pk).update(capacity=0)
    submit_request(
        child=sibling,
        period=canteen.period,
        wishes=canteen.wishes(first=1),
        cancellations=[],
        by=family.user,
        now=now,
    )
    copied = copy(canteen, family, sibling, canteen.wishes(days=3), now)
    assert copied.ticked == 1
    assert copied.left_out == [
        "lun. 01/03/2027, REPAS ENFANT 3.30\u00a0: Aucune place disponible",
        "mar. 02/03/2027, REPAS ENFANT 3.30\u00a0: déjà réservé",
    ]
    assert list(wishes_of(sibling, canteen.period)) == [canteen.openings[2].pk]
    assert taken.pk not in wishes_of(sibling, canteen.period)


def test_nothing_ticked_is_nothing_to_copy(canteen, family, sibling, now):
    with pytest.raises(NothingToCopyError, match="Cochez d’abord des jours pour Jade"):
        copy(canteen, family, sibling, {}, now)


def test_a_sibling_books_the_same_period_or_the_one_alike(canteen, family, sibling, now):
    some_care(canteen)
    (found,) = periods_like(canteen.period, [sibling], now=now)
    assert found.period == canteen.period
    Period.objects.filter(pk=canteen.period.pk).update(levels=["CE2"])
    (found,) = periods_like(canteen.period, [sibling], now=now)
    assert (found.period, found.why) == (None, "aucune période comme « Cantine » à réserver")


def repeat(period, family, now, *, source, target):
    return repeat_days(
        planning=planning_of(family.child, period, now),
        draft=BookingDraft.objects.filter(child=family.child, period=period).first(),
        source=source,
        target=target,
        by=family.user,
        now=now,
    )


def test_the_weekdays_booked_last_week_are_ticked_this_week(canteen, family, now):
    booked(canteen, family, now=now, days=2)  # Monday and Tuesday
    copied = repeat(canteen.period, family, now, source=WEEKS[0], target=WEEKS[1])
    assert (copied.ticked, copied.left_out) == (2, [])
    days = Opening.objects.filter(pk__in=wishes_of(family.child, canteen.period)).order_by("date")
    assert [day.date for day in days] == [date(2027, 3, 8), date(2027, 3, 9)]


def test_ticks_count_as_well_and_each_column_by_itself(canteen, family, now):
    care = some_care(canteen)
    wishes = care.wishes(days=1, column=0) | care.wishes(days=2, column=2)
    BookingDraft.objects.create(
        child=family.child,
        household=family.household,
        period=care.period,
        wishes={str(opening): stage for opening, stage in wishes.items()},
        updated_at=now,
    )
    assert repeat(care.period, family, now, source=WEEKS[0], target=WEEKS[1]).ticked == 3
    assert len(wishes_of(family.child, care.period)) == 6


def test_a_weekday_taken_once_in_a_month_is_no_habit(canteen, family, now):
    booked(canteen, family, now=now, days=1)
    booked(canteen, family, now=now, first=3, days=1)
    booked(canteen, family, now=now, first=7, days=1)
    booked(canteen, family, now=now, first=11, days=1)
    copied = repeat(canteen.period, family, now, source=MARCH, target=APRIL)
    assert copied.left_out == ["REPAS ENFANT 3.30, les lundis\u00a0: 1 jour sur 5"]
    assert copied.ticked == 1  # the only Friday of the offer in April


def test_a_day_already_booked_is_not_asked_twice_and_a_full_one_is_told(canteen, family, now):
    booked(canteen, family, now=now, days=2)
    booked(canteen, family, now=now, first=4, days=1)  # Monday 8
    Opening.objects.filter(date=date(2027, 3, 9)).update(capacity=0)
    copied = repeat(canteen.period, family, now, source=WEEKS[0], target=WEEKS[1])
    assert copied.ticked == 0
    assert copied.left_out == ["mar. 09/03/2027, REPAS ENFANT 3.30\u00a0: Aucune place disponible"]


def test_an_empty_month_has_nothing_to_repeat(canteen, family, now):
    with pytest.raises(NothingToCopyError, match="Rien n’y est réservé ni coché"):
        repeat(canteen.period, family, now, source=MARCH, target=APRIL)


def another_school(canteen) -> Period:
    """The same meal at the same hours in another school, whose first day is closed."""
    school = a_school(code="ecole-lamour", name="Ecole Philippe Lamour")
    activity = Activity.objects.create(
        code="restauration-lamour", establishment=school, regie=canteen.regie, name="RESTAURATION"
    )
    period = Period.objects.create(
        code="cantine-lamour",
        activity=activity,
        name="Cantine Lamour",
        start=canteen.period.start,
        end=canteen.period.end,
        weekdays=canteen.period.weekdays,
        payment=canteen.period.payment,
        cancel_rule=canteen.period.cancel_rule,
    )
    slot = Slot.objects.create(
        period=period, code="repas", label="REPAS", starts=canteen.slot.starts, ends=canteen.slot.ends
    )
    Stage.objects.create(slot=slot, code="repas", label="REPAS MATERNELLE", cutoff=SUNDAY_BEFORE)
    Opening.objects.bulk_create(Opening(slot=slot, date=opening.date) for opening in canteen.openings[1:])
    return period


def test_a_sibling_of_another_school_gets_the_days_of_its_own_period(canteen, family, sibling, now):
    other = another_school(canteen)
    sibling.school = other.activity.establishment
    sibling.save()
    (found,) = periods_like(canteen.period, [sibling], now=now)
    assert found.period == other
    copied = copy_to(
        source=planning_of(family.child, canteen.period, now),
        wishes=canteen.wishes(days=2),
        target=planning_of(sibling, other, now),
        by=family.user,
        now=now,
    )
    assert copied.ticked == 1
    assert copied.left_out == ["lun. 01/03/2027, REPAS ENFANT 3.30\u00a0: rien d’ouvert ce jour-là"]
