"""The desk's first page: what waits, today's services and the small charts, at the same price for any number of rows."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from billing.queries.unpaid import find_unpaid
from booking.enums import ReservationState
from booking.models import AttendanceSheet, Opening, Reservation
from booking.queries.office_home import months, occupation
from core.clock import frozen
from core.enums import TaskKind
from core.models import StaffTask
from core.rights import Given, Role, ScopeKind
from tests.factories.billing import a_regie, an_invoice
from tests.factories.office import a_reservation
from tests.factories.people import an_agent
from tests.factories.world import a_canteen, a_family
from tests.harness.queries import assert_constant_queries

NOW = datetime(2027, 3, 2, 8, 30, tzinfo=ZoneInfo("Europe/Paris"))  # a Tuesday
TODAY = NOW.date()


@pytest.fixture
def canteen(commune):
    with frozen(NOW):
        yield a_canteen(start=TODAY - timedelta(days=1), days=8, capacity=10)


@pytest.fixture
def desk(canteen, client_for, commune):
    return client_for(commune, an_agent())


def text(answer) -> str:
    assert answer.status_code == 200
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())


def test_what_waits_stands_first_with_the_age_of_the_oldest(desk, canteen):
    assert "Rien n’attend" in text(desk.get("/agent/"))
    for days in (1, 3):
        with frozen(NOW - timedelta(days=days)):
            a_reservation(canteen, a_family(school=canteen.school))
    Reservation.objects.update(state=ReservationState.PENDING)
    page = text(desk.get("/agent/"))
    assert "2 Demandes à décider le plus ancien : 27/02/2027 08:30" in page


def test_today_says_who_is_expected_and_which_sheets_are_taken(desk, canteen):
    today = canteen.openings[1]
    Opening.objects.filter(pk=today.pk).update(taken=9)
    page = text(desk.get("/agent/"))
    assert "Presque complet 9 / 10" in page
    assert "REPAS ENFANT 11:30 - 13:00 Ecole Henri Serment 0 Personne" in page
    AttendanceSheet.objects.create(opening=today, closed_at=NOW, closed_by=an_agent())
    assert "0 Terminé" in text(desk.get("/agent/"))


def test_the_charts_add_up(canteen):
    Opening.objects.filter(pk__in=[one.pk for one in canteen.openings[:2]]).update(taken=4)
    rows = occupation(first=TODAY - timedelta(days=1), last=TODAY + timedelta(days=5))
    assert [(row.service, row.taken, row.places) for row in rows] == [("RESTAURATION ELEMENTAIRE", 8, 40)]
    Opening.objects.filter(pk=canteen.openings[0].pk).update(capacity=None)
    assert occupation(first=TODAY - timedelta(days=1), last=TODAY)[0].places is None
    first = TODAY.replace(year=2026, month=12, day=1)
    assert [f"{month:%m/%y}" for month in months(first, TODAY)] == ["12/26", "01/27", "02/27", "03/27"]


def test_an_agent_sees_what_its_rights_open(commune, canteen, client_for):
    leader = text(client_for(commune, an_agent(roles=[Role.LEADER])).get("/agent/"))
    assert "Services d’aujourd’hui" in leader
    assert "Recettes par mois" not in leader
    assert "À faire" not in leader


def test_the_page_costs_the_same_for_any_number(desk, canteen):
    def add_row() -> None:
        a_reservation(canteen, a_family(school=canteen.school))
        Reservation.objects.update(state=ReservationState.PENDING)
        Opening.objects.filter(pk=Opening.objects.exclude(taken=9).first().pk).update(taken=9)

    assert_constant_queries(act=lambda: desk.get("/agent/"), add_row=add_row)


def test_an_agent_of_one_till_or_one_school_counts_what_is_theirs(commune, canteen, client_for):
    other = a_regie(code="sejours", prefix="SEJ")
    family = a_family(school=canteen.school)
    for regie, amount in ((canteen.regie, "10"), (other, "32"), (other, "7")):
        invoice = an_invoice(regie, family.household, now=NOW, amount=Decimal(amount))
        StaffTask.objects.create(
            kind=TaskKind.WRONG_BOOKS,
            title=f"Relire {regie}",
            source=f"invoice:{invoice.pk}",
            regie=regie.code,
            created_at=NOW,
        )
    for _ in range(2):
        a_reservation(canteen, a_family(school=canteen.school))
    Reservation.objects.update(state=ReservationState.PENDING)
    Opening.objects.filter(pk=canteen.openings[1].pk).update(taken=9)

    def home_of(role: Role, kind: ScopeKind, code: str) -> str:
        agent = an_agent(roles=[Given(role=role, kind=kind, code=code)])
        with frozen(NOW + timedelta(days=60)):
            return text(client_for(commune, agent).get("/agent/"))

    with frozen(NOW + timedelta(days=60)):
        late = find_unpaid(on=(NOW + timedelta(days=60)).date(), late=True).count()
    assert late == 3
    treasurer = home_of(Role.TREASURER, ScopeKind.REGIE, "sejours")
    assert "2 Factures en retard 39,00 €" in treasurer
    assert "Recettes par mois" in treasurer
    assert "Relire Régie sejours" in treasurer
    assert "Relire Régie Cantine Primaire" not in treasurer
    assert "1 Factures en retard 10,00 €" in home_of(Role.TREASURER, ScopeKind.REGIE, "cantine")

    desk = home_of(Role.DESK, ScopeKind.ESTABLISHMENT, canteen.school.code)
    assert "2 Demandes à décider" in desk
    assert "Factures en retard" not in desk
    assert "Rien n’attend" in home_of(Role.DESK, ScopeKind.ESTABLISHMENT, "ailleurs")


def test_a_limited_agent_pays_the_same_for_any_number(commune, canteen, client_for):
    roles = [
        Given(role=Role.DESK, kind=ScopeKind.ACTIVITY, code=canteen.activity.code),
        Given(role=Role.TREASURER, kind=ScopeKind.REGIE, code=canteen.regie.code),
    ]
    client = client_for(commune, an_agent(roles=roles))

    def add_row() -> None:
        a_reservation(canteen, a_family(school=canteen.school))
        Reservation.objects.update(state=ReservationState.PENDING)

    assert_constant_queries(act=lambda: client.get("/agent/"), add_row=add_row)
