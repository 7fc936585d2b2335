"""Whoever holds one school sees its children, and those who come there: by list, search, export and address."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from booking.enums import BookingMode
from booking.models import Activity, Enrolment, Opening, Period, Reservation, Slot, Stage
from booking.services.requests import submit_request
from core.child_file import DossierField
from core.clock import frozen
from core.models import Child, FileChange
from core.rights import Given, Role, ScopeKind
from core.services.child_file import propose_changes
from tests.factories.child_file import NUTS, a_policy
from tests.factories.people import an_agent
from tests.factories.world import SUNDAY_BEFORE, Canteen, Family, a_canteen, a_family, a_school
from tests.harness.queries import assert_constant_queries

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))


@dataclass(kw_only=True)
class Town:
    """Two schools; ``guest`` is a pupil of the other one, enrolled at this one's canteen."""

    canteen: Canteen
    here: Family
    there: Family
    guest: Family
    sibling: Child  # of ``here``, a pupil of the other school
    asked_here: Reservation
    asked_there: Reservation
    head: object


@pytest.fixture
def town(commune, client_for) -> Town:
    with frozen(NOW):
        canteen = a_canteen(start=date(2026, 11, 23), days=4)
        canteen.period.mode = BookingMode.REQUEST
        canteen.period.save()
        other = a_school(code="ecole-nord", name="École du Nord")
        here = a_family(school=canteen.school, name="Aubépine")
        there, guest = a_family(school=other, name="Lavandier"), a_family(school=other, name="Bourrache")
        sibling = Child.objects.create(
            household=here.household, first_name="Zoé", last_name="Aubépine", birth_date=date(2015, 1, 1),
            school=other,
        )  # fmt: skip
        Enrolment.objects.create(child=guest.child, activity=canteen.activity, valid_from=NOW.date())
        given = Given(role=Role.DESK, kind=ScopeKind.ESTABLISHMENT, code=canteen.school.code)
        yield Town(
            canteen=canteen,
            here=here,
            there=there,
            guest=guest,
            sibling=sibling,
            asked_here=asks(here, canteen.openings[0], canteen.on_time),
            asked_there=asks(there, *another_canteen(canteen, other)),
            head=client_for(commune, an_agent(roles=[given])),
        )


def another_canteen(like: Canteen, school) -> tuple[Opening, Stage]:
    activity = Activity.objects.create(code="nord", establishment=school, regie=like.regie, name="NORD")
    period = Period.objects.create(
        code="nord", activity=activity, name="Nord", start=like.period.start, end=like.period.end,
        weekdays=[1, 2, 4, 5], mode=BookingMode.REQUEST, cancel_rule=SUNDAY_BEFORE,
    )  # fmt: skip
    slot = Slot.objects.create(
        period=period, code="repas", label="REPAS", starts=like.slot.starts, ends=like.slot.ends
    )
    stage = Stage.objects.create(slot=slot, code="s", label="s", cutoff=SUNDAY_BEFORE)
    return Opening.objects.create(slot=slot, date=like.openings[0].date), stage


def asks(family: Family, opening: Opening, stage: Stage) -> Reservation:
    return submit_request(
        child=family.child,
        period=opening.slot.period,
        wishes={opening.pk: stage.pk},
        cancellations=[],
        by=family.user,
        now=NOW,
    )


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return (b"".join(answer) if answer.streaming else answer.content).decode(errors="replace")


def test_lists_searches_and_exports_hold_nothing_of_elsewhere(town):
    for page, seen in (
        ("agent_families", ("Aubépine", "Bourrache")),
        ("agent_children", ("Aubépine", "Bourrache")),
        ("agent_requests", (town.asked_here.display_number,)),
        ("agent_reservations", (town.asked_here.display_number,)),
    ):
        for query in ("", "?format=csv"):
            text = body(town.head.get(reverse(page) + query))
            assert all(word in text for word in seen), (page, query)
            assert "Lavandier" not in text and "Zoé" not in text, (page, query)
    assert "Lavandier" not in body(town.head.get("/agent/recherche/?q=lavand"))
    # A file within reach may bear the same number as the request of elsewhere.
    found = town.head.get(f"/agent/recherche/?q={town.asked_there.pk}")
    assert found.get("Location") != reverse("agent_reservation", args=[town.asked_there.pk])
    assert found.get("Location") != reverse("agent_family", args=[town.there.household.pk])


def test_addresses_of_elsewhere_are_not_found(town):
    for name, mine, theirs in (
        ("agent_family", town.here.household, town.there.household),
        ("agent_family", town.guest.household, town.there.household),
        ("agent_child", town.here.child, town.there.child),
        ("agent_child", town.guest.child, town.sibling),
        ("agent_reservation", town.asked_here, town.asked_there),
        ("agent_request", town.asked_here, town.asked_there),
    ):
        assert town.head.get(reverse(name, args=[mine.pk])).status_code == 200, name
        assert town.head.get(reverse(name, args=[theirs.pk])).status_code == 404, name
    page = body(town.head.get(reverse("agent_family", args=[town.here.household.pk])))
    assert "Jade" in page and "Zoé" not in page, "ni la fratrie d’une autre école"
    assert town.head.post(reverse("agent_child_health", args=[town.there.child.pk])).status_code == 404


def test_a_decision_reaches_no_further(town):
    lines = [*town.asked_here.lines.all(), *town.asked_there.lines.all()]
    decide = {"decision": "accepter", "lignes": [line.pk for line in lines], "origine": ""}
    town.head.post(reverse("agent_requests_decide"), decide)
    states = Reservation.objects.in_bulk([town.asked_here.pk, town.asked_there.pk])
    assert states[town.asked_here.pk].state != "pending"
    assert states[town.asked_there.pk].state == "pending"


def test_a_change_of_health_asks_for_the_right_to_read_it(town, commune, client_for):
    a_policy(DossierField.ALLERGIES, "editable", is_checked=True)
    for family in (town.here, town.there):
        propose_changes(
            owner=family.child,
            values={DossierField.ALLERGIES: NUTS},
            by=family.user,
            now=NOW,
            today=NOW.date(),
        )
    mine, theirs = (FileChange.objects.get(child=one.child).pk for one in (town.here, town.there))
    assert "Arachides" in body(town.head.get(reverse("agent_child_change", args=[mine])))
    assert town.head.get(reverse("agent_child_change", args=[theirs])).status_code == 404
    reader = client_for(commune, an_agent(roles=[Role.READER]))
    assert reader.get(reverse("agent_child_change", args=[mine])).status_code == 403


def test_a_limited_list_costs_the_same_for_any_number(town):
    def add() -> None:
        a_family(school=town.canteen.school, name="Camomille")

    for page in ("agent_families", "agent_children"):
        assert_constant_queries(act=lambda page=page: town.head.get(reverse(page)), add_row=add)
