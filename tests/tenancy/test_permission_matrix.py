"""Each role × each page of the desk, against two tables written by hand: what a group of pages asks, what a role may.

A new page follows its group (the longest beginning of its name); a new group needs a line here: someone must say who
it is for. What differs from its group stands under its own name.
"""

from dataclasses import dataclass
from datetime import date

import pytest
from django.urls import reverse

from billing.models import Regie
from booking.models import Activity, Opening, Period, Slot
from core.clock import now
from core.enums import TaskKind
from core.models import Establishment
from core.rights import Given, Right, Role, ScopeKind, rights_from
from core.services.office import open_task
from tests.factories.billing import a_regie
from tests.factories.people import an_agent
from tests.factories.world import Canteen, a_canteen, a_family, a_school
from tests.tenancy.test_every_url import AGENT, addresses

ALL = {right.value for right in Right}
MAY = {
    Role.ADMIN: ALL,
    Role.DESK: {"read", "family", "health", "book", "decide", "attend", "message", "tasks", "accounts"},
    Role.TREASURER: {"read", "message", "tasks", "accounts", "invoice", "cash"},
    Role.LEADER: {"attend"},
    Role.HEAD: {"read", "attend"},
    Role.EDITOR: {"publish"},
    Role.READER: {"read", "accounts"},
}

# Beginning of the URL name → the right to open it, then the right to act there when it is another one.
ASKS = {
    "agent_home": (None,),
    "agent_security": (None,),
    "agent_security_password": (None,),
    "agent_search": ("read",),
    "agent_statistics": ("read",),
    "agent_task": ("tasks",),
    "agent_conversation": ("message",),
    "agent_mailing": ("message",),
    "agent_mail": ("family",),
    # Families
    "agent_families": ("read",),
    "agent_family": ("read",),
    "agent_family_new": ("family",),
    "agent_family_note": ("family",),
    "agent_family_task": ("tasks",),
    "agent_family_edit": ("family",),
    "agent_family_enrol": ("book",),
    "agent_family_merge": ("family",),
    "agent_family_quotients": ("read", "family"),
    "agent_family_statements": ("accounts",),
    "agent_family_yearly": ("accounts",),
    "agent_family_fiscal": ("accounts",),
    "agent_guardian": ("family",),
    "agent_privacy": ("family",),
    "agent_privacy_retention": ("configure",),
    "agent_registration": ("family",),
    "agent_registration_mode": ("configure",),
    "agent_account": ("family",),
    "agent_activation": ("family",),
    "agent_provisional": ("family",),
    "agent_import": ("family",),
    "agent_child": ("read",),
    "agent_child_change": ("read", "family"),
    "agent_child_changes": ("read",),
    "agent_child_readings": ("staff",),
    "agent_child_health": ("health",),
    "agent_child_file": ("family",),
    "agent_child_edit": ("family",),
    "agent_child_new": ("family",),
    "agent_child_facts": ("family",),
    "agent_custody": ("family",),
    "agent_document": ("decide",),
    "agent_document_add": ("family",),
    "agent_documents": ("read",),
    "agent_quotient": ("family",),
    "agent_quotients": ("read",),
    "agent_quotient_settings": ("configure",),
    "agent_declaration": ("family",),
    # Reservations
    "agent_request": ("read",),
    "agent_requests_decide": ("decide",),
    "agent_requests_undo": ("decide",),
    "agent_requests_capacity": ("configure",),
    "agent_reservation": ("read",),
    "agent_booking": ("book",),
    "agent_waiting": ("read",),
    "agent_waiting_act": ("decide",),
    "agent_waiting_enlist": ("decide",),
    "agent_change": ("read",),
    "agent_change_new": ("decide",),
    "agent_change_undo": ("decide",),
    "agent_absence": ("read",),
    "agent_absence_new": ("book",),
    "agent_absence_decide": ("decide",),
    "agent_absence_paper": ("decide",),
    "agent_enrolment": ("read",),
    "agent_enrolment_add": ("book",),
    "agent_enrolment_end": ("book",),
    # On the spot
    "agent_attendance": ("attend",),
    "agent_attendance_cost": ("invoice",),
    "agent_meals": ("attend",),
    "agent_meals_order": ("decide",),
    # Money
    "agent_campaign": ("accounts",),
    "agent_campaign_new": ("invoice",),
    "agent_campaign_act": ("invoice",),
    "agent_campaign_line": ("invoice",),
    "agent_campaign_lines": ("invoice",),
    "agent_unpaid": ("accounts",),
    "agent_credit": ("accounts",),
    "agent_credit_refund": ("cash",),
    "agent_credit_use": ("cash",),
    "agent_invoice": ("accounts",),
    "agent_payment": ("accounts",),
    "agent_payment_check": ("cash",),
    "agent_payment_reject": ("cash",),
    "agent_payment_refund": ("cash",),
    "agent_payment_refunds": ("accounts",),
    "agent_payment_refunds_done": ("cash",),
    "agent_counter": ("cash",),
    "agent_quittance": ("accounts",),
    "agent_quittance_undo": ("cash",),
    "agent_quittance_unpaid": ("cash",),
    "agent_books": ("accounts",),
    "agent_books_statements": ("accounts", "cash"),
    "agent_books_statement_settle": ("cash",),
    "agent_books_treasury_file": ("cash",),
    "agent_books_treasury_back": ("cash",),
    "agent_books_treasury_new": ("cash",),
    "agent_books_treasury_codes": ("configure",),
    "agent_books_treasury_titles": ("cash",),
    "agent_deposit": ("accounts",),
    "agent_deposit_new": ("cash",),
    "agent_deposit_cancel": ("cash",),
    "agent_closing": ("accounts",),
    "agent_closing_new": ("cash",),
    "agent_closing_month": ("cash",),
    "agent_debit": ("invoice",),
    "agent_debits": ("accounts", "invoice"),
    "agent_debit_batch": ("accounts",),
    "agent_debit_batch_act": ("invoice",),
    "agent_debit_batch_file": ("invoice",),
    "agent_debit_settings": ("configure",),
    "agent_debit_mandates": ("accounts",),
    "agent_debit_mandate": ("accounts", "invoice"),
    "agent_debit_mandate_end": ("invoice",),
    "agent_debit_mandate_pdf": ("accounts",),
    "agent_tariff": ("accounts",),
    "agent_tariff_version": ("configure",),
    "agent_tariff_drop": ("configure",),
    # The town
    "agent_portal": ("publish",),
    "agent_portal_preview": (None,),
    "agent_setting": ("configure",),
    "agent_organise": ("configure",),
    "agent_settings": ("configure",),
    "agent_place": ("configure",),
    "agent_places": ("read",),
    "agent_places_period": ("read", "configure"),
    "agent_places_staffing": ("configure",),
    "agent_places_close": ("configure",),
    "agent_priorit": ("configure",),
    "agent_simulator": ("configure",),
    "agent_provider": ("configure",),
    "agent_year": ("family",),
    "agent_year_plan": ("configure",),
    "agent_year_unplan": ("configure",),
    "agent_year_apply": ("configure",),
    "agent_year_undo": ("configure",),
    "agent_colleague": ("staff",),
    "agent_journal": ("staff",),
}
# The pages that a role held for one school, one activity or one régie opens: they show nothing else.
SCOPED = ("agent_search", "agent_families", "agent_family", "agent_child", "agent_request", "agent_reservation", "agent_booking", "agent_waiting", "agent_absence", "agent_document", "agent_quotients", "agent_statistics", "agent_conversation", "agent_attendance", "agent_meals", "agent_payment", "agent_campaign", "agent_unpaid", "agent_invoice", "agent_credit", "agent_books", "agent_counter", "agent_quittance", "agent_deposit", "agent_closing")  # fmt: skip


