"""Payments at the desk: found, exported, read to the last event, and what may be done about one."""

from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from billing.enums import PaymentState
from billing.models import Payment, ProviderAccount
from billing.providers.base import Mode, OutcomeState
from billing.queries.check import check_ledger
from billing.services.callbacks import hear_notification
from billing.services.credit_use import refund_credit
from billing.services.settlement import sweep
from core.clock import frozen
from core.models import StaffTask
from tests.factories.billing import a_payment, purchases
from tests.factories.people import an_agent
from tests.factories.providers import PayFiPBench, StripeBench
from tests.harness.clients import TownClient
from tests.harness.queries import assert_constant_queries

NOW = datetime(2026, 11, 18, 23, 40, tzinfo=ZoneInfo("Europe/Paris"))
DAY = timedelta(days=1)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def purpose():
    return purchases()


@pytest.fixture
def desk(commune):
    with frozen(NOW):
        yield TownClient(commune, an_agent())


@pytest.fixture
def bench(commune, purpose, settings):
    with PayFiPBench(now=lambda: NOW) as bench:
        bench.point(settings)
        yield bench


@pytest.fixture
def regie(bench):
    return bench.regie(code="cantine", prefix="CANT")


def body(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def paid(bench, regie, state=OutcomeState.PAID) -> Payment:
    payment = a_payment(regie, now=NOW)
    bench.end(payment, state)
    return hear_notification(driver=bench.code, callback=bench.notification(payment.provider_ref), now=NOW)


def found(desk, **query) -> set[str]:
    return {payment.reference for payment in desk.get(reverse("agent_payments"), query).context["page"]}


def test_payments_are_found_by_what_an_agent_has_in_hand(desk, bench, regie):
    one, other = paid(bench, regie), a_payment(regie, now=NOW - 3 * DAY)
    both = {one.reference, other.reference}

    assert found(desk) == both
    for query in (
        {"q": one.provider_ref},
        {"q": one.reference},
        {"q": one.transaction_id},
        {"etat": "paid"},
        {"du": "2026-11-18"},
        {"q": one.payer_email},
    ):
        assert found(desk, **query) == {one.reference}, query
    assert found(desk, au="2026-11-15") == {other.reference}
    assert found(desk, moyen="payfip", regie=regie.pk) == found(desk, moyen="online") == both
    assert found(desk, moyen="stripe") == found(desk, moyen="cash") == set()
    assert found(desk, du="n’importe quoi", etat="inconnu", regie="x") == both


def test_the_list_says_what_came_in_and_what_to_look_at(desk, bench, regie):
    assert "Aucun paiement ne correspond" in body(desk.get(reverse("agent_payments")))
    payment = a_payment(regie, now=NOW)
    bench.end(payment, OutcomeState.PAID)
    bench.charge(payment.provider_ref, 100)
    hear_notification(driver="payfip", callback=bench.notification(payment.provider_ref), now=NOW)
    paid(bench, regie)

    shown = body(desk.get(reverse("agent_payments")))

    assert "2 paiements, 26,40\xa0€ reçus" in shown
    assert "1 paiement à regarder" in shown
    assert "à vérifier" in body(desk.get(reverse("agent_payment", args=[payment.pk])))


def test_the_list_goes_to_a_spreadsheet(desk, bench, regie):
    payment = paid(bench, regie)
    url = reverse("agent_payments")

    text = desk.get(url, {"format": "csv"}).content.decode()
    assert f"{payment.reference};" in text
    assert ";26,40;Règlement validé;" in text
    book = load_workbook(BytesIO(b"".join(desk.get(url, {"format": "xlsx"}).streaming_content)))
    header, row = book.active.iter_rows(values_only=True)
    facts = dict(zip(header, row, strict=True))
    assert (facts["Référence"], facts["Montant"], facts["Mode"]) == (payment.reference, 26.4, "test")


def test_the_page_tells_the_whole_story(desk, bench, regie):
    payment = paid(bench, regie)

    shown = body(desk.get(reverse("agent_payment", args=[payment.pk])))

    for words in (
        "PayFiP (DGFiP)",
        "mode test",
        payment.transaction_id,
        "Notification du prestataire",
        "resultrans",
    ):
        assert words in shown
    assert "rejeté ce prélèvement" not in shown  # a card


def test_a_means_of_the_past_keeps_its_name(desk, bench, regie):
    payment = paid(bench, regie)
    old = ProviderAccount.objects.create(regie=regie, driver="payline", mode=Mode.PRODUCTION, closed_at=NOW)
    Payment.objects.update(account=old, mode=Mode.PRODUCTION)

    assert "PAYLINE" in body(desk.get(reverse("agent_payment", args=[payment.pk])))
    assert found(desk, moyen="payline") == {payment.reference}


def test_a_debit_that_the_bank_gave_back_is_due_again(desk, bench, regie):
    payment = paid(bench, regie, OutcomeState.BANK_PENDING)
    url = reverse("agent_payment_reject", args=[payment.pk])
    assert "rejeté ce prélèvement" in body(desk.get(reverse("agent_payment", args=[payment.pk])))
    assert "obligatoire" in body(desk.post(url, {"motif": ""}))

    answer = body(desk.post(url, {"motif": "Provision insuffisante"}, follow=True))

    payment.refresh_from_db()
    assert payment.state == PaymentState.REFUSED
    assert "Provision insuffisante" in answer
    assert "à réclamer" in StaffTask.objects.get().title
    assert check_ledger() == []
    assert "n’est pas un prélèvement" in body(desk.post(url, {"motif": "encore"}, follow=True))
    assert StaffTask.objects.count() == 1


def test_a_card_payment_is_not_a_debit(desk, bench, regie):
    payment = paid(bench, regie)

    answer = body(desk.post(reverse("agent_payment_reject", args=[payment.pk]), {"motif": "x"}, follow=True))

    payment.refresh_from_db()
    assert payment.state == PaymentState.PAID
    assert "n’est pas un prélèvement" in answer


def test_an_accepted_debit_is_money_after_the_banks_delay_and_may_still_be_rejected(desk, bench, regie):
    payment = paid(bench, regie, OutcomeState.BANK_PENDING)
    for days in range(1, 15):
        sweep(now=NOW + days * DAY)
    payment.refresh_from_db()
    assert payment.state == PaymentState.BANK_PENDING

    sweep(now=NOW + 15 * DAY)
    payment.refresh_from_db()
    assert (payment.state, payment.next_check_at) == (PaymentState.PAID, None)
    assert "n’a rien rejeté en 15 jours" in payment.events.last().message
    assert check_ledger() == []

    desk.post(reverse("agent_payment_reject", args=[payment.pk]), {"motif": "Opposition"})
    payment.refresh_from_db()
    assert payment.state == PaymentState.REVERSED
    assert check_ledger() == []


def test_the_provider_gives_money_back_from_the_page(desk, commune, purpose, settings):
    purpose.delivers = False
    with StripeBench(now=lambda: NOW) as bench:
        bench.point(settings)
        payment = paid(bench, bench.regie())
        (refund,) = refund_credit(
            household=payment.household,
            regie=payment.regie,
            amount=Decimal("10.00"),
            reason="Départ",
            now=NOW,
        )
        url = reverse("agent_payment", args=[payment.pk])
        assert "Rembourser par Stripe" in body(desk.get(url))

        bench.breaks_down()
        refund_url = reverse("agent_payment_refund", args=[refund.pk])
        assert "ne répond pas" in body(desk.post(refund_url, follow=True))
        bench.breaks_down(False)
        answer = body(desk.post(refund_url, follow=True))

    refund.refresh_from_db()
    assert refund.provider_ref.startswith("re_")
    assert "Remboursement demandé" in answer
    assert "Rembourser par Stripe" not in answer


def test_the_list_costs_the_same_for_many_payments(desk, bench, regie):
    assert_constant_queries(
        act=lambda: body(desk.get(reverse("agent_payments"))), add_row=lambda: paid(bench, regie)
    )
