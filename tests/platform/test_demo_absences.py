"""The demo's absence: told the very morning, waiting for an agent; written once."""

from datetime import date, timedelta

from booking.enums import AbsenceState, PlaceState
from booking.models import AbsenceReport, Place
from core import clock
from portail.demo.absences import report_missed_meal
from tests.booking.conftest import NOW
from tests.factories.booking import booked
from tests.factories.world import a_canteen, a_family


def test_a_missed_meal_waits_for_its_certificate(commune):
    with clock.frozen(NOW):
        canteen = a_canteen(start=date(2027, 3, 1))
        canteen.period.absences = {"waivers": [{"reasons": ["illness"], "proofs": ["certificate"]}]}
        canteen.period.save()
        family = a_family(school=canteen.school)
        booked(canteen, family, now=NOW)
    Place.objects.update(state=PlaceState.CONFIRMED, held_until=None)
    with clock.frozen(NOW + timedelta(days=6)):
        report_missed_meal(family.child, canteen.period)
        report_missed_meal(family.child, canteen.period)
    report = AbsenceReport.objects.get()
    assert (report.first, report.state) == (date(2027, 3, 2), AbsenceState.AWAITING)
    assert report.told_at.astimezone(commune.tz).strftime("%d/%m %H:%M") == "02/03 07:40"
