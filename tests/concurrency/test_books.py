"""Money that comes while its day is being closed; a form sent twice at once."""

from threading import Event
from uuid import uuid4

import pytest

from billing.models import Closing, JournalEntry, Quittance
from billing.queries.check import check_ledger
from billing.services import closings, counter, journal
from billing.services.closings import close_day
from core.clock import now as clock_now
from core.clock import today
from core.money import ZERO
from tenants.context import town_timezone
from tests.factories.billing import a_regie
from tests.factories.counter import a_cheque, a_quittance
from tests.factories.people import an_agent
from tests.factories.world import a_family
from tests.harness.threads import run_together


@pytest.fixture
def regie(transactional_db, commune):
    return a_regie()


def close_while_money_comes(regie, monkeypatch) -> Closing:
    """The money is written, not committed yet, when the day is closed."""
    written, closed = Event(), Event()
    agent, household = an_agent(), a_family(school=None).household

    def stay(*_: object) -> None:
        written.set()
        closed.wait(1)

    monkeypatch.setattr(counter, "_tell", stay)

    def close() -> None:
        written.wait(10)
        close_day(
            regie=regie,
            last_day=today(town_timezone()),
            cash_counted=ZERO,
            explanation="",
            by=agent,
            now=clock_now(),
        )
        closed.set()

    def pay() -> None:
        a_quittance(regie, household, a_cheque("10.00"), now=clock_now(), by=agent)

    assert run_together([pay, close]) == [None, None]
    return Closing.objects.get()


def test_without_the_lock_a_closed_day_forgets_money(regie, monkeypatch):
    for module in (journal, closings):
        monkeypatch.setattr(module, "lock_ids", lambda _: [])

    closing = close_while_money_comes(regie, monkeypatch)

    assert closing.entries == 0
    assert any("le journal a changé depuis" in problem for problem in check_ledger())


def test_a_closing_waits_for_the_money_that_is_being_written(regie, monkeypatch):
    closing = close_while_money_comes(regie, monkeypatch)

    assert (closing.entries, JournalEntry.objects.get().on) == (1, closing.last_day)
    assert check_ledger() == []


def test_a_form_sent_twice_at_once_makes_one_quittance(regie):
    agent, household, token, now = an_agent(), a_family(school=None).household, uuid4(), clock_now()

    def pay() -> Quittance:
        return a_quittance(regie, household, a_cheque("10.00"), now=now, by=agent, token=token)

    made = run_together([pay, pay, pay])

    assert set(made) == {Quittance.objects.get()}
    assert check_ledger() == []
