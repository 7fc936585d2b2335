"""A batch of direct debits is written while the family pays one of its invoices online: one of them, never both."""

from threading import Event

import pytest

from billing.debits.states import DebitState
from billing.enums import Fulfilment, PaymentState, Trigger
from billing.errors import NothingToPayError
from billing.models import Debit, Payment
from billing.queries.check import check_ledger
from billing.services import debit_batches, invoice_payments
from billing.services.debit_batches import send_batch
from billing.services.invoice_payments import InvoicePurpose, open_invoice_payment
from billing.services.settlement import settle
from core.clock import now as clock_now
from infra.sandbox.payfip.server import SandboxServer
from infra.sandbox.payfip.simulator import Behaviour
from tests.factories.billing import a_regie
from tests.factories.debits import a_batch, a_debit_account, a_mandate, an_announced_debit
from tests.factories.people import an_agent
from tests.factories.world import a_family
from tests.harness.threads import run_together


@pytest.fixture
def payfip(settings):
    with SandboxServer() as server:
        server.simulator.behaviour = Behaviour(drop_notifications=True)
        settings.PAYFIP_SERVICE_URL, settings.PAYFIP_PAGE_URL = server.service_url, server.page_url
        yield server


class Till:
    def __init__(self) -> None:
        self.now, self.regie, self.agent, self.family = (
            clock_now(),
            a_regie(),
            an_agent(),
            a_family(school=None),
        )
        a_debit_account(self.regie)
        a_mandate(self.regie, self.family, now=self.now)
        self.invoice, self.debit = an_announced_debit(self.regie, self.family, now=self.now)
        self.batch = a_batch(self.regie, self.agent, now=self.now)

    def send(self) -> object:
        return send_batch(batch=self.batch, by=self.agent, now=self.now)

    def pay(self) -> Payment:
        return open_invoice_payment(
            household=self.family.household, regie=self.regie, invoice_ids=[self.invoice.pk],
            expected=self.invoice.total, payer=self.family.user, now=self.now,
        )  # fmt: skip

    @property
    def is_asked_twice(self) -> bool:
        asked = Debit.objects.filter(state=DebitState.SENT).exists()
        return asked and Payment.objects.filter(state=PaymentState.STARTED).exists()


def pay_while_the_batch_is_written(till: Till, monkeypatch) -> list[object]:
    """The batch has read what is owed and is not committed yet when the family pays."""
    read, paid = Event(), Event()
    genuine = debit_batches._still_owed

    def slow(*given, **named):
        kept = genuine(*given, **named)
        read.set()
        paid.wait(1)
        return kept

    def pay() -> Payment:
        read.wait(10)
        try:
            return till.pay()
        finally:
            paid.set()

    monkeypatch.setattr(debit_batches, "_still_owed", slow)
    return run_together([till.send, pay])


def test_without_the_lock_the_bank_and_the_family_both_pay(transactional_db, commune, payfip, monkeypatch):
    till = Till()
    monkeypatch.setattr(invoice_payments, "lock_rows", list)

    pay_while_the_batch_is_written(till, monkeypatch)

    assert till.is_asked_twice


def test_an_invoice_is_asked_of_the_bank_or_of_the_family(transactional_db, commune, payfip, monkeypatch):
    till = Till()

    _, refusal = pay_while_the_batch_is_written(till, monkeypatch)

    assert isinstance(refusal, NothingToPayError)
    assert not till.is_asked_twice
    assert check_ledger() == []


def test_money_that_is_here_and_not_delivered_yet_is_not_asked_again(commune, payfip, monkeypatch):
    """Recorded and delivered are two commits: between them the invoice still looks unpaid."""
    till = Till()
    payment = till.pay()
    payfip.simulator.decide(payment.provider_ref, "P")
    with monkeypatch.context() as broken:
        broken.setattr(InvoicePurpose, "on_settled", _fails)
        settle(payment_id=payment.pk, trigger=Trigger.POLL, now=till.now)
        with pytest.raises(invoice_payments.InvoicePaymentInProgressError):
            till.pay()
    payment.refresh_from_db()
    assert (payment.state, payment.fulfilment) == (PaymentState.PAID, Fulfilment.PENDING)

    with pytest.raises(debit_batches.NothingToCollectError):
        till.send()

    settle(payment_id=payment.pk, trigger=Trigger.POLL, now=till.now)
    assert check_ledger() == []


def _fails(*_: object, **__: object) -> Fulfilment:
    raise RuntimeError("la base ne répond plus")
