"""An absence that a family reports while the team marks the child: one of them is told, nothing is counted twice."""

from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from booking.enums import Mark, PaymentMode, PlaceState
from booking.errors import AbsenceError
from booking.models import AbsenceReport, AttendanceAct, Opening, Place
from booking.services.absence_undo import undo_absence
from booking.services.absences import report_absence
from booking.services.attendance import Marking, record_marks
from booking.services.requests import submit_request
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family
from tests.harness.threads import run_together

pytestmark = pytest.mark.concurrency

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))
MORNING = datetime(2026, 11, 23, 11, 35, tzinfo=ZoneInfo("Europe/Paris"))
ROUNDS = 6


@pytest.fixture
def canteen(transactional_db, commune):
    canteen = a_canteen(start=date(2026, 11, 23), days=1, payment=PaymentMode.INVOICED)
    canteen.period.absences = {"waivers": []}
    canteen.period.save()
    return canteen


def pupil(canteen):
    family = a_family(school=canteen.school)
    submit_request(
        child=family.child,
        period=canteen.period,
        wishes=canteen.wishes(),
        cancellations=[],
        by=family.user,
        now=NOW,
    )
    return family


def tell(canteen, family, *, now=MORNING):
    day = canteen.openings[0].date
    return report_absence(
        child=family.child,
        period=canteen.period,
        first=day,
        last=day,
        reason=None,
        note="",
        file=None,
        by=family.user,
        now=now,
    )


def test_told_absent_while_marked_present(canteen):
    opening, agent = canteen.openings[0], an_agent()
    for _ in range(ROUNDS):
        family = pupil(canteen)
        act = Marking(uuid=uuid4(), child_id=family.child.pk, mark=Mark.PRESENT, at=MORNING)
        told, marked = run_together(
            [
                lambda family=family: tell(canteen, family),
                lambda act=act: record_marks(
                    opening=opening, markings=[act], device="tablette", by=agent, now=MORNING
                ),
            ]
        )
        assert marked.settled == {act.uuid}
        state = Place.objects.get(child=family.child).state
        if isinstance(told, AbsenceError):
            assert state == PlaceState.CONFIRMED
            assert not AbsenceReport.objects.filter(child=family.child).exists()
        else:
            assert state == PlaceState.RELEASED
    assert AttendanceAct.objects.count() == ROUNDS
    held = Place.objects.filter(state=PlaceState.CONFIRMED).count()
    assert Opening.objects.get().taken == held


def test_taken_back_twice_at_once_gives_the_place_back_once(canteen):
    family = pupil(canteen)
    told = tell(canteen, family, now=NOW)
    outcomes = run_together([lambda: undo_absence(report=told, by=family.user, now=NOW)] * 4)
    assert sum(outcome is None for outcome in outcomes) == 1
    assert all(isinstance(one, AbsenceError) for one in outcomes if one is not None)
    assert Opening.objects.get().taken == 1
