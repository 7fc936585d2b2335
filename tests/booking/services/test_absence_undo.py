"""An absence taken back while it changes nothing, reported by the office, or told after the child was seen."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Sum
from django.urls import reverse

from billing.models import Charge
from booking.enums import AbsenceState, LineState, Mark, PaymentMode, PlaceState
from booking.errors import AbsenceError
from booking.models import AbsenceReport, AttendanceAct, Opening, Place, ReservationEvent, ReservationLine
from booking.rules.absence import AbsenceReason
from booking.services.absence_undo import undo_absence
from booking.services.absences import report_absence
from booking.services.attendance import Marking, record_marks
from booking.services.requests import submit_request
from core import clock
from core.models import OutgoingMail
from tests.factories.groups import two_groups
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family

PARIS = ZoneInfo("Europe/Paris")
SUNDAY = datetime(2027, 2, 28, 20, 0, tzinfo=PARIS)
THURSDAY_NOON = datetime(2027, 3, 4, 12, 0, tzinfo=PARIS)
POLICY = {
    "waivers": [{"reasons": ["illness"], "proofs": ["certificate"], "proof_within": {"hours": 48}}],
    "refund_if_taken_again": True,
}


@pytest.fixture
def canteen(commune, now):
    canteen = a_canteen(start=date(2027, 3, 1), payment=PaymentMode.INVOICED, capacity=2)
    canteen.period.absences = POLICY
    canteen.period.save()
    return canteen


@pytest.fixture
def pupil(canteen, now):
    """Booked from Monday 1 to Friday 5 March."""
    family = a_family(school=canteen.school)
    book(canteen, family, now, days=4)
    return family


def book(canteen, family, now, *, days=1, first=0):
    return submit_request(
        child=family.child,
        period=canteen.period,
        wishes=canteen.wishes(first=first, days=days),
        cancellations=[],
        by=family.user,
        now=now,
    )


def report(canteen, family, *, first=4, last=5, now=SUNDAY, by=None):
    return report_absence(
        child=family.child,
        period=canteen.period,
        first=date(2027, 3, first),
        last=date(2027, 3, last),
        reason=AbsenceReason.ILLNESS,
        note="",
        file=None,
        by=by or family.user,
        now=now,
    )


def owed() -> Decimal:
    return Charge.objects.filter(voided_at=None).aggregate(sum=Sum("amount"))["sum"]


def test_it_gives_the_days_back_at_their_price(canteen, pupil):
    two_groups(canteen, small=1, big=1, now=SUNDAY)
    before = owed()
    told = report(canteen, pupil)
    assert owed() < before
    undo_absence(report=told, by=pupil.user, now=SUNDAY)
    assert owed() == before
    told.refresh_from_db()
    assert (told.state, told.taken_back_at, told.days.count()) == (AbsenceState.TAKEN_BACK, SUNDAY, 0)
    assert set(Place.objects.values_list("state", flat=True)) == {PlaceState.CONFIRMED}
    assert set(ReservationLine.objects.values_list("state", flat=True)) == {LineState.ACCEPTED}
    assert set(Opening.objects.filter(date__lt=date(2027, 3, 6)).values_list("taken", flat=True)) == {1}
    acts = list(ReservationEvent.objects.order_by("pk").values_list("act", flat=True))
    assert [act.split("\u00a0: ")[0] for act in acts[-2:]] == [
        "Absence signalée (Absence : maladie)",
        "Absence retirée",
    ]
    report(canteen, pupil)  # and it may be told again


def test_not_once_a_day_has_begun_or_others_have_the_places(canteen, pupil, now):
    told = report(canteen, pupil)
    with pytest.raises(AbsenceError, match="a commencé"):
        undo_absence(report=told, by=pupil.user, now=THURSDAY_NOON)
    for _ in range(2):
        book(canteen, a_family(school=canteen.school), now, first=2)
    with pytest.raises(AbsenceError, match="il n’y a plus de place"):
        undo_absence(report=told, by=pupil.user, now=SUNDAY)
    assert AbsenceReport.objects.get().days.count() == 2


def test_not_twice(canteen, pupil):
    told = report(canteen, pupil)
    undo_absence(report=told, by=pupil.user, now=SUNDAY)
    with pytest.raises(AbsenceError, match="ne se retire plus"):
        undo_absence(report=told, by=pupil.user, now=SUNDAY)


def test_a_child_that_the_team_has_seen_is_not_absent(canteen, pupil):
    opening = canteen.openings[2]
    act = Marking(uuid=uuid4(), child_id=pupil.child.pk, mark=Mark.PRESENT, at=THURSDAY_NOON)
    mark = {"opening": opening, "device": "tablette", "by": an_agent(), "now": THURSDAY_NOON}
    record_marks(markings=[act], **mark)
    with pytest.raises(AbsenceError, match="Jade est noté présent par l’équipe"):
        report(canteen, pupil, now=THURSDAY_NOON)
    later = THURSDAY_NOON + timedelta(minutes=5)
    wrong = Marking(uuid=uuid4(), child_id=pupil.child.pk, mark=Mark.NONE, at=later)
    record_marks(markings=[wrong], **(mark | {"now": later}))
    assert report(canteen, pupil, now=later).days.count() == 2
    assert AttendanceAct.objects.count() == 2


def test_a_family_takes_it_back_on_its_page(canteen, pupil, client_for, commune):
    with clock.frozen(SUNDAY):
        told = report(canteen, pupil)
        browser = client_for(commune, pupil.user)
        page = browser.get(reverse("absence_detail", args=[told.pk])).content.decode()
        assert "Retirer cette absence" in page
        stranger = client_for(commune, a_family(school=canteen.school).user)
        assert stranger.post(reverse("absence_undo", args=[told.pk])).status_code == 404
        page = browser.post(reverse("absence_undo", args=[told.pk]), follow=True).content.decode()
        assert "L’absence est retirée" in page
        # The link of the mail that told the absence still says what became of it.
        page = browser.get(reverse("absence_detail", args=[told.pk])).content.decode()
        assert "Cette absence a été retirée" in page
        assert "Retirer cette absence" not in page
        desk = client_for(commune, an_agent())
        assert (
            "Retirée par la famille"
            in desk.get(reverse("agent_absences"), {"etat": "toutes"}).content.decode()
        )
        assert pupil.user.name in desk.get(reverse("agent_absence", args=[told.pk])).content.decode()


def test_an_agent_notes_what_a_family_told_and_the_family_is_written_to(canteen, pupil, client_for, commune):
    reservation = pupil.household.reservations.get()
    OutgoingMail.objects.all().delete()
    with clock.frozen(SUNDAY):
        desk = client_for(commune, an_agent())
        url = reverse("agent_absence_new", args=[reservation.pk])
        assert url in desk.get(reverse("agent_reservation", args=[reservation.pk])).content.decode()
        nothing = desk.post(
            url, {"du": "2027-03-13", "au": "2027-03-14", "motif": "illness"}
        ).content.decode()
        assert "Aucune présence réservée" in nothing
        desk.post(url, {"du": "2027-03-04", "au": "2027-03-05", "motif": "illness", "precision": "téléphone"})
    told = AbsenceReport.objects.get()
    assert (told.told_by.is_family, told.days.count(), told.note) == (False, 2, "téléphone")
    assert OutgoingMail.objects.get().to == pupil.user.email
