"""What only Stripe tells: direct debits that end later, refunds, disputes, a page that is left."""

from datetime import timedelta
from decimal import Decimal

import pytest

from billing.enums import PaymentState
from billing.errors import ProviderRefusedError, RefundNotPossibleError
from billing.models import Payment, Refund
from billing.providers.base import Callback, OutcomeState
from billing.queries.check import check_ledger
from billing.services.callbacks import hear_notification, hear_return
from billing.services.credit_use import refund_credit
from billing.services.provider_acts import can_refund, refund_by_provider
from billing.services.settlement import sweep
from core.models import StaffTask
from tests.factories.billing import a_payment
from tests.factories.people import an_agent
from tests.factories.providers import StripeBench

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def bench(settings, now):
    with StripeBench(now=lambda: now) as bench:
        bench.point(settings)
        yield bench


@pytest.fixture
def payment(commune, purpose, bench, now) -> Payment:
    purpose.delivers = False  # the money stays as credit, so that it can be given back
    return a_payment(bench.regie(), now=now)


@pytest.fixture
def paid(bench, payment, now) -> Payment:
    bench.decide(payment.provider_ref, OutcomeState.PAID)
    return hear_notification(
        driver="stripe", callback=bench.notification(payment.provider_ref), now=now + MINUTE
    )


def tell(bench: StripeBench, payment: Payment, kind: str, at, **thing) -> Payment | None:
    session = bench.simulator.get(payment.provider_ref)
    shown = {"payment_intent": session.intent_id, "amount": 2640, "currency": "eur", **thing}
    return hear_notification(driver="stripe", callback=bench.event(payment.provider_ref, kind, shown), now=at)


def promised(payment: Payment, amount: str, now) -> Refund:
    (refund,) = refund_credit(
        household=payment.household, regie=payment.regie, amount=Decimal(amount), reason="Trop-perçu", now=now
    )
    return refund


def test_a_direct_debit_waits_for_its_bank_then_is_paid(bench, payment, now):
    bench.decide(payment.provider_ref, OutcomeState.BANK_PENDING)
    sweep(now=now + 5 * MINUTE)
    payment.refresh_from_db()
    assert (payment.state, payment.method) == (PaymentState.BANK_PENDING, "prélèvement")

    sweep(now=now + 20 * DAY)  # its provider will tell: nothing is presumed
    payment.refresh_from_db()
    assert payment.state == PaymentState.BANK_PENDING

    bench.decide(payment.provider_ref, OutcomeState.PAID)
    sweep(now=now + 22 * DAY)
    payment.refresh_from_db()
    assert payment.state == PaymentState.PAID
    assert check_ledger() == []


def test_leaving_the_page_closes_it(bench, payment, now):
    left = hear_return(payment=payment, callback=Callback({"abandon": "1"}), gave_up=True, now=now + MINUTE)

    assert left.state == PaymentState.EXPIRED
    assert bench.simulator.get(payment.provider_ref).status == "expired"


def test_leaving_a_page_that_was_paid_closes_nothing(bench, payment, now):
    bench.decide(payment.provider_ref, OutcomeState.PAID)

    assert hear_return(payment=payment, callback=Callback(), gave_up=True, now=now).state == PaymentState.PAID


def test_the_provider_gives_back_what_the_list_promises(bench, paid, now):
    refund, agent = promised(paid, "10.00", now), an_agent()
    assert can_refund(paid)

    with_provider = refund_by_provider(refund=refund, by=agent, now=now + DAY)

    made = bench.simulator.get(paid.provider_ref).refunds
    assert [one["amount"] for one in made] == [1000]
    assert (with_provider.provider_ref, with_provider.done_by) == (made[0]["id"], agent)
    with pytest.raises(RefundNotPossibleError):
        refund_by_provider(refund=with_provider, by=agent, now=now + DAY)
    tell(bench, paid, "refund.created", now + DAY, **made[0])
    assert not StaffTask.objects.exists()  # we asked for it ourselves
    assert check_ledger() == []


def test_a_refund_whose_answer_was_lost_is_not_made_twice(bench, paid, now):
    refund = promised(paid, "10.00", now)
    made = bench.simulator.refund(
        "acct_bellegardemdj01",
        paid.transaction_id,
        1000,
        live=False,
        metadata={"reference": f"{paid.reference}R{refund.pk}"},
    )
    tell(bench, paid, "refund.created", now, **made)

    done = refund_by_provider(refund=refund, by=an_agent(), now=now + 3 * DAY)

    assert done.provider_ref == made["id"]
    assert len(bench.simulator.get(paid.provider_ref).refunds) == 1


def test_a_refusal_leaves_the_refund_to_be_done(bench, paid, now):
    refund = promised(paid, "26.40", now)
    bench.simulator.refund("acct_bellegardemdj01", paid.transaction_id, 2000, live=False)

    with pytest.raises(ProviderRefusedError, match="Le prestataire a refusé"):
        refund_by_provider(refund=refund, by=an_agent(), now=now)
    refund.refresh_from_db()
    assert (refund.done_at, refund.provider_ref) == (None, "")


@pytest.mark.parametrize(
    ("kind", "thing", "title"),
    [
        ("refund.created", {"id": "re_1", "amount": 500}, "remboursé chez le prestataire : 5,00\xa0€"),
        ("refund.failed", {"id": "re_1", "amount": 500}, "dont un remboursement a échoué : 5,00\xa0€"),
        ("charge.dispute.created", {"id": "dp_1"}, "contesté par le payeur auprès de sa banque : 26,40\xa0€"),
    ],
)
def test_what_happens_to_money_afterwards_is_a_task(bench, paid, now, kind, thing, title):
    for _ in range(2):
        told = tell(bench, paid, kind, now + DAY, **thing)

    assert told.state == PaymentState.PAID
    assert StaffTask.objects.get().title == f"Paiement {paid.reference} {title}"
    assert paid.events.filter(at=now + DAY).count() == 1


def test_a_dispute_that_is_lost_takes_the_money_back(bench, paid, now):
    tell(bench, paid, "charge.dispute.created", now + DAY, id="dp_1", status="needs_response")
    lost = tell(bench, paid, "charge.dispute.closed", now + 30 * DAY, id="dp_1", status="lost")

    assert lost.state == PaymentState.REVERSED
    assert StaffTask.objects.filter(title__contains="à réclamer").count() == 1
    assert check_ledger() == []


def test_a_dispute_that_is_won_changes_nothing(bench, paid, now):
    tell(bench, paid, "charge.dispute.created", now + DAY, id="dp_1", status="needs_response")
    won = tell(bench, paid, "charge.dispute.closed", now + 30 * DAY, id="dp_1", status="won")

    assert won.state == PaymentState.PAID
    assert StaffTask.objects.count() == 1


def test_an_event_with_the_wrong_secret_tells_nothing(bench, paid, now):
    session = bench.simulator.get(paid.provider_ref)
    truth = bench.event(
        paid.provider_ref,
        "charge.dispute.closed",
        {"id": "dp_1", "payment_intent": session.intent_id, "status": "lost"},
    )
    forged = Callback(body=truth.body.replace(b"dp_1", b"dp_2"), headers=truth.headers)

    assert hear_notification(driver="stripe", callback=forged, now=now).state == PaymentState.PAID
    assert paid.events.filter(outcome="unverified").count() == 1
