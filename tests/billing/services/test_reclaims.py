"""A payment that turns out unpaid after its surplus was given back, or promised: the family owes it all again."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from billing.enums import Means
from billing.models import DepositItem, DepositSlip, Invoice, Refund
from billing.queries.check import check_ledger
from billing.queries.ledger import regie_summaries
from billing.services.counter_reversals import reject_payment
from billing.services.credit_use import refund_credit, use_credit
from billing.services.credits import keep_as_credit, mark_refunded
from billing.services.deposits import cancel_slip, make_slip
from core.enums import TaskKind
from core.models import OutgoingMail, StaffTask
from core.money import ZERO
from tests.factories.billing import an_invoice
from tests.factories.counter import a_cheque, a_quittance
from tests.factories.people import an_agent
from tests.factories.world import a_family

DAY = timedelta(days=1)


@pytest.fixture
def family(regie):
    return a_family(school=None)


@pytest.fixture
def agent(commune):
    return an_agent()


@pytest.fixture
def cheque(regie, family, agent, now):
    """100 € for an invoice of 80 €, on a slip at the bank."""
    invoice = an_invoice(regie, family.household, now=now - 30 * DAY, amount=Decimal("80.00"))
    quittance = a_quittance(
        regie, family.household, a_cheque("100.00"), invoices=(invoice,), by=agent, now=now
    )
    payment = quittance.payments.get()
    make_slip(regie=regie, means=Means.CHEQUE, payment_ids=[payment.pk], cash={}, by=agent, now=now)
    return payment


def owed(family, now) -> tuple[Decimal, Decimal, Decimal]:
    (one,) = regie_summaries(family.household, on=now.date())
    assert one.total_invoiced - one.total_paid == one.due - one.credit - one.refunded
    return one.due, one.credit, one.refunded


def test_what_was_only_promised_is_not_given(regie, family, cheque, agent, now):
    refund_credit(
        household=family.household, regie=regie, amount=Decimal("20.00"), reason="Déménagement", now=now
    )
    reject_payment(payment=cheque, reason="Sans provision", by=agent, now=now + DAY)

    refund = Refund.objects.get()
    assert (refund.cancelled_by, refund.cancel_reason) == (agent, "Paiement revenu impayé")
    assert owed(family, now) == (Decimal("80.00"), ZERO, ZERO)
    assert "ne le faites pas" in StaffTask.objects.get().body
    assert mark_refunded(refund_ids=[refund.pk], by=agent, now=now + DAY) == 0
    assert check_ledger() == []


def test_what_was_transferred_is_owed_again(regie, family, cheque, agent, now):
    (refund,) = refund_credit(
        household=family.household, regie=regie, amount=Decimal("20.00"), reason="Déménagement", now=now
    )
    mark_refunded(refund_ids=[refund.pk], by=agent, now=now)
    assert owed(family, now) == (ZERO, ZERO, Decimal("20.00"))
    reject_payment(payment=cheque, reason="Sans provision", by=agent, now=now + DAY)

    assert owed(family, now + DAY) == (Decimal("100.00"), ZERO, ZERO)
    claim = Invoice.objects.latest("pk")
    assert (claim.total, claim.due_on) == (Decimal("20.00"), now.date() + 31 * DAY)
    task = StaffTask.objects.get()
    assert (task.kind, task.regie) == (TaskKind.RETURNED_PAYMENT, regie.code)
    assert str(claim).lower() in task.body
    mail = OutgoingMail.objects.get(subject__contains="revenu impayé").text
    assert (
        f"rendu 20,00\xa0€ sur ce règlement\xa0: cette somme est à restituer. La facture n° {claim.reference}"
        in mail
    )
    assert check_ledger() == []
    Refund.objects.update(amount=Decimal("19.00"))
    assert any("rien ne le réclame à la famille" in problem for problem in check_ledger())


def test_credit_that_paid_another_invoice_is_due_again(regie, family, cheque, agent, now):
    other = an_invoice(regie, family.household, now=now, amount=Decimal("15.00"))
    assert use_credit(invoice=other, now=now) == Decimal("15.00")
    reject_payment(payment=cheque, reason="Sans provision", by=agent, now=now + DAY)

    assert owed(family, now) == (Decimal("95.00"), ZERO, ZERO)
    assert check_ledger() == []


def test_a_refund_given_up_is_credit_again(regie, family, cheque, agent, now):
    (refund,) = refund_credit(
        household=family.household, regie=regie, amount=Decimal("20.00"), reason="Déménagement", now=now
    )
    keep_as_credit(refund=refund, reason="La famille le garde", by=agent, now=now)
    assert owed(family, now) == (ZERO, Decimal("20.00"), ZERO)
    assert check_ledger() == []


def test_the_database_keeps_slips_as_they_are(regie, cheque, agent, now):
    slip = DepositSlip.objects.get()
    for act in (
        lambda: DepositSlip.objects.update(total=Decimal("99.00")),
        lambda: DepositItem.objects.all().delete(),
        lambda: slip.cash.create(value=Decimal("5.00"), count=1).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    cancel_slip(slip=slip, reason="Erreur de montant", by=agent, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        DepositSlip.objects.update(cancel_reason="Autre")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE billing_statementline DISABLE TRIGGER billing_statementline_frozen")
    assert any("la base n’empêche plus" in problem for problem in check_ledger())
