"""Acts and hours as the CAF counts them; occupation and receipts by month."""

from datetime import date, datetime, time
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from billing.models import Charge
from booking.enums import Mark, PlaceState
from booking.models import AttendanceAct, Opening, Place
from booking.queries.statistics import acts, occupation_by_month
from booking.sources import attendance_source, charge_source
from core.clock import frozen
from core.rights import EVERYWHERE
from tests.factories.office import a_reservation
from tests.factories.people import an_agent
from tests.factories.world import Canteen, Family, a_canteen, a_family
from tests.harness.queries import count_queries

NOW = datetime(2027, 3, 2, 8, 30, tzinfo=ZoneInfo("Europe/Paris"))
FEBRUARY = {"reach": EVERYWHERE, "first": date(2027, 2, 1), "last": date(2027, 2, 28)}
MARCH = {"reach": EVERYWHERE, "first": date(2027, 3, 1), "last": date(2027, 3, 31)}


@pytest.fixture
def canteen(commune):
    with frozen(NOW):
        yield a_canteen(start=date(2027, 3, 1), days=8, capacity=10)


def booked(canteen: Canteen, family: Family, days: int) -> list[Place]:
    reservation = a_reservation(canteen, family, days=days)
    return [
        Place.objects.create(opening=line.opening, child=family.child, line=line, state=PlaceState.CONFIRMED)
        for line in reservation.lines.all()
    ]


def mark(opening: Opening, family: Family, mark: Mark, **times: time) -> AttendanceAct:
    return AttendanceAct.objects.create(
        uuid=uuid4(),
        opening=opening,
        child=family.child,
        mark=mark,
        at=NOW,
        received_at=NOW,
        by=an_agent(),
        **times,
    )


def charged(
    canteen: Canteen, family: Family, source: str, on: date, *, amount: str = "3.30", **more
) -> Charge:
    return Charge.objects.create(
        regie=canteen.regie, household=family.household, child=family.child, source=source, service_date=on,
        group_label="Cantine", label="Repas", unit_price=Decimal(amount), amount=Decimal(amount), created_at=NOW, **more,
    )  # fmt: skip


def test_acts_are_booked_attended_and_billed(canteen):
    family, late = a_family(school=canteen.school), a_family(school=canteen.school, name="Durand")
    late.child.birth_date = date(2022, 6, 1)
    late.child.save()
    first, second, third = booked(canteen, family, 3)
    mark(first.opening, family, Mark.PRESENT)
    mark(second.opening, family, Mark.PRESENT)
    mark(second.opening, family, Mark.ABSENT)  # the last act of a child is the truth
    charged(canteen, family, charge_source(first.line_id), first.opening.date)
    voided = charged(
        canteen,
        family,
        charge_source(second.line_id),
        second.opening.date,
        voided_at=NOW,
        void_reason="Malade",
    )
    charged(canteen, family, f"{voided.source}:rectif:1", second.opening.date, corrects=voided)
    came = mark(third.opening, late, Mark.PRESENT, arrived=time(12), left=time(12, 45))
    charged(canteen, late, attendance_source(came.pk), third.opening.date)
    rows, children = acts(**MARCH)
    assert children == 2
    young, old = rows
    assert (young.age, young.booked, young.attended, young.attended_hours) == (
        "Moins de 6 ans",
        0,
        1,
        Decimal("0.75"),
    )
    assert (young.billed, young.billed_hours, young.unmarked) == (1, Decimal("1.50"), 0)
    assert (old.age, old.children, old.booked, old.booked_hours) == ("6 à 11 ans", 1, 3, Decimal("4.50"))
    assert (old.attended, old.attended_hours) == (1, Decimal("1.50"))
    assert (old.billed, old.unmarked, old.month) == (2, 1, date(2027, 3, 1))
    assert acts(**FEBRUARY) == ([], 0)
    assert acts(**MARCH, activity=canteen.activity.pk + 1) == ([], 0)
    assert count_queries(lambda: acts(**MARCH, establishment=canteen.school.pk)) == 2


def test_occupation_leaves_closed_days_out(canteen):
    Opening.objects.filter(pk=canteen.openings[0].pk).update(taken=7)
    Opening.objects.filter(pk=canteen.openings[1].pk).update(closed_reason="Grève")
    (row,) = occupation_by_month(**MARCH)
    assert (row.days, row.taken, row.places) == (7, 7, 70)


def test_the_page_its_workbook_and_its_paper_agree(canteen, client_for, commune):
    booked(canteen, a_family(school=canteen.school), 2)
    desk = client_for(commune, an_agent())
    span = {"du": "2027-03-01", "au": "2027-03-31"}
    page = desk.get("/agent/statistiques/caf/", span).content.decode()
    assert "2 réservations sans pointage" in page
    lines = (
        desk.get("/agent/statistiques/caf/", span | {"format": "csv"})
        .content.decode("utf-8-sig")
        .splitlines()
    )
    assert lines[1].endswith(";6 à 11 ans;1;2;3,00;0;0,00;0;0,00")
    assert lines[2] == "Total;;;;1;2;3,00;0;0,00;0;0,00"
    paper = desk.get("/agent/statistiques/caf/", span | {"format": "pdf"})
    assert b"".join(paper.streaming_content).startswith(b"%PDF")
    for view in ("occupation", "recettes"):
        assert desk.get(f"/agent/statistiques/{view}/", span).status_code == 200
    assert desk.get("/agent/statistiques/inconnue/").status_code == 404
    wrong = desk.get("/agent/statistiques/", {"du": "2027-03-31", "au": "2027-03-01"}).content.decode()
    assert "La fin précède le début." in wrong
