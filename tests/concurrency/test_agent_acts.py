"""An agent books the last place, raises the places or lowers them, while families book: the database never promises twice."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from booking.enums import PaymentMode
from booking.errors import RequestRefusedError
from booking.models import Opening, Place, Reservation
from booking.queries.offer import periods
from booking.services.agent_bookings import OfficeTerms, act_for_family
from booking.services.capacity import change_capacity
from booking.services.openings import OpeningsInUseError
from booking.services.requests import submit_request
from core.clock import frozen
from tests.factories.people import an_agent
from tests.factories.world import Canteen, Family, a_canteen, a_family
from tests.harness.threads import run_together

pytestmark = pytest.mark.concurrency

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))
DAYS = 4


@pytest.fixture
def canteen(transactional_db, commune) -> Canteen:
    with frozen(NOW):
        return a_canteen(start=date(2026, 11, 23), days=DAYS, capacity=1, payment=PaymentMode.INVOICED)


def office(canteen: Canteen, family: Family, agent, *, back: bool = False) -> Reservation:
    days = [opening.pk for opening in canteen.openings]
    return act_for_family(
        child=family.child,
        period=periods().get(pk=canteen.period.pk),
        wishes=[] if back else days,
        cancellations=days if back else [],
        terms=OfficeTerms(reason="Urgence."),
        by=agent,
        now=NOW,
    )


def book(canteen: Canteen, family: Family) -> Reservation:
    return submit_request(
        child=family.child,
        period=canteen.period,
        wishes=canteen.wishes(days=DAYS),
        cancellations=[],
        by=family.user,
        now=NOW,
    )


def counted() -> set[int]:
    """Places that each opening counts, checked against those that stand."""
    for opening in Opening.objects.all():
        assert opening.taken == Place.objects.live(NOW).filter(opening=opening).count()
    return set(Opening.objects.values_list("taken", flat=True))


def test_the_last_places_go_to_the_agent_or_to_the_family_whole(canteen):
    mine, others = a_family(school=canteen.school), [a_family(school=canteen.school) for _ in range(3)]
    agent = an_agent()
    with frozen(NOW):
        outcomes = run_together(
            [lambda: office(canteen, mine, agent), *(lambda one=one: book(canteen, one) for one in others)]
        )
    assert sum(isinstance(outcome, Reservation) for outcome in outcomes) == 1
    assert all(isinstance(outcome, Reservation | RequestRefusedError) for outcome in outcomes)
    assert counted() == {1}


def test_an_agent_and_the_family_cancel_the_same_days_once(canteen):
    family, agent = a_family(school=canteen.school), an_agent()
    with frozen(NOW):
        book(canteen, family)
        outcomes = run_together(
            [
                lambda: office(canteen, family, agent, back=True),
                lambda: submit_request(
                    child=family.child,
                    period=canteen.period,
                    wishes={},
                    cancellations=[opening.pk for opening in canteen.openings],
                    by=family.user,
                    now=NOW,
                ),
            ]
        )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["RequestRefusedError", "Reservation"]
    assert counted() == {0}


def test_places_are_never_lowered_under_what_is_being_taken(canteen):
    Opening.objects.update(capacity=3)
    families = [a_family(school=canteen.school) for _ in range(3)]
    agent = an_agent()

    def lower() -> int:
        return change_capacity(
            period=canteen.period,
            slots=[canteen.slot],
            weekdays=[1, 2, 4, 5],
            dates=canteen.period.dates,
            capacity=1,
            by=agent,
            now=NOW,
        )

    with frozen(NOW):
        outcomes = run_together([lower, *(lambda one=one: book(canteen, one) for one in families)])
    known = Reservation | int | RequestRefusedError | OpeningsInUseError
    assert all(isinstance(outcome, known) for outcome in outcomes)
    capacity = set(Opening.objects.values_list("capacity", flat=True))
    assert capacity in ({1}, {3})
    assert max(counted()) <= max(capacity)
