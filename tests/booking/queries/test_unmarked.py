"""What a campaign is told of attendance: only past days, only services that somebody marks."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from billing.enums import AnomalyKind
from billing.models import Anomaly
from booking.enums import Mark, PaymentMode
from booking.queries.unmarked import unmarked_bookings
from booking.services.attendance import Marking, record_marks
from core.clock import frozen
from tests.factories.booking import booked
from tests.factories.campaigns import a_campaign
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family
from tests.harness.queries import count_queries

# Wednesday 3 March 2027: Monday and Tuesday are over, Thursday is to come.
WEDNESDAY = datetime(2027, 3, 3, 18, 0, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def canteen(commune, now):
    """Two families have booked Monday, Tuesday and Thursday."""
    canteen = a_canteen(start=now.date() + timedelta(days=3), payment=PaymentMode.INVOICED)
    canteen.families = [a_family(school=canteen.school, name=name) for name in ("Rivière", "Vallon")]
    for family in canteen.families:
        booked(canteen, family, now=now, days=3)
    return canteen


def mark(canteen, *, day: int, family: int, mark: Mark = Mark.PRESENT, at: datetime = WEDNESDAY) -> None:
    record_marks(
        opening=canteen.openings[day],
        markings=[Marking(uuid=uuid4(), child_id=canteen.families[family].child.pk, mark=mark, at=at)],
        device="tablette",
        by=an_agent(),
        now=at,
    )


def details(canteen) -> list[str]:
    with frozen(WEDNESDAY):
        first, last = canteen.openings[0].date, canteen.openings[-1].date
        found = list(unmarked_bookings(canteen.regie, first, last))
    assert {one.kind for one in found} <= {AnomalyKind.UNMARKED}
    return [one.detail for one in found]


def test_a_service_that_nobody_marks_is_not_strange(canteen):
    assert details(canteen) == []


def test_each_past_day_with_children_left_unmarked_is_told(canteen):
    mark(canteen, day=0, family=0)
    assert details(canteen) == [
        "REPAS ENFANT (Ecole Henri Serment), lun. 01/03/2027\u00a0: 1 enfant réservé et non pointé.",
        "REPAS ENFANT (Ecole Henri Serment), mar. 02/03/2027\u00a0: 2 enfants réservés et non pointés.",
    ]


def test_a_mark_taken_back_is_no_mark(canteen):
    for family in (0, 1):
        mark(canteen, day=0, family=family)
        mark(canteen, day=1, family=family)
    mark(canteen, day=1, family=1, mark=Mark.NONE, at=WEDNESDAY + timedelta(minutes=1))
    assert details(canteen) == [
        "REPAS ENFANT (Ecole Henri Serment), mar. 02/03/2027\u00a0: 1 enfant réservé et non pointé."
    ]


def test_a_campaign_shows_it_and_one_query_finds_it(canteen):
    mark(canteen, day=0, family=0)
    assert count_queries(lambda: details(canteen)) == 1
    with frozen(WEDNESDAY):
        dates = {"first_date": canteen.openings[0].date, "last_date": canteen.openings[-1].date}
        campaign = a_campaign(canteen.regie, now=WEDNESDAY, by=an_agent(), **dates)
    found = Anomaly.objects.filter(campaign=campaign, kind=AnomalyKind.UNMARKED)
    assert found.count() == 2