def expected(name: str) -> tuple[str | None, str | None]:
    found = max((start for start in ASKS if name.startswith(start)), key=len, default=None)
    assert found, f"dites à qui s’ouvre {name}"
    reads, *acts = ASKS[found]
    return reads, acts[0] if acts else reads


DOORS = {pattern.name: pattern.callback.door for pattern in addresses() if pattern.name in AGENT}


def test_each_page_asks_the_right_of_the_table():
    asked = {name: (door.right, door.acting or door.right) for name, door in DOORS.items()}
    assert asked == {name: expected(name) for name in AGENT}
    assert [name for name, door in DOORS.items() if door.scoped and not name.startswith(SCOPED)] == []


def test_each_role_opens_its_pages_and_no_other():
    for role, rights in MAY.items():
        held = rights_from([Given(role=role, kind=ScopeKind.TOWN)])
        opened = {name for name, door in DOORS.items() if door.lets_in(held)}
        assert opened == {name for name in AGENT if expected(name)[0] in {None, *rights}}, role


def test_the_door_itself_refuses_what_the_table_refuses(commune, client_for):
    """Every page, read and acted upon, by whoever only marks attendance: no view is reached that should not be."""
    client = client_for(commune, an_agent(roles=[Role.LEADER]))
    for pattern in addresses():
        if pattern.name not in AGENT:
            continue
        url = reverse(pattern.name, kwargs={key: _some(key) for key in pattern.pattern.converters})
        reads, acts = expected(pattern.name)
        for right, ask in ((reads, client.get), (acts, client.post)):
            if right not in {None, "attend"}:
                assert ask(url).status_code == 403, (pattern.name, right)


