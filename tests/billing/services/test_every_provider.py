"""What may go wrong with an online payment, once for each provider: a visible outcome, and a task when a person must act."""

from dataclasses import replace
from datetime import timedelta

import pytest

from billing.enums import Fulfilment, PaymentState, Trigger
from billing.models import Allocation, Invoice, Payment
from billing.providers.base import Closing, Mode, OutcomeState, ProviderError
from billing.providers.registry import DRIVERS
from billing.queries.check import check_ledger
from billing.services.callbacks import hear_notification
from billing.services.invoice_payments import open_invoice_payment
from billing.services.settlement import settle, sweep
from core.enums import TaskKind
from core.models import OutgoingMail, StaffTask
from tenants.context import use_commune
from tests.factories.billing import a_payment, an_invoice
from tests.factories.providers import BENCHES, Bench
from tests.factories.world import a_family

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(params=sorted(DRIVERS))
def bench(request, settings, now) -> Bench:
    with BENCHES[request.param](now=lambda: now) as bench:
        bench.point(settings)
        yield bench


@pytest.fixture
def payment(commune, purpose, bench, now) -> Payment:
    return a_payment(bench.regie(), now=now)


def announce(bench: Bench, payment: Payment, at) -> Payment | None:
    return hear_notification(driver=bench.code, callback=bench.notification(payment.provider_ref), now=at)


def is_paid(payment: Payment) -> bool:
    payment.refresh_from_db()
    return (payment.state, payment.fulfilment) == (PaymentState.PAID, Fulfilment.DONE)


def test_a_notification_settles(bench, payment, now):
    bench.end(payment, OutcomeState.PAID)
    announce(bench, payment, now + MINUTE)

    assert is_paid(payment)
    assert payment.receipt_reference == "2026-00001"
    assert Invoice.objects.get().total == payment.amount
    assert not StaffTask.objects.exists()
    assert check_ledger() == []


def test_a_notification_that_is_lost(bench, payment, now):
    bench.end(payment, OutcomeState.PAID)
    sweep(now=now + 5 * MINUTE)

    if bench.driver.capabilities.has_lookup:
        assert is_paid(payment)
    else:  # it says nothing twice: the payment waits, and the announcement that is sent again is taken
        payment.refresh_from_db()
        assert payment.state == PaymentState.STARTED
        sweep(now=now + 25 * HOUR)
        announce(bench, payment, now + 26 * HOUR)
        assert is_paid(payment)


def test_a_notification_that_comes_twice(bench, payment, now):
    bench.end(payment, OutcomeState.PAID)
    for minutes in (1, 2, 90):
        announce(bench, payment, now + minutes * MINUTE)

    assert is_paid(payment)
    assert Invoice.objects.count() == OutgoingMail.objects.count() == 1
    assert check_ledger() == []


def test_a_notification_that_comes_late(bench, payment, now, purpose):
    sweep(now=now + 9 * DAY)
    bench.end(payment, OutcomeState.PAID)
    announce(bench, payment, now + 10 * DAY)

    assert is_paid(payment)


def test_notifications_out_of_order(bench, payment, now):
    """The end that money followed is told after the money: it changes nothing any more."""
    bench.end(payment, bench.then_paid)
    earlier = bench.notification(payment.provider_ref)
    bench.end(payment, OutcomeState.PAID)
    announce(bench, payment, now + MINUTE)
    hear_notification(driver=bench.code, callback=earlier, now=now + 2 * MINUTE)

    assert is_paid(payment)
    assert check_ledger() == []


def test_a_forged_notification(bench, payment, now):
    """Before the payer did anything, somebody says that it is paid."""
    bench.visit(payment)
    heard = hear_notification(driver=bench.code, callback=bench.forged(payment.provider_ref), now=now)

    assert (heard.state, heard.number) == (PaymentState.STARTED, None)
    kept = payment.events.filter(outcome="unverified").count()
    assert kept == int(bench.driver.capabilities.signed_callback)


def test_a_notification_for_another_town(bench, payment, other_commune, now):
    bench.end(payment, OutcomeState.PAID)
    message = bench.notification(payment.provider_ref)
    with use_commune(other_commune):
        bench.regie()
        assert hear_notification(driver=bench.code, callback=message, now=now) is None

    payment.refresh_from_db()
    assert payment.state == PaymentState.STARTED


