"""What the demo's agents did: a closed sheet, ordered meals, a cancelled class; written once."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from billing.models import Charge
from booking.enums import PaymentMode
from booking.models import AttendanceSheet, MealOrder, ServiceChange
from booking.queries.attendance import load_sheet, openings
from core.clock import frozen
from core.models import FamilyNote, OutgoingMail, StaffTask
from portail.demo.desk import leave_notes, share_a_picnic, write_desk_work
from tests.factories.booking import booked
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family

MONDAY = date(2027, 3, 1)
THURSDAY = datetime(2027, 3, 4, 9, 0, tzinfo=ZoneInfo("Europe/Paris"))


def test_the_demo_shows_a_sheet_an_order_and_a_cancellation(commune):
    canteen = a_canteen(start=MONDAY, days=8, payment=PaymentMode.INVOICED)
    before = THURSDAY - timedelta(days=9)
    for name in ("Aubépine", "Bourrache", "Camomille"):
        booked(canteen, a_family(school=canteen.school, name=name), now=before, days=6)
    a_family(school=canteen.school, name="Lavandier")
    agent = an_agent()
    with frozen(THURSDAY):
        for _ in range(2):
            write_desk_work(agent)
            share_a_picnic(agent)
            leave_notes(agent)
    sheet = load_sheet(openings().get(attendance_sheet=AttendanceSheet.objects.get()), now=THURSDAY)
    assert sheet.opening.date == date(2027, 3, 2)
    assert (len(sheet.present), len(sheet.absent), len(sheet.unexpected)) == (2, 1, 1)
    assert Charge.objects.filter(source__startswith="booking.attendance:").count() == 1
    parts = Charge.objects.filter(label__startswith="Pique-nique").values_list("amount", flat=True)
    assert [f"{part}" for part in parts] == ["15.34", "15.33", "15.33"]
    assert MealOrder.objects.count() == 4
    assert ServiceChange.objects.get().children == 3
    assert OutgoingMail.objects.filter(dedupe_key__startswith="change:").count() == 3
    assert FamilyNote.objects.get().is_pinned
    assert StaffTask.objects.filter(household=FamilyNote.objects.get().household).count() == 2
