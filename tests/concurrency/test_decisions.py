"""An agent decides while the family cancels, while another agent decides: one truth, whoever is first."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from booking.enums import BookingMode, LineState, PaymentMode, PlaceState, ReservationState
from booking.errors import NoRoomError, RequestRefusedError
from booking.models import Opening, Place, Reservation
from booking.services.decisions import Decided, decide_lines
from booking.services.requests import submit_request
from core.clock import frozen
from core.models import OutgoingMail, User
from tests.factories.people import an_agent
from tests.factories.world import Canteen, Family, a_canteen, a_family
from tests.harness.threads import run_together

pytestmark = pytest.mark.concurrency

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))
DAYS = 6


@pytest.fixture
def canteen(transactional_db, commune) -> Canteen:
    canteen = a_canteen(start=date(2026, 11, 23), days=DAYS, payment=PaymentMode.INVOICED)
    canteen.period.mode = BookingMode.REQUEST
    canteen.period.save()
    return canteen


def ask(canteen: Canteen, family: Family) -> Reservation:
    return submit_request(
        child=family.child,
        period=canteen.period,
        wishes=canteen.wishes(days=DAYS),
        cancellations=[],
        by=family.user,
        now=NOW,
    )


def cancel(canteen: Canteen, family: Family) -> Reservation:
    return submit_request(
        child=family.child,
        period=canteen.period,
        wishes={},
        cancellations=[opening.pk for opening in canteen.openings],
        by=family.user,
        now=NOW,
    )


def decide(line_ids: list[int], agent: User, *, accept: bool = True) -> Decided:
    return decide_lines(line_ids=line_ids, accept=accept, reason="Complet.", by=agent, now=NOW)


def lines_of(reservation: Reservation) -> list[int]:
    return list(reservation.lines.order_by("opening__date").values_list("pk", flat=True))


@pytest.mark.parametrize("accept", [True, False])
def test_the_agent_and_the_family_never_both_win(canteen, accept):
    family, agent = a_family(school=canteen.school), an_agent()
    with frozen(NOW):
        reservation = ask(canteen, family)
        decided, cancelled = run_together(
            [
                lambda: decide(lines_of(reservation), agent, accept=accept),
                lambda: cancel(canteen, family),
            ]
        )
    assert isinstance(decided, Decided)
    reservation.refresh_from_db()
    assert not Opening.objects.filter(taken__gt=0).exists() or isinstance(cancelled, Exception)
    if isinstance(cancelled, Reservation):
        assert set(Place.objects.values_list("state", flat=True)) == {PlaceState.RELEASED}
        assert reservation.state == ReservationState.CANCELLED
        assert len(decided.line_ids) + decided.skipped == DAYS
    else:
        assert isinstance(cancelled, RequestRefusedError)
        assert not accept
        assert reservation.state == ReservationState.REFUSED


def test_a_double_click_decides_once(canteen):
    family, agent = a_family(school=canteen.school), an_agent()
    with frozen(NOW):
        reservation = ask(canteen, family)
        OutgoingMail.objects.all().delete()
        outcomes = run_together([lambda: decide(lines_of(reservation), agent)] * 4)
    assert sorted(len(outcome.line_ids) for outcome in outcomes) == [0, 0, 0, DAYS]
    assert set(Opening.objects.values_list("taken", flat=True)) == {1}
    assert OutgoingMail.objects.count() == 1
    assert reservation.events.count() == 2


def test_agents_who_decide_different_days_leave_the_true_state(canteen):
    """Each derives the state of the request from all its lines: the last one sees what the others did."""
    family, agents = a_family(school=canteen.school), [an_agent() for _ in range(DAYS)]
    with frozen(NOW):
        reservation = ask(canteen, family)
        run_together(
            [
                lambda line=line, agent=agent: decide([line], agent)
                for line, agent in zip(lines_of(reservation), agents, strict=True)
            ]
        )
    reservation.refresh_from_db()
    assert set(reservation.lines.values_list("state", flat=True)) == {LineState.ACCEPTED}
    assert reservation.state == ReservationState.ACCEPTED


def test_the_last_place_is_accepted_once(canteen):
    Opening.objects.update(capacity=1)
    agents = [an_agent() for _ in range(5)]
    with frozen(NOW):
        demands = [lines_of(ask(canteen, a_family(school=canteen.school))) for _ in agents]
        outcomes = run_together(
            [
                lambda lines=lines, agent=agent: decide(lines, agent)
                for lines, agent in zip(demands, agents, strict=True)
            ]
        )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Decided"] + [NoRoomError.__name__] * 4
    assert set(Opening.objects.values_list("taken", flat=True)) == {1}