def test_a_wrong_amount(bench, payment, now):
    bench.end(payment, OutcomeState.PAID)
    bench.charge(payment.provider_ref, 100)
    announce(bench, payment, now + MINUTE)

    payment.refresh_from_db()
    assert (payment.state, payment.fulfilment) == (PaymentState.SUSPECT, Fulfilment.NONE)
    task = StaffTask.objects.get()
    assert task.kind == TaskKind.PAYMENT_MISMATCH
    assert "le montant devait être « 26,40\xa0€ », le prestataire dit « 1,00\xa0€ »" in task.body
    assert Invoice.objects.count() == 0


def test_test_money_on_a_production_till(bench, payment, now):
    """The attempt was opened in test mode; the till says production: nothing of it is believed."""
    bench.end(payment, OutcomeState.PAID)
    type(payment.account).objects.update(mode=Mode.PRODUCTION)
    Payment.objects.update(mode=Mode.PRODUCTION)
    try:
        announce(bench, payment, now + MINUTE)
    except ProviderError as error:
        assert error.permanent  # production does not know this attempt

    payment.refresh_from_db()
    assert payment.state in {PaymentState.STARTED, PaymentState.SUSPECT}
    assert Invoice.objects.count() == Allocation.objects.count() == 0


def test_a_provider_that_is_down_for_an_hour(bench, payment, now):
    bench.end(payment, OutcomeState.PAID)
    bench.breaks_down()
    for minutes in range(2, 60, 10):
        sweep(now=now + minutes * MINUTE)
    payment.refresh_from_db()
    assert payment.state == PaymentState.STARTED

    bench.breaks_down(False)
    if not bench.driver.capabilities.has_lookup:
        announce(bench, payment, now + HOUR)
    sweep(now=now + HOUR + 5 * MINUTE)
    assert is_paid(payment)


def test_an_end_without_money_is_said_and_gives_back(bench, payment, purpose, now):
    state = next(state for state in (OutcomeState.CANCELLED, OutcomeState.EXPIRED) if state in bench.ends)
    bench.end(payment, state)
    announce(bench, payment, now + MINUTE)

    payment.refresh_from_db()
    assert payment.state == state.value
    assert purpose.abandoned == [payment.pk]


def test_money_for_what_is_gone_is_credit(bench, payment, purpose, now):
    purpose.delivers = False
    bench.end(payment, OutcomeState.PAID)
    announce(bench, payment, now + MINUTE)

    payment.refresh_from_db()
    assert (payment.state, payment.fulfilment) == (PaymentState.PAID, Fulfilment.UNPLACED)
    assert check_ledger() == []


def test_looking_again_after_the_end_changes_nothing(bench, payment, now):
    bench.end(payment, OutcomeState.PAID)
    announce(bench, payment, now + MINUTE)
    events = payment.events.count()
    for trigger in Trigger:
        settle(payment_id=payment.pk, trigger=trigger, now=now + HOUR)

    assert payment.events.count() == events


def test_invoices_paid_twice(bench, commune, now):
    """The family says that it did not pay, and starts again. Where the first page cannot be closed, it pays on both."""
    regie, family = bench.regie(), a_family(school=None)
    invoice = an_invoice(regie, family.household, now=now - 30 * DAY)

    def attempt(*, restart: bool) -> Payment:
        return open_invoice_payment(
            household=family.household,
            regie=regie,
            invoice_ids=[invoice.pk],
            expected=invoice.total,
            payer=family.user,
            restart=restart,
            now=now,
        )

    first, second = attempt(restart=False), attempt(restart=True)
    bench.end(second, OutcomeState.PAID)
    announce(bench, second, now + MINUTE)
    if isinstance(bench.driver, Closing):
        first.refresh_from_db()
        assert first.state == PaymentState.EXPIRED
        assert bench.simulator.get(first.provider_ref).status == "expired"
        return
    bench.end(first, OutcomeState.PAID)
    twice = announce(bench, first, now + 2 * MINUTE)
    assert (twice.state, twice.fulfilment) == (PaymentState.PAID, Fulfilment.UNPLACED)
    assert StaffTask.objects.get().kind == TaskKind.DOUBLE_PAYMENT
    assert check_ledger() == []


def test_another_currency(bench, payment, now, monkeypatch):
    bench.end(payment, OutcomeState.PAID)
    source = "lookup" if bench.driver.capabilities.has_lookup else "read_callback"
    truth = getattr(type(bench.driver), source)

    def foreign(*args, **kwargs):
        found = truth(*args, **kwargs)
        if source == "lookup":
            return replace(found, currency="CHF")
        return replace(found, outcome=replace(found.outcome, currency="CHF"))

    monkeypatch.setattr(type(bench.driver), source, foreign)
    announce(bench, payment, now + MINUTE)

    payment.refresh_from_db()
    assert payment.state == PaymentState.SUSPECT
