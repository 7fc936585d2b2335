"""Marking who came: once, in the order of their own times, whoever sends what; and what the town then charges."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from billing.models import Charge
from billing.services.invoices import issue_invoice
from booking.enums import Mark, PaymentMode
from booking.errors import UnmarkedError
from booking.models import AttendanceAct, AttendanceSheet, Opening
from booking.queries.attendance import load_sheet, no_shows, openings, openings_of
from booking.services.attendance import Marking, close_sheet, record_marks
from tests.factories.booking import a_sibling, booked
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family
from tests.harness.queries import assert_constant_queries, count_queries

# Monday 1 March 2027, while the canteen is open.
NOON = datetime(2027, 3, 1, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def canteen(commune, now):
    return a_canteen(start=NOON.date(), days=20, payment=PaymentMode.INVOICED)


@pytest.fixture
def opening(canteen) -> Opening:
    return openings().get(pk=canteen.openings[0].pk)


@pytest.fixture
def agent():
    return an_agent()


@pytest.fixture
def eats(canteen, family, now):
    booked(canteen, family, now=now, days=1)
    return family.child


def marking(child, mark=Mark.PRESENT, *, minutes: int = 0, **values) -> Marking:
    return Marking(uuid=uuid4(), child_id=child.pk, mark=mark, at=NOON + timedelta(minutes=minutes), **values)


def record(opening, agent, *markings, device: str = "tablette", minutes: int = 30):
    return record_marks(
        opening=opening, markings=markings, device=device, by=agent, now=NOON + timedelta(minutes=minutes)
    )


def close(opening, agent, *, rest_is_absent: bool = True):
    return close_sheet(
        opening=opening, rest_is_absent=rest_is_absent, by=agent, now=NOON + timedelta(hours=1)
    )


def row(opening, child):
    return next(row for row in load_sheet(opening, now=NOON).rows if row.child == child)


def open_charges() -> list[tuple[str, Decimal]]:
    charges = Charge.objects.filter(source__startswith="booking.attendance:", voided_at=None)
    return list(charges.order_by("pk").values_list("source", "amount"))


def test_a_sheet_says_who_is_expected_and_who_came(opening, agent, eats, canteen):
    sibling = a_sibling(a_family(school=canteen.school, name="Lavandier"))
    record(opening, agent, marking(eats, arrived=time(11, 45)), marking(sibling))
    sheet = load_sheet(opening, now=NOON)
    assert [row.child for row in sheet.present] == [eats]
    assert [row.child for row in sheet.unexpected] == [sibling]
    assert row(opening, eats).act.arrived == time(11, 45)
    assert row(opening, eats).booked == "REPAS ENFANT 3.30"


def test_an_act_sent_twice_is_kept_once(opening, agent, eats):
    act = marking(eats)
    first, second = record(opening, agent, act), record(opening, agent, act)
    assert first.settled == second.settled == {act.uuid}
    assert AttendanceAct.objects.count() == 1


def test_the_last_act_by_its_own_time_wins_whenever_it_arrives(opening, agent, eats):
    early, late = marking(eats, Mark.ABSENT, minutes=1), marking(eats, Mark.PRESENT, minutes=5)
    record(opening, agent, late, device="a")
    record(opening, agent, early, device="b")
    assert row(opening, eats).mark == Mark.PRESENT
    assert AttendanceAct.objects.count() == 2


def test_an_act_of_the_future_is_of_now(opening, agent, eats):
    record(opening, agent, marking(eats, minutes=600), minutes=2)
    assert AttendanceAct.objects.get().at == NOON + timedelta(minutes=2)


def test_two_devices_that_disagree_are_shown_until_somebody_looks_at_both(opening, agent, eats):
    here, there = marking(eats, minutes=1), marking(eats, Mark.ABSENT, minutes=2)
    record(opening, agent, here, device="a")
    record(opening, agent, there, device="b")
    assert row(opening, eats).disputed.mark == Mark.PRESENT
    record(opening, agent, marking(eats, minutes=3, seen=there.uuid), device="a")
    assert row(opening, eats).disputed is None
    assert row(opening, eats).mark == Mark.PRESENT


def test_a_correction_seen_on_the_other_device_is_no_dispute(opening, agent, eats):
    here = marking(eats, minutes=1)
    record(opening, agent, here, device="a")
    record(opening, agent, marking(eats, Mark.ABSENT, minutes=2, seen=here.uuid), device="b")
    assert row(opening, eats).disputed is None


def test_a_child_who_left_the_town_stops_nobody_elses_act(opening, agent, eats):
    ghost = replace(marking(eats), uuid=uuid4(), child_id=eats.pk + 1000)
    recorded = record(opening, agent, marking(eats), ghost)
    assert recorded.unknown == {ghost.uuid}
    assert AttendanceAct.objects.count() == 1


def test_what_was_marked_is_never_rewritten(opening, agent, eats):
    record(opening, agent, marking(eats))
    for change in (
        lambda: AttendanceAct.objects.update(mark=Mark.ABSENT),
        AttendanceAct.objects.all().delete,
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_closing_asks_about_the_children_nobody_marked(opening, agent, eats):
    with pytest.raises(UnmarkedError, match="1 enfant n’est pas pointé"):
        close(opening, agent, rest_is_absent=False)
    assert not AttendanceSheet.objects.exists()
    close(opening, agent)
    assert row(opening, eats).mark == Mark.ABSENT
    assert [place.child for place in no_shows(start=opening.date, end=opening.date)] == [eats]


def test_an_unexpected_child_pays_the_dearest_stage_once(opening, agent, eats, canteen):
    child = a_family(school=canteen.school, name="Lavandier").child
    act = marking(child)
    record(opening, agent, act, marking(eats))
    assert open_charges() == []
    close(opening, agent)
    close(opening, agent)
    source = f"booking.attendance:{AttendanceAct.objects.get(uuid=act.uuid).pk}"
    assert open_charges() == [(source, Decimal("4.20"))]
    charge = Charge.objects.get(source=source)
    assert (charge.household, charge.service_date) == (child.household, opening.date)
    assert charge.label == "Repas Tarif Plein – présence sans réservation"
    assert charge.reasons[0] == "Présence sans réservation"


def test_a_corrected_mark_takes_the_charge_back_and_gives_it_again(opening, agent, canteen):
    child = a_family(school=canteen.school).child
    record(opening, agent, marking(child))
    close(opening, agent)
    record(opening, agent, marking(child, Mark.NONE, minutes=70), minutes=80)
    assert open_charges() == []
    record(opening, agent, marking(child, minutes=90), minutes=100)
    assert [amount for _, amount in open_charges()] == [Decimal("4.20")]


def test_an_invoiced_presence_is_given_back_by_an_opposite_charge(opening, agent, canteen):
    child = a_family(school=canteen.school).child
    record(opening, agent, marking(child))
    close(opening, agent)
    charge = Charge.objects.get()
    issue_invoice(regie=canteen.regie, household=child.household, charges=[charge], on=opening.date, now=NOON)
    for minutes in (70, 75):
        record(opening, agent, marking(child, Mark.ABSENT, minutes=minutes), minutes=80)
    charge.refresh_from_db()
    assert charge.voided_at is None
    assert [amount for _, amount in open_charges()] == [Decimal("4.20"), Decimal("-4.20")]
    record(opening, agent, marking(child, minutes=90), minutes=95)
    assert sum(amount for _, amount in open_charges()) == Decimal("4.20")


def test_the_towns_own_rule_prices_an_unbooked_child(opening, agent, canteen):
    canteen.period.unbooked = {
        "type": "from_nth",
        "time": 2,
        "per": "month",
        "then": {"type": "own_price", "tariff": {"type": "flat", "amount": "6.00"}},
    }
    canteen.period.save()
    child = a_family(school=canteen.school).child
    for index in (0, 1):
        day = openings().get(pk=canteen.openings[index].pk)
        record(day, agent, marking(child))
        close(day, agent)
    assert [amount for _, amount in open_charges()] == [Decimal("3.30"), Decimal("6.00")]


def test_a_child_booked_since_owes_its_place_alone(opening, agent, canteen, family, now):
    record(opening, agent, marking(family.child))
    booked(canteen, family, now=now, days=1)
    close(opening, agent)
    assert open_charges() == []


def test_the_day_lists_each_service_with_its_counts(opening, agent, eats):
    record(opening, agent, marking(eats))
    (shown,) = openings_of(opening.date)
    assert (shown.expected, shown.marked, shown.is_done) == (1, 1, False)
    close(opening, agent)
    assert openings_of(opening.date).get().is_done


def test_a_sheet_and_its_closing_cost_the_same_for_any_number(opening, agent, canteen, now):
    def add():
        booked(canteen, a_family(school=canteen.school), now=now, days=1)
        record(opening, agent, marking(a_family(school=canteen.school).child))

    assert_constant_queries(act=lambda: load_sheet(opening, now=NOON), add_row=add)


def test_settling_costs_the_same_for_any_number(opening, agent, canteen):
    def close_with(children: int) -> int:
        day = openings().get(pk=canteen.openings[children].pk)
        record(day, agent, *(marking(a_family(school=canteen.school).child) for _ in range(children)))
        return count_queries(lambda: close(day, agent))

    assert close_with(1) == close_with(5)
