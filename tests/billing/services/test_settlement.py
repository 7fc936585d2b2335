"""The one path to money: what the provider says, what we make of it, what is delivered."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from billing.enums import Fulfilment, PaymentState, Trigger
from billing.models import Allocation, Invoice, Payment
from billing.providers.base import ProviderError
from billing.providers.payfip.driver import PayFiP
from billing.queries.check import check_ledger
from billing.services.settlement import fulfil, settle, sweep
from core.enums import TaskKind
from core.models import OutgoingMail, StaffTask
from infra.sandbox.payfip.simulator import Behaviour
from tests.factories.billing import a_payment

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def payment(regie, now) -> Payment:
    return a_payment(regie, now=now)


def look(payment: Payment, at, trigger: Trigger = Trigger.POLL) -> Payment:
    return settle(payment_id=payment.pk, trigger=trigger, now=at)


def test_money_received_is_numbered_invoiced_and_told(payfip, payment, now):
    payfip.simulator.decide(payment.provider_ref, "P")

    settled = look(payment, now + MINUTE, Trigger.RETURN)

    assert (settled.state, settled.fulfilment) == (PaymentState.PAID, Fulfilment.DONE)
    assert settled.receipt_reference == "2026-00001"
    assert settled.method == "carte bancaire"
    assert settled.paid_at == now  # what PayFiP says, to the minute, in Paris
    assert settled.next_check_at is None
    assert Invoice.objects.get().total == settled.amount
    assert OutgoingMail.objects.get().subject.startswith("Ticket de paiement\xa0: 26,40")
    assert [event.to_state for event in settled.events.all()] == [PaymentState.STARTED, PaymentState.PAID]
    assert check_ledger() == []


def test_looking_again_changes_nothing(payfip, payment, now):
    payfip.simulator.decide(payment.provider_ref, "P")
    for trigger in Trigger:
        look(payment, now + MINUTE, trigger)

    assert payment.events.count() == 2
    assert Invoice.objects.count() == OutgoingMail.objects.count() == 1


def test_a_direct_debit_is_delivered_before_the_bank_confirms(payfip, payment, now):
    payfip.simulator.decide(payment.provider_ref, "V")

    settled = look(payment, now + MINUTE)

    assert (settled.state, settled.fulfilment) == (PaymentState.BANK_PENDING, Fulfilment.DONE)
    assert settled.receipt_reference == "2026-00001"
    assert "Votre banque doit encore valider" in OutgoingMail.objects.get().text


def test_a_direct_debit_taken_back_makes_the_invoice_due_again(payfip, payment, now):
    payfip.simulator.decide(payment.provider_ref, "V")
    look(payment, now + MINUTE)
    payfip.simulator.decide(payment.provider_ref, "Z", again=True)

    settled = look(payment, now + 3 * DAY, Trigger.STAFF)

    assert settled.state == PaymentState.REFUSED
    assert sorted(Allocation.objects.values_list("amount", flat=True)) == [
        Decimal("-26.40"),
        Decimal("26.40"),
    ]
    assert (
        StaffTask.objects.get().title
        == f"Paiement {payment.reference} rejeté par la banque : 26,40\xa0€ à réclamer"
    )
    assert check_ledger() == []


def test_money_taken_back_that_comes_again_is_credit_and_a_task(payfip, payment, now):
    for answer, at in (("V", now + MINUTE), ("Z", now + 2 * MINUTE), ("P", now + 3 * MINUTE)):
        payfip.simulator.decide(payment.provider_ref, answer, again=answer != "V")
        settled = look(payment, at)

    assert (settled.state, settled.fulfilment) == (PaymentState.PAID, Fulfilment.DONE)
    assert settled.receipt_reference == "2026-00001"
    assert Invoice.objects.count() == 1
    assert sum(Allocation.objects.values_list("amount", flat=True)) == 0
    assert (
        StaffTask.objects.get(source__endswith=":received-again").title
        == f"Paiement {payment.reference} finalement reçu : 26,40\xa0€ à ventiler"
    )
    assert check_ledger() == []


def test_money_taken_back_before_its_delivery_is_delivered_when_it_comes_again(payfip, payment, purpose, now):
    purpose.fails = 1
    payfip.simulator.decide(payment.provider_ref, "V")
    assert look(payment, now + MINUTE).fulfilment == Fulfilment.PENDING
    payfip.simulator.decide(payment.provider_ref, "Z", again=True)
    assert look(payment, now + 2 * MINUTE).fulfilment == Fulfilment.NONE
    payfip.simulator.decide(payment.provider_ref, "P", again=True)

    settled = look(payment, now + 3 * MINUTE)

    assert (settled.state, settled.fulfilment) == (PaymentState.PAID, Fulfilment.DONE)
    assert Invoice.objects.get().total == settled.amount
    assert not StaffTask.objects.filter(source__endswith=":received-again").exists()


@pytest.mark.parametrize(
    ("answer", "state"),
    [("R", PaymentState.REFUSED), ("Z", PaymentState.REFUSED), ("A", PaymentState.CANCELLED)],
)
def test_an_attempt_without_money_gives_back_what_it_was_for(payfip, payment, purpose, now, answer, state):
    payfip.simulator.decide(payment.provider_ref, answer)

    settled = look(payment, now + MINUTE)

    assert (settled.state, settled.fulfilment, settled.number) == (state, Fulfilment.NONE, None)
    assert purpose.abandoned == [payment.pk]
    look(payment, now + 2 * MINUTE)
    assert purpose.abandoned == [payment.pk]


@pytest.mark.parametrize("first", ["A", "R"])
def test_money_that_comes_after_another_verdict_is_taken(payfip, payment, now, first):
    payfip.simulator.decide(payment.provider_ref, first)
    look(payment, now + MINUTE)
    payfip.simulator.decide(payment.provider_ref, "P", again=True)

    sweep(now=now + 7 * MINUTE)

    payment.refresh_from_db()
    assert (payment.state, payment.fulfilment) == (PaymentState.PAID, Fulfilment.DONE)
    assert check_ledger() == []


def test_no_result_is_waiting_for_seven_days_then_over(payfip, payment, purpose, now):
    assert look(payment, now + 2 * HOUR).state == PaymentState.STARTED
    assert look(payment, now + 6 * DAY).state == PaymentState.STARTED
    assert look(payment, now + 7 * DAY).state == PaymentState.EXPIRED
    assert purpose.abandoned == [payment.pk]

    payfip.simulator.decide(payment.provider_ref, "P")
    assert look(payment, now + 8 * DAY, Trigger.STAFF).state == PaymentState.PAID


def test_an_unknown_attempt_is_waiting_for_half_an_hour_then_over(payfip, payment, now):
    payfip.simulator.purge()

    assert look(payment, now + 29 * MINUTE).state == PaymentState.STARTED
    assert look(payment, now + 30 * MINUTE).state == PaymentState.EXPIRED


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("montant", "100", "le montant devait être « 26,40\xa0€ », le prestataire dit « 1,00\xa0€ »"),
        ("refdet", "AUTRE12345", "le prestataire dit « AUTRE12345 »"),
        ("numcli", "090910", "le compte devait être « 090909 », le prestataire dit « 090910 »"),
        ("saisie", "W", "le mode devait être « test », le prestataire dit « production »"),
    ],
)
def test_money_that_is_not_the_money_asked_for_settles_nothing(payfip, payment, now, field, value, said):
    payfip.simulator.decide(payment.provider_ref, "P")
    with payfip.simulator.store.change(payment.provider_ref) as operation:
        setattr(operation, field, value)

    suspect = look(payment, now + MINUTE)

    assert (suspect.state, suspect.fulfilment, suspect.number) == (
        PaymentState.SUSPECT,
        Fulfilment.NONE,
        None,
    )
    task = StaffTask.objects.get()
    assert task.kind == TaskKind.PAYMENT_MISMATCH
    assert said in task.body
    assert Invoice.objects.count() == OutgoingMail.objects.count() == 0
    look(payment, now + 2 * MINUTE)
    assert StaffTask.objects.count() == 1


def test_another_currency_settles_nothing(payfip, payment, now, monkeypatch):
    payfip.simulator.decide(payment.provider_ref, "P")
    truth = PayFiP.lookup
    monkeypatch.setattr(
        PayFiP, "lookup", lambda *args, **kwargs: replace(truth(*args, **kwargs), currency="XPF")
    )

    assert look(payment, now + MINUTE).state == PaymentState.SUSPECT


def test_a_suspect_payment_that_turns_out_right_is_delivered(payfip, payment, now):
    payfip.simulator.decide(payment.provider_ref, "P")
    with payfip.simulator.store.change(payment.provider_ref) as operation:
        operation.montant = "100"
    look(payment, now + MINUTE)
    with payfip.simulator.store.change(payment.provider_ref) as operation:
        operation.montant = "2640"

    assert look(payment, now + HOUR, Trigger.STAFF).fulfilment == Fulfilment.DONE


def test_a_provider_that_is_down_changes_nothing_and_is_asked_again(payfip, payment, now):
    payfip.simulator.decide(payment.provider_ref, "P")
    payfip.simulator.behaviour = Behaviour(down=True)

    with pytest.raises(ProviderError):
        look(payment, now + MINUTE)

    payment.refresh_from_db()
    assert payment.state == PaymentState.STARTED
    assert payment.next_check_at == now + 6 * MINUTE


def test_one_provider_that_is_down_does_not_stop_the_sweep(payfip, regie, payment, now, monkeypatch):
    other = a_payment(regie, now=now)
    payfip.simulator.decide(other.provider_ref, "P")
    truth = PayFiP.lookup

    def flaky(driver, config, mode, provider_ref, **kwargs):
        if provider_ref == payment.provider_ref:
            raise ProviderError("en panne", permanent=False)
        return truth(driver, config, mode, provider_ref, **kwargs)

    monkeypatch.setattr(PayFiP, "lookup", flaky)

    assert sweep(now=now + 2 * MINUTE) == 2

    other.refresh_from_db()
    assert other.fulfilment == Fulfilment.DONE


def test_one_payment_that_breaks_does_not_stop_the_sweep(payfip, regie, payment, now, monkeypatch):
    other = a_payment(regie, now=now)
    payfip.simulator.decide(other.provider_ref, "P")
    truth = PayFiP.lookup

    def broken(driver, config, mode, provider_ref, **kwargs):
        if provider_ref == payment.provider_ref:
            raise TypeError("une réponse que personne n’avait prévue")
        return truth(driver, config, mode, provider_ref, **kwargs)

    monkeypatch.setattr(PayFiP, "lookup", broken)

    assert sweep(now=now + 2 * MINUTE) == 2

    other.refresh_from_db()
    payment.refresh_from_db()
    assert other.fulfilment == Fulfilment.DONE
    assert (payment.state, payment.next_check_at) == (PaymentState.STARTED, now + 7 * MINUTE)


def test_what_could_not_be_delivered_is_kept_and_tried_again(payfip, payment, purpose, now):
    purpose.fails = 1
    payfip.simulator.decide(payment.provider_ref, "P")

    settled = look(payment, now + MINUTE)

    assert (settled.state, settled.fulfilment) == (PaymentState.PAID, Fulfilment.PENDING)
    assert settled.fulfilment_error == "la livraison échoue"
    assert (Invoice.objects.count(), OutgoingMail.objects.count()) == (0, 0)

    sweep(now=now + 2 * MINUTE)

    payment.refresh_from_db()
    assert (payment.fulfilment, payment.fulfilment_error) == (Fulfilment.DONE, "")
    assert fulfil(payment_id=payment.pk, now=now + HOUR).fulfilment == Fulfilment.DONE
    assert Invoice.objects.count() == 1


@pytest.mark.parametrize(
    ("age", "wait"),
    [(2 * MINUTE, 5 * MINUTE), (3 * HOUR, HOUR), (2 * DAY, DAY)],
)
def test_an_undecided_payment_is_asked_about_ever_less_often(payfip, payment, now, age, wait):
    assert look(payment, now + age).next_check_at == now + age + wait


def test_an_abandoned_payment_is_still_asked_about_but_not_for_ever(payfip, payment, now):
    payfip.simulator.decide(payment.provider_ref, "A")

    assert look(payment, now + MINUTE).next_check_at == now + 6 * MINUTE
    assert look(payment, now + 6 * MINUTE).next_check_at == now + 11 * MINUTE
    assert look(payment, now + 9 * DAY).next_check_at is None


def test_an_attempt_never_announced_is_closed(regie, purpose, now):
    prepared = a_payment(regie, now=now, started=False)

    sweep(now=now + 2 * MINUTE)
    prepared.refresh_from_db()
    assert (prepared.state, prepared.next_check_at) == (PaymentState.CREATED, now + 10 * MINUTE)

    sweep(now=now + 10 * MINUTE)
    prepared.refresh_from_db()
    assert (prepared.state, prepared.next_check_at) == (PaymentState.FAILED, None)
    assert purpose.abandoned == [prepared.pk]


def test_receipts_are_numbered_without_a_hole(payfip, regie, now):
    payments = [a_payment(regie, now=now) for _ in range(3)]
    for payment, answer in zip(payments, "PAP", strict=True):
        payfip.simulator.decide(payment.provider_ref, answer)
        look(payment, now + MINUTE)

    assert list(Payment.objects.order_by("pk").values_list("number", flat=True)) == [1, None, 2]
    assert check_ledger() == []
