"""The planning of a child: which cells are open, and the sentence for each that is not."""

from datetime import timedelta

import pytest

from booking.enums import PlaceState
from booking.models import Opening, Place
from booking.queries.planning import load_planning
from booking.queries.terms import booking_terms
from core.models import CalendarDay
from tests.factories.booking import booked, some_care
from tests.factories.world import a_family


@pytest.fixture
def read(canteen, family, now):
    def act(at=now, child=None, period=None):
        return load_planning(child=child or family.child, period=period or canteen.period, now=at)

    return act


@pytest.fixture
def cell_of(canteen):
    return lambda planning, index, stage: planning.cell(canteen.openings[index].pk, stage.pk)


def test_one_stage_at_a_time_is_open(read, canteen, cell_of, now):
    planning = read()
    assert cell_of(planning, 0, canteen.on_time).is_open
    assert cell_of(planning, 0, canteen.late).reason == "Ouvert après le dimanche 28 février 2027 à 23:55"
    tuesday = read(at=now + timedelta(days=4))
    assert not cell_of(tuesday, 2, canteen.on_time).is_open
    assert cell_of(tuesday, 2, canteen.late).is_open


def test_a_day_that_has_begun_is_past(read, canteen, cell_of, now):
    monday_noon = now.replace(month=3, day=1, hour=11, minute=30)
    cell = cell_of(read(at=monday_noon), 0, canteen.late)
    assert (cell.is_open, cell.is_past) == (False, True)
    assert cell.reason == "Cet accueil est commencé ou passé"
    assert cell_of(read(at=monday_noon - timedelta(minutes=1)), 0, canteen.late).is_open


def test_prices_come_with_their_reason(read, canteen, cell_of):
    cell = cell_of(read(), 0, canteen.on_time)
    assert str(cell.price) == "3.30"
    assert cell.price_reasons == ("Tarif unique\u00a0: 3,30\u00a0€",)


def test_a_full_opening_counts_lapsed_holds_as_free(read, canteen, cell_of, now):
    Opening.objects.update(capacity=1)
    unpaid = booked(canteen, a_family(school=canteen.school), now=now, days=1)
    full = cell_of(read(), 0, canteen.on_time)
    assert (full.is_open, full.is_full, full.remaining) == (False, True, 0)
    later = cell_of(read(at=unpaid.pay_before + timedelta(minutes=1)), 0, canteen.on_time)
    assert (later.is_open, later.remaining) == (True, 1)


def test_the_childs_own_place_is_shown_where_it_was_asked(read, canteen, cell_of, family, now):
    booked(canteen, family, now=now, days=1)
    planning = read()
    assert cell_of(planning, 0, canteen.on_time).place == PlaceState.HELD
    assert cell_of(planning, 0, canteen.late).reason == "Déjà réservé dans une autre colonne"
    assert planning.booked_cell(canteen.openings[0].pk).stage_id == canteen.on_time.pk
    assert planning.booked_cell(canteen.openings[1].pk) is None


def test_cancelling_out_of_time_says_whom_to_call(read, canteen, cell_of, family, now):
    booked(canteen, family, now=now, days=1)
    Place.objects.update(state=PlaceState.CONFIRMED, held_until=None)
    canteen.period.cancel_help = "appelez le guichet"
    cell = cell_of(read(), 0, canteen.on_time)
    assert not cell.can_cancel
    assert cell.reason.endswith("appelez le guichet")


def test_a_closed_opening_gives_its_reason(read, canteen, cell_of):
    Opening.objects.filter(pk=canteen.openings[0].pk).update(closed_reason="Sortie scolaire")
    assert cell_of(read(), 0, canteen.on_time).reason == "Sortie scolaire"


def test_a_closed_day_without_opening_has_a_note(read, canteen):
    day = canteen.openings[1].date
    Opening.objects.filter(pk=canteen.openings[1].pk).delete()
    CalendarDay.objects.create(kind=CalendarDay.Kind.CLOSED, start=day, end=day, label="Pont")
    notes = {one.date: one.note for one in read().days if one.note}
    assert notes == {day: "Pont"}


def test_a_few_days_read_alone_are_the_same_as_in_the_whole(canteen, family, now):
    Opening.objects.update(capacity=1)
    booked(canteen, family, now=now, days=1)
    booked(canteen, a_family(school=canteen.school), now=now, days=2, first=2)
    for at in (now, now + timedelta(days=2)):  # the baskets have lapsed
        whole = load_planning(child=family.child, period=canteen.period, now=at)
        asked = {canteen.openings[index].pk for index in (0, 2, 5)}

        alone = load_planning(child=family.child, period=canteen.period, now=at, only=asked)

        assert list(alone.cells()) == [cell for cell in whole.cells() if cell.opening_id in asked]


def test_a_slot_that_is_not_open_that_day_has_no_cell(canteen, read):
    care = some_care(canteen)
    care.slots[0].openings.filter(date=canteen.openings[0].date).delete()
    assert read(period=care.period).days[0].cells[0] is None


def test_the_next_deadline_is_the_one_of_the_next_day_to_book(read, now, canteen):
    assert f"{read().next_deadline:%d/%m %H:%M}" == "28/02 23:55"
    # On Tuesday afternoon the next meal to book is Thursday's, at the dearer price, until it begins.
    assert f"{read(at=now + timedelta(days=4)).next_deadline:%d/%m %H:%M}" == "04/03 11:29"
    assert read(at=now + timedelta(days=90)).next_deadline is None


def test_terms_say_the_rule_once_when_every_column_has_the_same(read, canteen):
    care = booking_terms(read(period=some_care(canteen).period))
    assert [stage.label for stage in care.stages] == [""]
    assert care.stages[0].rule.limit == "Heure limite\u00a0: 23:55"
    meals = booking_terms(read())
    assert [stage.label for stage in meals.stages] == ["REPAS ENFANT 3.30", "REPAS ENFANT 4.20"]
    assert f"{meals.until:%d/%m/%Y}" == "28/02/2027"


def test_terms_leave_out_stages_for_other_children(read, canteen):
    nursery = a_family(school=canteen.school, level="GS")
    assert [stage.label for stage in booking_terms(read(child=nursery.child)).stages] == [""]