def _some(key: str) -> object:
    return "x" if key in {"code", "kind", "group", "means", "shape", "driver", "export", "period_code"} else 1


@dataclass(frozen=True, kw_only=True)
class Two:
    """One canteen, and the same service of another school and another régie."""

    mine: Canteen
    opening: Opening  # of the other
    school: Establishment
    regie: Regie


@pytest.fixture
def two(commune) -> Two:
    mine = a_canteen(start=date(2026, 11, 23), days=2)
    school, regie = a_school(code="ecole-nord", name="École du Nord"), a_regie(code="sej", prefix="SEJ")
    regie.name = "Régie des séjours"
    regie.save()
    activity = Activity.objects.create(code="nord", establishment=school, regie=regie, name="CANTINE NORD")
    period, slot, opening = mine.period, mine.slot, mine.openings[0]
    period = Period.objects.create(
        code="nord",
        activity=activity,
        name="Nord",
        start=period.start,
        end=period.end,
        weekdays=[1, 2],
        cancel_rule=period.cancel_rule,
    )
    slot = Slot.objects.create(period=period, code="repas", label="REPAS", starts=slot.starts, ends=slot.ends)
    opening = Opening.objects.create(slot=slot, date=opening.date)
    return Two(mine=mine, opening=opening, school=school, regie=regie)


def sheet_of(opening: Opening, name: str = "agent_attendance_sheet") -> str:
    return reverse(name, args=[opening.pk])


def test_who_holds_one_school_sees_its_sheets_and_children_only(two, commune, client_for):
    given = Given(role=Role.LEADER, kind=ScopeKind.ESTABLISHMENT, code=two.mine.school.code)
    leader, mine = client_for(commune, an_agent(roles=[given])), two.mine.openings[0]
    day = leader.get(f"/agent/pointage/?date={mine.date}").content.decode()
    assert sheet_of(mine) in day
    assert sheet_of(two.opening) not in day
    assert leader.get(sheet_of(mine)).status_code == 200
    assert leader.get(sheet_of(two.opening)).status_code == 404
    meals = leader.get(f"/agent/repas/?date={mine.date}").content.decode()
    assert "RESTAURATION ELEMENTAIRE" in meals
    assert "CANTINE NORD" not in meals

    stranger = a_family(school=two.school, name="Lavandier").child
    found = leader.get(f"{sheet_of(mine)}?q=Lavandier").content.decode()
    assert stranger.first_name not in found
    brought = {"enfant": stranger.pk}
    assert leader.post(sheet_of(mine, "agent_attendance_unbooked"), brought).status_code == 404
    assert not stranger.attendance_acts.exists()
    whole = client_for(commune, an_agent(roles=[Role.LEADER]))
    assert stranger.first_name in whole.get(f"{sheet_of(mine)}?q=Lavandier").content.decode()


def test_who_holds_one_regie_keeps_its_books_only(two, commune, client_for):
    given = Given(role=Role.TREASURER, kind=ScopeKind.REGIE, code=two.mine.regie.code)
    till, household = client_for(commune, an_agent(roles=[given])), a_family(school=two.mine.school).household
    for name in ("agent_books", "agent_books_journal", "agent_deposits", "agent_closings", "agent_payments", "agent_books_treasury", "agent_books_statements", "agent_credits", "agent_campaigns", "agent_campaign_new", "agent_unpaid"):  # fmt: skip
        answer = till.get(reverse(name))
        assert answer.status_code == 200, name
        assert two.regie.name not in answer.content.decode(), name
    assert till.get(reverse("agent_counter", args=[household.pk, two.mine.regie.code])).status_code == 200
    assert till.get(reverse("agent_counter", args=[household.pk, two.regie.code])).status_code == 404
    assert till.get(reverse("agent_family", args=[household.pk])).status_code == 200
    assert till.post(reverse("agent_books_treasury_new", args=[two.regie.code])).status_code == 404
    assert till.get(reverse("agent_credit", args=[household.pk, two.regie.code])).status_code == 404
    for regie in (two.regie, two.mine.regie):
        open_task(
            kind=TaskKind.DOUBLE_PAYMENT,
            source=f"payment:1:{regie.pk}",
            title=f"À regarder chez {regie.code}",
            body="",
            regie=regie.code,
            now=now(),
        )
    home = till.get(reverse("agent_books")).content.decode()
    assert f"À regarder chez {two.mine.regie.code}" in home
    assert f"À regarder chez {two.regie.code}" not in home
    assert "1 paiement à regarder" in till.get(reverse("agent_payments")).content.decode()
