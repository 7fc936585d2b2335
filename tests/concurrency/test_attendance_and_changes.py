"""Two sendings of the same acts at once; a cancelled day against the family that books or cancels it."""

import time
from datetime import date, datetime
from threading import Event
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from billing.models import Charge, Invoice
from billing.services.invoices import issue_invoice
from booking.enums import Mark, PaymentMode, PlaceState, RefundRule
from booking.errors import ChangeRefusedError, RequestRefusedError
from booking.models import AttendanceAct, ChangedLine, Opening, Period, Place, Reservation, ServiceChange
from booking.queries.attendance import openings
from booking.queries.changes import Scope
from booking.services.attendance import Marking, close_sheet, record_marks
from booking.services.changes import cancel_services
from booking.services.requests import submit_request
from core.clock import frozen
from core.locks import lock_rows
from tests.factories.people import an_agent
from tests.factories.world import Canteen, a_canteen, a_family
from tests.harness.threads import run_together

pytestmark = pytest.mark.concurrency

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))
DAYS = 6
FAMILIES = 8


@pytest.fixture
def canteen(transactional_db, commune) -> Canteen:
    return a_canteen(start=date(2026, 11, 23), days=DAYS, payment=PaymentMode.INVOICED)


def ask(canteen, family, *, wishes=True):
    return submit_request(
        child=family.child,
        period=canteen.period,
        wishes=canteen.wishes(days=DAYS) if wishes else {},
        cancellations=[] if wishes else [opening.pk for opening in canteen.openings],
        by=family.user,
        now=NOW,
    )


def cancel(canteen, agent):
    scope = Scope(opening_ids=tuple(opening.pk for opening in reversed(canteen.openings)))
    return cancel_services(scope=scope, reason="Grève", by=agent, now=NOW)


def test_the_same_acts_sent_twice_at_once_are_kept_once(canteen):
    opening, agent = openings().get(pk=canteen.openings[0].pk), an_agent()
    acts = [
        Marking(uuid=uuid4(), child_id=a_family(school=canteen.school).child.pk, mark=Mark.PRESENT, at=NOON)
        for _ in range(10)
    ]
    outcomes = run_together(
        [
            lambda: record_marks(opening=opening, markings=acts, device="tablette", by=agent, now=NOON)
            for _ in range(4)
        ]
    )
    assert {outcome.settled for outcome in outcomes} == {frozenset(act.uuid for act in acts)}
    assert AttendanceAct.objects.count() == 10
    run_together([lambda: close_sheet(opening=opening, rest_is_absent=True, by=agent, now=NOON)] * 4)
    assert Charge.objects.count() == 10


def test_a_cancelled_day_and_the_families_who_cancel_it(canteen):
    families, agent = [a_family(school=canteen.school) for _ in range(FAMILIES)], an_agent()
    with frozen(NOW):
        for family in families:
            ask(canteen, family)
        outcomes = run_together(
            [
                lambda: cancel(canteen, agent),
                *(lambda family=family: ask(canteen, family, wishes=False) for family in families),
            ]
        )
    assert {type(one) for one in outcomes} <= {ServiceChange, Reservation, RequestRefusedError}
    assert set(Place.objects.values_list("state", flat=True)) == {PlaceState.RELEASED}
    assert set(Opening.objects.values_list("taken", "closed_reason")) == {(0, "Grève")}
    # Each day was given back by one of the two, never by both.
    by_families = sum(isinstance(one, Reservation) for one in outcomes)
    assert ChangedLine.objects.count() == DAYS * (FAMILIES - by_families)
    assert not Charge.objects.filter(voided_at=None).exists()


def test_a_cancelled_day_and_the_families_who_book_it(canteen):
    families, agent = [a_family(school=canteen.school) for _ in range(FAMILIES)], an_agent()
    with frozen(NOW):
        outcomes = run_together(
            [
                *(lambda family=family: ask(canteen, family) for family in families),
                lambda: cancel(canteen, agent),
            ]
        )
    assert {type(one) for one in outcomes} <= {ServiceChange, Reservation, RequestRefusedError}
    assert not Place.objects.live(NOW).exists()
    assert set(Opening.objects.values_list("taken", "closed_reason")) == {(0, "Grève")}
    assert not Charge.objects.filter(voided_at=None).exists()


def test_a_day_cancelled_while_it_is_being_invoiced_is_credited(canteen):
    """The invoice wins the charges; the cancellation must then see that they are invoiced, not void nothing."""
    family, agent, held = a_family(school=canteen.school), an_agent(), Event()
    Period.objects.update(refund=RefundRule.CREDIT)

    def invoice() -> None:
        with transaction.atomic():
            charges = lock_rows(Charge.objects.all())
            held.set()
            wait_for_somebody_behind()
            issue_invoice(
                regie=charges[0].regie, household=family.household, charges=charges, on=NOW.date(), now=NOW
            )

    def cancel_meanwhile() -> ServiceChange:
        held.wait(timeout=10)
        return cancel(canteen, agent)

    with frozen(NOW):
        ask(canteen, family)
        _, change = run_together([invoice, cancel_meanwhile])
    invoiced = Invoice.objects.get().total
    assert invoiced > 0
    assert (change.voided, change.credited) == (0, invoiced)
    assert Charge.objects.filter(invoice_line=None).aggregate(sum=Sum("amount"))["sum"] == -invoiced


def wait_for_somebody_behind() -> None:
    """Until another connection waits for a lock, five seconds at most."""
    patience = time.monotonic() + 5
    with connection.cursor() as cursor:
        while time.monotonic() < patience:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.05)
    raise AssertionError("personne n’attend")


def test_an_agent_who_confirms_twice_cancels_once(canteen):
    family, agent = a_family(school=canteen.school), an_agent()
    with frozen(NOW):
        ask(canteen, family)
        outcomes = run_together([lambda: cancel(canteen, agent)] * 3)
    kinds = sorted(type(one).__name__ for one in outcomes)
    assert kinds == [ChangeRefusedError.__name__] * 2 + [ServiceChange.__name__]
    assert ChangedLine.objects.count() == DAYS
