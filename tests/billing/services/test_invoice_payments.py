"""Invoices paid online at the simulated Systempay: what is allocated, what is refused, what a person must see."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.enums import Fulfilment, PaymentState, Trigger
from billing.errors import (
    AmountChangedError,
    InvoicePaymentInProgressError,
    NothingToPayError,
    PartPaymentError,
)
from billing.models import Allocation, Invoice, Payment
from billing.providers.base import Callback
from billing.queries.check import check_ledger
from billing.queries.invoices import unpaid_invoices
from billing.services.callbacks import KEPT_RUMOURS, hear_notification, hear_return
from billing.services.invoice_payments import open_invoice_payment
from billing.services.settlement import settle, sweep
from core.enums import TaskKind
from core.models import OutgoingMail, StaffTask
from infra.sandbox.systempay.server import SystempayServer
from tests.factories.billing import a_systempay_regie, an_invoice
from tests.factories.world import Family, a_family

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def systempay(settings):
    with SystempayServer() as server:
        settings.SYSTEMPAY_PAGE_URL = server.page_url
        yield server


@dataclass
class Till:
    regie: object
    family: Family
    invoices: list[Invoice]
    now: object
    simulator: object

    def open(self, *invoices: Invoice, restart: bool = False, expected: str = "", part: str = "") -> Payment:
        chosen = invoices or self.invoices
        left = sum((one.total for one in chosen), Decimal(0))
        return open_invoice_payment(
            household=self.family.household,
            regie=self.regie,
            invoice_ids=[one.pk for one in chosen],
            expected=Decimal(expected) if expected else left,
            part=Decimal(part) if part else None,
            payer=self.family.user,
            restart=restart,
            now=self.now,
        )

    def decide(self, payment: Payment, status: str) -> None:
        self.simulator.open(payment.page_fields)
        self.simulator.decide(payment.provider_ref, status, again=True)

    def say(self, payment: Payment, *, at=None, refund: int | None = None, **changes: str) -> Payment | None:
        message = self.simulator.message(payment.provider_ref, source="PAY", refund=refund)
        return hear_notification(
            driver="systempay", callback=Callback(message | changes), now=at or self.now + MINUTE
        )

    def left(self) -> list[Decimal]:
        unpaid = unpaid_invoices(self.family.household, self.regie, on=date(2026, 11, 18))
        return [invoice.total - invoice.allocated for invoice in unpaid]


@pytest.fixture
def till(commune, systempay, now) -> Till:
    regie, family = a_systempay_regie(), a_family(school=None)
    invoices = [
        an_invoice(regie, family.household, now=now - days * DAY, amount=Decimal(amount))
        for days, amount in ((60, "237.27"), (30, "249.96"))
    ]
    return Till(regie, family, invoices, now, systempay.simulator)


def test_two_invoices_in_one_payment(till):
    payment = till.open()
    assert payment.amount == Decimal("487.23")
    till.decide(payment, "AUTHORISED")

    paid = till.say(payment)

    assert (paid.state, paid.fulfilment) == (PaymentState.PAID, Fulfilment.DONE)
    assert (paid.method, paid.receipt_reference) == ("carte bancaire", "2026-00001")
    assert till.left() == []
    mail = OutgoingMail.objects.get()
    assert all(invoice.reference in mail.text for invoice in till.invoices)
    assert check_ledger() == []


def test_one_of_two_leaves_the_other_due(till):
    payment = till.open(till.invoices[1])
    till.decide(payment, "AUTHORISED")
    till.say(payment)

    assert till.left() == [Decimal("237.27")]


def test_the_same_message_many_times_and_its_later_steps_count_once(till):
    payment = till.open()
    till.decide(payment, "AUTHORISED")
    for _ in range(3):
        till.say(payment)
    till.simulator.move(payment.provider_ref, "CAPTURED", source="BATCH_AUTO")
    for _ in range(2):
        till.say(payment)

    assert [event.outcome for event in payment.events.all()] == ["started", "paid", "paid"]
    assert Allocation.objects.count() == 2
    assert OutgoingMail.objects.count() == 1


def test_a_payment_cancelled_afterwards_is_due_again_and_an_old_message_does_not_revive_it(till):
    payment = till.open()
    till.decide(payment, "AUTHORISED")
    old = till.simulator.message(payment.provider_ref, source="PAY")
    till.say(payment)
    till.simulator.move(payment.provider_ref, "CANCELLED", source="BO")

    till.say(payment)
    undone = hear_notification(driver="systempay", callback=Callback(old), now=till.now + HOUR)

    assert undone.state == PaymentState.REVERSED
    assert till.left() == [Decimal("237.27"), Decimal("249.96")]
    assert "annulé chez le prestataire : 487,23\xa0€ à réclamer" in StaffTask.objects.get().title
    assert check_ledger() == []


def test_a_refund_is_for_a_person_to_judge(till):
    payment = till.open()
    till.decide(payment, "AUTHORISED")
    till.say(payment)
    till.simulator.refund(payment.provider_ref, 1000)

    for _ in range(2):
        refunded = till.say(payment, refund=0)

    assert refunded.state == PaymentState.PAID
    task = StaffTask.objects.get()
    assert task.title.endswith("remboursé chez le prestataire : 10,00\xa0€")
    assert payment.events.filter(outcome="refunded").count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"vads_amount": "1"},
        {"signature": "AAAA"},
        {"signature": ""},
        {"vads_ctx_mode": "PRODUCTION"},
        {"vads_site_id": "12345679"},
    ],
)
def test_a_forged_message_settles_nothing_and_is_kept_as_a_rumour(till, changes):
    payment = till.open()
    till.decide(payment, "AUTHORISED")

    for _ in range(KEPT_RUMOURS + 5):
        heard = till.say(payment, **changes)

    assert heard.state == PaymentState.STARTED
    assert payment.events.filter(outcome="unverified").count() == KEPT_RUMOURS
    assert len(till.left()) == 2


def test_a_right_signature_on_a_wrong_amount_is_a_suspicion_that_silence_does_not_lift(till):
    payment = till.open()
    till.decide(payment, "AUTHORISED")
    till.simulator.get(payment.provider_ref).fields["vads_amount"] = "100"

    suspect = till.say(payment)
    sweep(now=till.now + 2 * DAY)
    suspect.refresh_from_db()

    assert suspect.state == PaymentState.SUSPECT
    assert StaffTask.objects.get().kind == TaskKind.PAYMENT_MISMATCH
    assert len(till.left()) == 2


def test_a_test_message_never_settles_a_production_till(till):
    payment = till.open()
    till.decide(payment, "AUTHORISED")
    message = till.simulator.message(payment.provider_ref, source="PAY")
    type(payment.account).objects.update(mode="production")
    Payment.objects.update(mode="production")

    heard = hear_notification(driver="systempay", callback=Callback(message), now=till.now)

    assert (heard.state, heard.events.last().outcome) == (PaymentState.STARTED, "unverified")


def test_the_browser_may_bring_the_word_before_the_announcement(till):
    payment = till.open()
    till.decide(payment, "AUTHORISED")
    message = till.simulator.message(payment.provider_ref)

    paid = hear_return(payment=payment, callback=Callback(message), now=till.now)
    till.say(payment)

    assert paid.fulfilment == Fulfilment.DONE
    assert Allocation.objects.count() == 2


def test_a_return_that_speaks_of_another_payment_tells_nothing(till):
    first = till.open(till.invoices[0])
    second = till.open(till.invoices[1])
    till.decide(first, "AUTHORISED")
    message = till.simulator.message(first.provider_ref)

    assert hear_return(payment=second, callback=Callback(message), now=till.now).state == PaymentState.STARTED


def test_silence_ends_after_a_day_and_money_that_comes_later_is_taken(till):
    payment = till.open()
    assert settle(payment_id=payment.pk, trigger=Trigger.POLL, now=till.now + 23 * HOUR).is_waiting
    sweep(now=payment.created_at + DAY)
    payment.refresh_from_db()
    assert payment.state == PaymentState.EXPIRED

    till.decide(payment, "AUTHORISED")
    assert till.say(payment, at=till.now + 2 * DAY).fulfilment == Fulfilment.DONE


def test_an_open_attempt_is_told_before_a_second_one(till):
    first = till.open()

    with pytest.raises(InvoicePaymentInProgressError) as refusal:
        till.open(till.invoices[0])

    assert refusal.value.payment_id == first.pk
    assert till.open(till.invoices[0], restart=True).state == PaymentState.STARTED


def test_paid_twice_is_credit_and_a_task(till):
    first = till.open(till.invoices[0])
    second = till.open(till.invoices[0], restart=True)
    for payment in (first, second):
        till.decide(payment, "AUTHORISED")
        last = till.say(payment)

    assert last.fulfilment == Fulfilment.UNPLACED
    task = StaffTask.objects.get()
    assert task.kind == TaskKind.DOUBLE_PAYMENT
    assert task.title.startswith("237,27\xa0€ à rendre ou à garder en avoir")
    assert Allocation.objects.count() == 1
    assert check_ledger() == []


def test_the_oldest_invoice_is_paid_first_when_money_is_short(till):
    payment = till.open()
    till.decide(payment, "AUTHORISED")
    Payment.objects.filter(pk=payment.pk).update(amount=Decimal("300.00"))
    till.simulator.get(payment.provider_ref).fields["vads_amount"] = "30000"

    till.say(payment)

    assert till.left() == [Decimal("187.23")]


def test_a_paid_invoice_and_another_familys_are_not_to_pay(till):
    payment = till.open()
    till.decide(payment, "AUTHORISED")
    till.say(payment)

    with pytest.raises(NothingToPayError):
        till.open()
    till.family = a_family(school=None, name="Lavandier")
    with pytest.raises(NothingToPayError):
        till.open()


def test_the_sum_the_family_saw_is_the_sum_it_pays(till):
    with pytest.raises(AmountChangedError):
        till.open(expected="1.00")
    assert Payment.objects.count() == 0


@pytest.mark.parametrize(("status", "state"), [("REFUSED", "refused"), ("ABANDONED", "cancelled")])
def test_without_money_the_invoices_stay_due(till, status, state):
    payment = till.open()
    till.decide(payment, status)

    assert till.say(payment).state == state
    assert len(till.left()) == 2


def test_a_part_pays_the_oldest_first_and_says_what_remains(till):
    till.regie.part_minimum = Decimal("50.00")
    payment = till.open(part="300.00")
    assert [item.amount for item in payment.invoice_items.all()] == [Decimal("237.27"), Decimal("62.73")]
    till.decide(payment, "AUTHORISED")
    till.say(payment)

    assert till.left() == [Decimal("187.23")]
    mail = " ".join(OutgoingMail.objects.get().text.replace("\xa0", " ").split())
    assert "62,73 € (reste à payer : 187,23 €)" in mail
    assert "237,27 € (reste" not in mail
    assert check_ledger() == []

    rest = till.open(till.invoices[1], expected="187.23")
    till.decide(rest, "AUTHORISED")
    till.say(rest)
    assert till.left() == []


def test_a_part_that_reaches_one_invoice_leaves_the_others_out(till):
    till.regie.part_minimum = Decimal("50.00")

    payment = till.open(part="100.00")

    assert [item.invoice for item in payment.invoice_items.all()] == till.invoices[:1]
    assert till.open(till.invoices[1]).state == PaymentState.STARTED  # nothing is under way for that one


def test_a_regie_that_takes_no_part_says_so(till):
    with pytest.raises(PartPaymentError, match="ne prend pas de paiement partiel"):
        till.open(part="100.00")
    assert not Payment.objects.exists()
