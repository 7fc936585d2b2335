"""Week rules and late rules as a family meets them: told before anything is recorded, priced as a whole."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.models import Charge
from booking.enums import LineState, PaymentMode, PlaceState, ReservationState
from booking.errors import RequestRefusedError
from booking.models import BookingDraft, Opening, Place, ReservationLine
from booking.queries.planning import load_planning
from booking.services.decisions import decide_lines
from booking.services.requests import check_demand, submit_request
from tests.factories.booking import a_sibling, some_care
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family
from tests.harness.queries import count_queries

LATE = timedelta(days=4)  # Tuesday 2 March 14:00: the week's deadline has passed
DOUBLE = {"type": "percent", "percent": "100"}


@pytest.fixture
def invoiced(commune, now):
    return a_canteen(start=date(2027, 3, 1), payment=PaymentMode.INVOICED)


@pytest.fixture
def pupil(invoiced):
    return a_family(school=invoiced.school)


def ask(offer, family, now, *, wishes=None, cancellations=(), child=None, submit=True):
    act = submit_request if submit else check_demand
    author = {"by": family.user} if submit else {}
    return act(
        child=child or family.child,
        period=offer.period,
        wishes=wishes or {},
        cancellations=cancellations,
        now=now,
        **author,
    )


def problems(offer, family, now, **asked) -> list[str]:
    with pytest.raises(RequestRefusedError) as refusal:
        ask(offer, family, now, submit=False, **asked)
    return [problem.replace("\u00a0", " ") for problem in refusal.value.problems]


def weekly(offer, rules) -> None:
    offer.period.week = rules
    offer.period.save()


def late_rule(canteen, rule) -> None:
    """At the late stage, the normal tariff and a rule of its own."""
    canteen.late.tariff, canteen.late.late = canteen.on_time.tariff, rule
    canteen.late.save()


# --- The week ------------------------------------------------------------------------------------------


def test_a_week_has_a_minimum_of_days_and_nothing_is_lost(canteen, family, now):
    weekly(canteen, {"min_days": 2})
    draft = BookingDraft.objects.create(
        child=family.child,
        household=family.household,
        period=canteen.period,
        updated_by=family.user,
        updated_at=now,
    )
    assert problems(canteen, family, now, wishes=canteen.wishes(days=1)) == [
        "Semaine du lun. 01/03/2027 : Au moins 2 jours par semaine (choisis : 1)."
    ]
    assert BookingDraft.objects.get() == draft
    assert ask(canteen, family, now, wishes=canteen.wishes(days=2)).total == Decimal("6.60")


def test_what_is_already_booked_counts_in_the_week(canteen, family, now):
    weekly(canteen, {"max_days": 2})
    ask(canteen, family, now, wishes=canteen.wishes(days=2))
    assert problems(canteen, family, now, wishes=canteen.wishes(first=2)) == [
        "Semaine du lun. 01/03/2027 : Au plus 2 jours par semaine (choisis : 3)."
    ]


def test_giving_back_a_day_may_break_the_week_but_not_the_whole_of_it(invoiced, pupil, now):
    ask(invoiced, pupil, now, wishes=invoiced.wishes(days=2))
    weekly(invoiced, {"min_days": 2})
    days = [opening.pk for opening in invoiced.openings[:2]]
    assert problems(invoiced, pupil, now, cancellations=days[:1]) == [
        "Semaine du lun. 01/03/2027 : Au moins 2 jours par semaine (choisis : 1)."
    ]
    assert ask(invoiced, pupil, now, cancellations=days).state == ReservationState.CANCELLED


def test_a_week_that_was_already_wrong_is_not_held_against_the_next_request(invoiced, pupil, now):
    ask(invoiced, pupil, now, wishes=invoiced.wishes(days=4))
    weekly(invoiced, {"max_days": 2, "exclusive": []})
    three = [invoiced.openings[0].pk]
    # From four days to three is still too much, and says so; down to two is right.
    assert "choisis : 3" in problems(invoiced, pupil, now, cancellations=three)[0]
    ask(invoiced, pupil, now, cancellations=[opening.pk for opening in invoiced.openings[:2]])


def test_a_slot_that_needs_another_one_says_which_day_lacks_it(canteen, family, now):
    care = some_care(canteen)
    weekly(care, {"links": [{"slot": "accueil-2", "needs": ["accueil-1"]}]})
    evening = care.wishes(days=1, column=2)
    assert problems(care, family, now, wishes=evening) == [
        "Semaine du lun. 01/03/2027 : lun. 01/03/2027 : PERISCOLAIRE SOIR demande aussi ETUDE."
    ]
    ask(care, family, now, wishes=evening | care.wishes(days=1, column=1))


def test_slots_that_exclude_each_other(canteen, family, now):
    care = some_care(canteen)
    weekly(care, {"exclusive": [["accueil-1", "accueil-2"]]})
    ask(care, family, now, wishes=care.wishes(days=1, column=1))
    (problem,) = problems(care, family, now, wishes=care.wishes(days=1, column=2))
    assert problem.endswith("ETUDE et PERISCOLAIRE SOIR ne se réservent pas ensemble.")


def test_the_same_days_all_the_period(canteen, family, now):
    weekly(canteen, {"fixed_weekdays": True})
    mondays = {opening.pk: canteen.on_time.pk for opening in canteen.openings if opening.date.weekday() == 0}
    (problem,) = problems(canteen, family, now, wishes=dict(list(mondays.items())[:-1]))
    assert problem.startswith("Le même choix toute la période : le lundi change")
    ask(canteen, family, now, wishes=mondays)


# --- Late ----------------------------------------------------------------------------------------------


def test_a_late_day_costs_what_its_rule_says(invoiced, pupil, now):
    late_rule(invoiced, DOUBLE)
    demand = ask(
        invoiced, pupil, now + LATE, wishes=invoiced.wishes(first=2, stage=invoiced.late), submit=False
    )
    (cell,) = demand.additions
    assert cell.price == Decimal("6.60")
    assert "Majoration de retard" in cell.price_reasons[-1]
    ask(invoiced, pupil, now + LATE, wishes=invoiced.wishes(first=2, stage=invoiced.late))
    assert Charge.objects.get().amount == Decimal("6.60")


def test_a_fee_of_the_order_is_due_once_on_its_first_late_day(invoiced, pupil, now):
    late_rule(invoiced, {"type": "surcharge", "amount": "5.00", "per": "order"})
    wishes = invoiced.wishes(first=2, days=2, stage=invoiced.late) | invoiced.wishes(first=4, days=2)
    demand = ask(invoiced, pupil, now + LATE, wishes=wishes, submit=False)
    assert [cell.price for cell in demand.additions] == [Decimal("8.30"), *[Decimal("3.30")] * 3]
    assert demand.total == Decimal("18.20")


def test_a_late_day_may_make_the_whole_order_dearer(invoiced, pupil, now):
    late_rule(
        invoiced,
        {"type": "own_price", "tariff": {"type": "flat", "amount": "4.50"}, "covers": "order"},
    )
    wishes = invoiced.wishes(first=2, days=1, stage=invoiced.late) | invoiced.wishes(first=4, days=1)
    demand = ask(invoiced, pupil, now + LATE, wishes=wishes, submit=False)
    assert [cell.price for cell in demand.additions] == [Decimal("4.50"), Decimal("4.50")]
    on_time = ask(invoiced, pupil, now + LATE, wishes=invoiced.wishes(first=4), submit=False)
    assert on_time.total == Decimal("3.30")


def test_from_the_second_time_counts_the_days_of_the_whole_family(invoiced, pupil, now):
    late_rule(invoiced, {"type": "from_nth", "time": 2, "then": {"type": "surcharge", "amount": "5.00"}})
    day, next_day = (invoiced.wishes(first=n, stage=invoiced.late) for n in (2, 3))
    assert ask(invoiced, pupil, now + LATE, wishes=day).total == Decimal("3.30")
    brother = a_sibling(pupil)
    same = ask(invoiced, pupil, now + LATE, wishes=day, child=brother)
    assert same.total == Decimal("3.30")  # the same day is late once
    assert ask(invoiced, pupil, now + LATE, wishes=next_day).total == Decimal("8.30")


def test_once_a_family_and_a_year(invoiced, pupil, now):
    late_rule(invoiced, {"type": "surcharge", "amount": "25.00", "per": "family"})
    first = ask(invoiced, pupil, now + LATE, wishes=invoiced.wishes(first=2, stage=invoiced.late))
    again = ask(invoiced, pupil, now + LATE, wishes=invoiced.wishes(first=3, stage=invoiced.late))
    assert (first.total, again.total) == (Decimal("28.30"), Decimal("3.30"))


def test_a_late_day_that_an_agent_decides_waits_and_the_others_do_not(invoiced, pupil, now):
    late_rule(invoiced, {"type": "ask_agent"})
    wishes = invoiced.wishes(first=2, stage=invoiced.late) | invoiced.wishes(first=4)
    reservation = ask(invoiced, pupil, now + LATE, wishes=wishes)
    assert reservation.state == ReservationState.PENDING
    states = dict(reservation.lines.values_list("opening__date", "state"))
    assert states == {
        date(2027, 3, 4): LineState.PENDING,
        date(2027, 3, 8): LineState.ACCEPTED,
    }
    assert [charge.service_date for charge in Charge.objects.all()] == [date(2027, 3, 8)]
    asked = ReservationLine.objects.get(state=LineState.PENDING)
    assert asked.place.state == PlaceState.REQUESTED
    assert Opening.objects.get(pk=asked.opening_id).taken == 0
    decide_lines(line_ids=[asked.pk], accept=True, reason="", by=an_agent(), now=now + LATE)
    assert Charge.objects.count() == 2
    reservation.refresh_from_db()
    assert reservation.state == ReservationState.ACCEPTED


def test_a_basket_waits_whole_for_the_late_day_that_an_agent_decides(canteen, family, now):
    late_rule(canteen, {"type": "ask_agent"})
    wishes = canteen.wishes(first=2, stage=canteen.late) | canteen.wishes(first=4)
    reservation = ask(canteen, family, now + LATE, wishes=wishes)
    assert (reservation.state, reservation.cart) == (ReservationState.PENDING, None)
    lines = list(reservation.lines.values_list("pk", flat=True))
    decide_lines(line_ids=lines, accept=True, reason="", by=an_agent(), now=now + LATE)
    reservation.refresh_from_db()
    assert reservation.state == ReservationState.AWAITING_PAYMENT
    assert set(Place.objects.values_list("state", flat=True)) == {PlaceState.HELD}


def test_late_may_be_for_the_waiting_list_only_or_closed_to_some(invoiced, pupil, now):
    late_rule(invoiced, {"type": "waiting_list"})
    planning = load_planning(child=pupil.child, period=invoiced.period, now=now + LATE)
    cell = planning.cell(invoiced.openings[2].pk, invoiced.late.pk)
    assert (cell.is_open, cell.is_full) == (False, True)
    assert cell.reason == "Le délai est passé : seulement sur la liste d’attente"
    late_rule(invoiced, {"type": "only_levels", "levels": ["GS"], "then": {"type": "same_price"}})
    planning = load_planning(child=pupil.child, period=invoiced.period, now=now + LATE)
    assert not planning.cell(invoiced.openings[2].pk, invoiced.late.pk).is_open


def test_the_rules_cost_no_query_a_day(invoiced, pupil, now):
    late_rule(invoiced, DOUBLE)
    weekly(invoiced, {"max_days": 4})
    assert not invoiced.period.has_waiting_list  # read with the period, as pages do
    few = count_queries(lambda: ask(invoiced, pupil, now, wishes=invoiced.wishes(), submit=False))
    many = count_queries(lambda: ask(invoiced, pupil, now, wishes=invoiced.wishes(days=20), submit=False))
    assert few == many
