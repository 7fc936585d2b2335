"""Slips and closings: what leaves the till, and what no longer changes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from billing.enums import ClosingKind, Means
from billing.errors import BooksError
from billing.models import Closing, DepositItem, DepositSlip, JournalEntry, Refund
from billing.queries.books import account_balance, find_entries, in_till, to_deposit, totals_by_means
from billing.queries.check import check_ledger
from billing.queries.situation import receipts_by_means, situations
from billing.services.closings import close_day, close_month
from billing.services.credit_use import refund_credit
from billing.services.credits import mark_refunded
from billing.services.deposits import cancel_slip, make_slip
from billing.services.reconciliation import read_statement
from core.money import ZERO
from tests.factories.counter import a_cheque, a_quittance, cash, titles
from tests.factories.people import an_agent
from tests.factories.world import Family, a_family

DAY = timedelta(days=1)
TEN = {Decimal("10.00"): 1}


@pytest.fixture
def family(regie) -> Family:
    return a_family(school=None)


@pytest.fixture
def agent(commune):
    return an_agent()


@pytest.fixture
def close(regie, agent, now):
    def act(day: date | None = None, *, counted: str = "0", explanation: str = "", at=now) -> Closing:
        return close_day(
            regie=regie, last_day=day or at.date(), cash_counted=Decimal(counted), explanation=explanation, by=agent, now=at
        )  # fmt: skip

    return act


def slip(regie, means: Means, *, agent, now, cash=None) -> DepositSlip:
    ids = to_deposit(regie, means).values_list("pk", flat=True)
    return make_slip(regie=regie, means=means, payment_ids=list(ids), cash=cash or {}, by=agent, now=now)


def test_the_till_empties_as_slips_are_made(regie, family, agent, now):
    a_quittance(regie, family.household, cash("10.00"), a_cheque("25.00"), titles("8.00"), now=now)
    assert in_till(regie, on=now.date()) == {
        Means.CASH: Decimal("10.00"), Means.CHEQUE: Decimal("25.00"), Means.CESU: ZERO, Means.ANCV: Decimal("8.00")
    }  # fmt: skip
    assert account_balance(regie, on=now.date()) == ZERO

    made = [
        slip(regie, Means.CASH, cash=TEN, agent=agent, now=now),
        slip(regie, Means.CHEQUE, agent=agent, now=now),
    ]

    assert [one.reference for one in made] == ["2026-00001", "2026-00002"]
    assert in_till(regie, on=now.date())[Means.CASH] == ZERO
    assert account_balance(regie, on=now.date()) == Decimal("35.00")
    assert check_ledger() == []


def test_the_situation_says_what_waits_for_somebody(regie, family, agent, close, now):
    yesterday = now - DAY
    a_quittance(regie, family.household, cash("10.00"), a_cheque("25.00"), now=yesterday)
    a_quittance(regie, family.household, cash("5.00"), now=now)
    slip(regie, Means.CHEQUE, agent=agent, now=now)
    refund_credit(household=family.household, regie=regie, amount=Decimal("3.00"), reason="Trop", now=now)
    read_statement(
        regie=regie, first_day=yesterday.date(), last_day=now.date(), filename="r.csv",
        content=b"date;reference;montant\n17/11/2026;INCONNU1;8,00", by=agent, now=now,
    )  # fmt: skip

    (one,) = situations([regie], on=now.date())

    assert one.till == {Means.CASH: Decimal("15.00")}
    assert (one.account, one.today) == (Decimal("25.00"), Decimal("5.00"))
    assert one.received == {Means.CASH: Decimal("5.00")}
    assert (one.closed, one.days_to_close, one.month_to_close) == (None, 1, None)
    assert (one.refunds, one.refund_sum, one.differences) == (1, Decimal("3.00"), 1)
    close(yesterday.date(), counted="10.00", at=now)
    (one,) = situations([regie], on=now.date())
    assert (one.closed, one.days_to_close) == (yesterday.date(), 0)
    (later,) = situations([regie], on=now.date() + timedelta(days=20))
    assert (later.days_to_close, later.month_to_close) == (1, date(2026, 11, 1))
    months = receipts_by_means([regie], first=date(2026, 10, 1), last=now.date())
    assert months == [
        (date(2026, 10, 1), {}),
        (date(2026, 11, 1), {Means.CASH: Decimal("15.00"), Means.CHEQUE: Decimal("25.00")}),
    ]


def test_notes_and_coins_make_the_sum_of_a_cash_slip(regie, family, agent, now):
    a_quittance(regie, family.household, cash("10.00"), now=now)
    with pytest.raises(BooksError, match="Les coupures font 5,00"):
        slip(regie, Means.CASH, cash={Decimal("5.00"): 1}, agent=agent, now=now)
    assert not DepositSlip.objects.exists()


def test_a_payment_is_on_one_slip_at_most(regie, family, agent, now):
    payment = a_quittance(regie, family.household, a_cheque("25.00"), now=now).payments.get()
    first = slip(regie, Means.CHEQUE, agent=agent, now=now)
    with pytest.raises(BooksError, match="plus dans la caisse"):
        make_slip(regie=regie, means=Means.CHEQUE, payment_ids=[payment.pk], cash={}, by=agent, now=now)
    with pytest.raises(IntegrityError, match="deposititem_once"), transaction.atomic():
        DepositItem.objects.create(slip=first, payment=payment)

    cancel_slip(slip=first, reason="Oublié un chèque", by=agent, now=now)
    again = slip(regie, Means.CHEQUE, agent=agent, now=now)

    assert (again.number, again.total) == (2, Decimal("25.00"))
    assert check_ledger() == []


def test_a_slip_of_a_closed_day_stays(regie, family, agent, now, close):
    a_quittance(regie, family.household, a_cheque("25.00"), now=now)
    made = slip(regie, Means.CHEQUE, agent=agent, now=now)
    close()
    with pytest.raises(BooksError, match="18/11/2026 est arrêtée"):
        cancel_slip(slip=made, reason="Erreur", by=agent, now=now)


def test_a_closed_day_takes_nothing_more(regie, family, now, close):
    a_quittance(regie, family.household, cash("10.00"), now=now)
    closing = close(counted="10.00")
    assert (closing.entries, closing.total) == (1, Decimal("10.00"))

    later = a_quittance(regie, family.household, cash("5.00"), now=now)

    entry = later.payments.get().entries.get()
    assert (entry.on, entry.at) == (now.date() + DAY, now)
    assert later.payments.get().paid_at == now
    with pytest.raises(IntegrityError, match="est arrêtée"), transaction.atomic():
        JournalEntry.objects.create(
            regie=regie, household=family.household, payment=later.payments.get(), on=now.date(), at=now,
            kind="received", means="cash", amount=Decimal("5.00"),
        )  # fmt: skip
    assert check_ledger() == []


@pytest.mark.parametrize("statement", ["UPDATE {table} SET at = now()", "DELETE FROM {table}"])
@pytest.mark.parametrize(
    "table", ["billing_journalentry", "billing_quittance", "billing_closing", "billing_tender"]
)
def test_the_database_keeps_the_books_as_they_are(regie, family, now, close, table, statement):
    a_quittance(regie, family.household, a_cheque("10.00"), now=now)
    close()
    statement = statement.replace("at = now()", "bank = ''") if table == "billing_tender" else statement
    with (
        pytest.raises(IntegrityError, match="ne se modifie pas"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table=table))


def test_a_difference_is_explained(regie, family, now, close):
    a_quittance(regie, family.household, cash("10.00"), now=now)
    with pytest.raises(BooksError, match="expliquez l’écart"):
        close(counted="9.00")
    closing = close(counted="9.00", explanation="Pièce de 1 € manquante")
    assert closing.difference == Decimal("-1.00")


def test_closings_go_forward_only(now, close):
    close(now.date() - DAY)
    for day in (now.date() - DAY, now.date() - 2 * DAY):
        with pytest.raises(BooksError, match="déjà arrêtée au 17/11/2026"):
            close(day)
    with pytest.raises(BooksError, match="à venir"):
        close(now.date() + DAY)


def test_a_month_is_closed_after_its_days(regie, family, agent, now, close):
    a_quittance(regie, family.household, cash("10.00"), now=now)
    december = now + timedelta(days=20)

    def month(at):
        return close_month(regie=regie, month=date(2026, 11, 1), by=agent, now=at)

    with pytest.raises(BooksError, match="novembre 2026 n’est pas fini"):
        month(now)
    with pytest.raises(BooksError, match="Arrêtez d’abord la journée du 30/11/2026"):
        month(december)
    close(date(2026, 11, 30), counted="10.00", at=december)

    closing = month(december)

    assert (closing.kind, closing.first_day, closing.last_day) == (
        ClosingKind.MONTH,
        now.date(),
        date(2026, 11, 30),
    )
    assert (closing.entries, closing.total) == (1, Decimal("10.00"))
    with pytest.raises(BooksError, match="déjà arrêté"):
        month(december)
    assert check_ledger() == []


def test_months_are_closed_in_their_order(regie, family, agent, now, close):
    a_quittance(regie, family.household, cash("10.00"), now=now)
    later = now + timedelta(days=40)
    a_quittance(regie, family.household, cash("5.00"), now=later)
    february = now + timedelta(days=80)
    close(date(2027, 1, 31), counted="15.00", at=february)
    (row,) = situations([regie], on=february.date())
    assert (row.month_to_close, row.days_to_close) == (date(2026, 11, 1), 0)
    with pytest.raises(BooksError, match="Arrêtez d’abord le mois de novembre 2026"):
        close_month(regie=regie, month=date(2026, 12, 1), by=agent, now=february)
    close_month(regie=regie, month=date(2026, 11, 1), by=agent, now=february)
    (row,) = situations([regie], on=february.date())
    assert row.month_to_close == date(2026, 12, 1)
    december = close_month(regie=regie, month=date(2026, 12, 1), by=agent, now=february)
    assert (december.first_day, december.total) == (date(2026, 12, 1), Decimal("5.00"))
    assert check_ledger() == []


def test_refunds_are_written_when_they_are_made(regie, family, agent, now):
    a_quittance(regie, family.household, a_cheque("40.00"), now=now)
    refund_credit(household=family.household, regie=regie, amount=Decimal("5.00"), reason="Trop", now=now)
    assert JournalEntry.objects.count() == 1

    mark_refunded(refund_ids=[Refund.objects.get().pk], by=agent, now=now)

    (total,) = [one for one in totals_by_means(find_entries(regie=regie.pk)) if one.means == Means.TRANSFER]
    assert (total.refunded, total.total, total.count) == (Decimal("-5.00"), Decimal("-5.00"), 1)
    assert check_ledger() == []


def test_the_check_sees_a_journal_that_was_changed(regie, family, now, close):
    a_quittance(regie, family.household, cash("10.00"), now=now)
    close(counted="10.00")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE billing_journalentry SET amount = 9")
        cursor.execute("SET LOCAL session_replication_role = origin")

    problems = " ".join(check_ledger())
    assert "9,00\xa0€ au journal pour 10,00\xa0€ reçus" in problems
    assert "le journal a changé depuis" in problems
    assert "les espèces attendues ont changé depuis" in problems
