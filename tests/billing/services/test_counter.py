"""Money at the counter: what it pays, what is refused, how it is undone."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from billing.enums import EntryKind, Means, PaymentState
from billing.errors import CounterError
from billing.models import Allocation, DepositSlip, JournalEntry, Payment, Quittance
from billing.queries.check import check_ledger
from billing.queries.credits import credits_of
from billing.queries.ledger import regie_summaries
from billing.services.closings import close_day
from billing.services.counter_reversals import cancel_quittance, correct_quittance, reject_payment
from billing.services.credit_use import refund_credit, use_credit
from billing.services.deposits import make_slip
from core.models import OutgoingMail
from core.money import ZERO
from tests.factories.billing import an_invoice
from tests.factories.counter import a_cheque, a_quittance, cash, titles
from tests.factories.people import an_agent
from tests.factories.world import Family, a_family

DAY = timedelta(days=1)


@pytest.fixture
def family(regie) -> Family:
    return a_family(school=None)


@pytest.fixture
def agent(commune):
    return an_agent()


@pytest.fixture
def invoices(regie, family, now) -> list:
    """40 € then 30 €, oldest first."""
    return [
        an_invoice(regie, family.household, now=now - days * DAY, amount=Decimal(amount))
        for days, amount in ((60, "40.00"), (30, "30.00"))
    ]


def left(regie, family, now) -> tuple[Decimal, Decimal]:
    """What is due, and what is kept as credit."""
    (summary,) = regie_summaries(family.household, on=now.date())
    return summary.due, summary.credit


def journal() -> list[tuple[str, str, Decimal]]:
    return [(entry.kind, entry.means, entry.amount) for entry in JournalEntry.objects.order_by("pk")]


def test_several_means_make_one_quittance_and_pay_the_oldest_first(regie, family, invoices, agent, now):
    quittance = a_quittance(
        regie, family.household, cash("10.00"), a_cheque("35.00"), titles("20.00"), invoices=tuple(invoices), by=agent, now=now
    )  # fmt: skip

    assert (quittance.reference, quittance.total) == ("2026-00001", Decimal("65.00"))
    payments = list(quittance.payments.order_by("number"))
    # Titles first, which give no change; cash last.
    assert [(one.means, one.number, one.state) for one in payments] == [
        ("ancv", 1, "paid"), ("cheque", 2, "paid"), ("cash", 3, "paid")
    ]  # fmt: skip
    used = Allocation.objects.order_by("pk").values_list("payment__means", "invoice", "amount")
    oldest, latest = (invoice.pk for invoice in invoices)
    assert list(used) == [
        ("ancv", oldest, Decimal("20.00")),
        ("cheque", oldest, Decimal("20.00")),
        ("cheque", latest, Decimal("15.00")),
        ("cash", latest, Decimal("10.00")),
    ]
    assert left(regie, family, now) == (Decimal("5.00"), ZERO)
    assert str(payments[1].tender) == "Banque des Garrigues, n° 0001234, Camille Rivière"
    mail = OutgoingMail.objects.get()
    assert "Quittance n° 2026-00001" in mail.subject
    assert "Chèque\u00a0: 35,00" in mail.text
    assert check_ledger() == []


def test_a_cesu_pays_care_and_never_meals(regie, family, invoices, agent, now):
    with pytest.raises(CounterError, match="pas des repas"):
        a_quittance(
            regie, family.household, titles("20.00", means=Means.CESU), invoices=tuple(invoices), by=agent, now=now
        )  # fmt: skip
    assert not Payment.objects.exists()
    care = an_invoice(regie, family.household, now=now, amount=Decimal("12.00"), group="Centre / MERCREDIS")

    a_quittance(
        regie, family.household, titles("20.00", means=Means.CESU), cash("3.00"), invoices=(*invoices, care), by=agent, now=now
    )  # fmt: skip
    used = Allocation.objects.order_by("pk").values_list("payment__means", "invoice", "amount")
    assert list(used) == [
        ("cesu", care.pk, Decimal("12.00")), ("cash", invoices[0].pk, Decimal("3.00"))
    ]  # fmt: skip
    assert use_credit(invoice=invoices[1], now=now) == ZERO  # the rest of a CESU waits for care
    assert left(regie, family, now) == (Decimal("67.00"), Decimal("8.00"))
    assert check_ledger() == []


def test_what_no_invoice_needs_is_credit(regie, family, invoices, now):
    a_quittance(regie, family.household, titles("60.00"), invoices=(invoices[0],), now=now)

    assert left(regie, family, now) == (Decimal("30.00"), Decimal("20.00"))
    (credit,) = credits_of(family.household, regie)
    assert credit.left == Decimal("20.00")
    assert check_ledger() == []


def test_an_advance_without_any_invoice_is_credit(regie, family, now):
    a_quittance(regie, family.household, a_cheque("50.00"), now=now)
    assert left(regie, family, now) == (ZERO, Decimal("50.00"))


def test_the_same_form_sent_twice_makes_one_quittance(regie, family, invoices, agent, now):
    token = uuid4()
    made = {
        a_quittance(regie, family.household, cash("10.00"), by=agent, token=token, now=now) for _ in range(2)
    }
    assert made == {Quittance.objects.get()}


def test_invoices_of_another_family_are_not_paid(regie, family, now):
    other = an_invoice(regie, a_family(school=None).household, now=now)
    a_quittance(regie, family.household, cash("10.00"), invoices=(other,), now=now)
    assert not Allocation.objects.exists()


@pytest.mark.parametrize(
    ("handed", "sentence"),
    [
        ([], "Saisissez au moins une somme reçue."),
        ([cash("300.01")], "pas plus de 300,00"),
        ([titles("10.00", means=Means.ANCV)], "n’accepte pas ce moyen au guichet : Chèques-vacances"),
    ],
)
def test_money_that_the_counter_does_not_take(regie, family, now, handed, sentence):
    regie.counter_means = ["cash", "cheque"]
    regie.save()
    with pytest.raises(CounterError, match=sentence):
        a_quittance(regie, family.household, *handed, now=now)
    assert not Payment.objects.exists()


def test_the_database_keeps_the_ceiling_of_cash(regie, family, now):
    quittance = a_quittance(regie, family.household, cash("300.00"), now=now)
    with pytest.raises(IntegrityError, match="payment_cash_ceiling"), transaction.atomic():
        quittance.payments.update(amount=Decimal("300.01"))


def test_a_cancelled_quittance_leaves_its_opposite_in_the_journal(regie, family, invoices, agent, now):
    quittance = a_quittance(
        regie, family.household, cash("10.00"), a_cheque("35.00"), invoices=tuple(invoices), now=now
    )

    cancel_quittance(quittance=quittance, reason="Mauvaise famille", by=agent, now=now)

    assert journal() == [
        ("received", "cheque", Decimal("35.00")),
        ("received", "cash", Decimal("10.00")),
        ("cancelled", "cheque", Decimal("-35.00")),
        ("cancelled", "cash", Decimal("-10.00")),
    ]
    entry = JournalEntry.objects.latest("pk")
    assert (entry.by, entry.reason) == (agent, "Mauvaise famille")
    assert set(quittance.payments.values_list("state", flat=True)) == {PaymentState.REVERSED}
    assert left(regie, family, now) == (Decimal("70.00"), ZERO)
    with pytest.raises(CounterError, match="déjà annulée"):
        cancel_quittance(quittance=quittance, reason="Encore", by=agent, now=now)
    assert check_ledger() == []


def test_in_a_closed_day_it_is_corrected_on_the_next(regie, family, agent, now):
    quittance = a_quittance(regie, family.household, cash("10.00"), now=now)
    close_day(
        regie=regie, last_day=now.date(), cash_counted=Decimal("10.00"), explanation="", by=agent, now=now
    )
    with pytest.raises(CounterError, match="18/11/2026 est arrêtée"):
        cancel_quittance(quittance=quittance, reason="Erreur", by=agent, now=now)

    correct_quittance(quittance=quittance, reason="Erreur", by=agent, now=now)

    entry = JournalEntry.objects.latest("pk")
    assert (entry.kind, entry.on) == (EntryKind.CORRECTED, now.date() + DAY)
    assert check_ledger() == []


def test_a_deposited_cheque_is_not_cancelled_but_may_come_back_unpaid(regie, family, invoices, agent, now):
    quittance = a_quittance(regie, family.household, a_cheque("40.00"), invoices=tuple(invoices), now=now)
    cheque = quittance.payments.get()
    with pytest.raises(CounterError, match="validé et versé"):
        reject_payment(payment=cheque, reason="Sans provision", by=agent, now=now)
    make_slip(regie=regie, means=Means.CHEQUE, payment_ids=[cheque.pk], cash={}, by=agent, now=now)
    with pytest.raises(CounterError, match="bordereau de versement"):
        cancel_quittance(quittance=quittance, reason="Erreur", by=agent, now=now)
    assert left(regie, family, now) == (Decimal("30.00"), ZERO)

    reject_payment(payment=cheque, reason="Sans provision", by=agent, now=now)

    assert left(regie, family, now) == (Decimal("70.00"), ZERO)
    assert journal()[-1] == ("unpaid", "cheque", Decimal("-40.00"))
    assert "revenu impayé\u00a0: Sans provision" in OutgoingMail.objects.latest("pk").text
    assert DepositSlip.objects.get().cancelled_at is None
    assert check_ledger() == []


def test_what_was_partly_refunded_is_not_cancelled(regie, family, agent, now):
    quittance = a_quittance(regie, family.household, a_cheque("40.00"), now=now)
    refund_credit(household=family.household, regie=regie, amount=Decimal("5.00"), reason="Trop", now=now)
    with pytest.raises(CounterError, match="remboursée"):
        cancel_quittance(quittance=quittance, reason="Erreur", by=agent, now=now)


def test_the_family_sees_the_means_of_each_payment(regie, family, invoices, now):
    a_quittance(regie, family.household, cash("6.00"), a_cheque("48.20"), invoices=tuple(invoices), now=now)
    (summary,) = regie_summaries(family.household, on=now.date())
    paid = {entry.detail for entry in summary.entries if entry.payment}
    assert paid == {"Paiement n° 2026-00001 (par Chèque)", "Paiement n° 2026-00002 (par Espèces)"}
