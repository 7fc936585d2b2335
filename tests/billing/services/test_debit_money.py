"""The money of a batch, and what the bank takes back: rejects typed in or read in its files."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.errors_debits import (
    BankFileError,
    BatchStateError,
    CollectionDateError,
    RejectError,
)
from billing.models import Allocation, Charge, Debit, DebitReject, JournalEntry, Mandate, Payment
from billing.queries.check import check_ledger
from billing.queries.invoices import unpaid_invoices
from billing.queries.ledger import regie_summaries
from billing.services.credit_use import refund_credit, use_credit
from billing.services.debit_batches import send_batch
from billing.services.debit_plan import plan_debits
from billing.services.debit_rejects import record_reject
from billing.services.debit_returns import record_returns
from billing.services.debit_settlement import settle_batch
from core.models import OutgoingMail, StaffTask
from tests.billing.debits.test_files import CAMT_054, PAIN_002, PAIN_002_LINE
from tests.factories.billing import an_invoice
from tests.factories.campaigns import a_campaign, a_charge, issue
from tests.factories.debits import (
    a_batch,
    a_debit_account,
    a_mandate,
    a_sent_batch,
    a_settled_batch,
    an_announced_debit,
)
from tests.factories.people import an_agent
from tests.factories.world import Family, a_family
from tests.harness.queries import count_queries

DAY = timedelta(days=1)


@pytest.fixture
def account(regie):
    return a_debit_account(regie)


@pytest.fixture
def agent(commune):
    return an_agent()


@pytest.fixture
def family(regie, account, now) -> Family:
    """A family that has signed a mandate."""
    family = a_family(school=None)
    a_mandate(regie, family, now=now)
    return family


# --- Money ----------------------------------------------------------------------------------------


def test_the_money_is_counted_on_its_day_and_not_before(regie, family, agent, now):
    invoice, debit = an_announced_debit(regie, family, now=now)
    batch = a_sent_batch(regie, agent, now=now)
    with pytest.raises(CollectionDateError):
        settle_batch(batch=batch, by=agent, now=now)
    assert not Payment.objects.exists()

    settle_batch(batch=batch, by=agent, now=now + 14 * DAY)

    payment = Payment.objects.get()
    assert (payment.state, payment.means, payment.reference) == ("paid", "debit", debit.reference)
    assert payment.receipt_reference == "2026-00001"
    assert payment.paid_at.date() == batch.collect_on
    assert [(a.invoice, a.amount) for a in Allocation.objects.all()] == [(invoice, Decimal("26.40"))]
    assert [(e.kind, e.means, e.amount) for e in JournalEntry.objects.all()] == [
        ("received", "debit", Decimal("26.40"))
    ]
    (summary,) = regie_summaries(family.household, on=now.date())
    assert summary.due == 0
    assert [entry.detail for entry in summary.entries][:1] == ["Paiement n° 2026-00001 (par Prélèvement)"]
    with pytest.raises(BatchStateError):
        settle_batch(batch=batch, by=agent, now=now + 14 * DAY)
    assert check_ledger() == []


def test_settling_costs_the_same_for_many(regie, account, agent, now):
    def settled(count: int, at) -> tuple[int, int]:
        for _ in range(count):
            family = a_family(school=None)
            a_mandate(regie, family, now=at)
            an_announced_debit(regie, family, now=at)
        batch = a_batch(regie, agent, now=at)
        sending = count_queries(lambda: send_batch(batch=batch, by=agent, now=at))
        later = at + 20 * DAY
        return sending, count_queries(lambda: settle_batch(batch=batch, by=agent, now=later))

    assert settled(1, now) == settled(3, now + 30 * DAY)


def test_what_was_paid_otherwise_meanwhile_stays_as_credit_and_somebody_is_told(
    regie, family, agent, payfip, now
):
    invoice, _ = an_announced_debit(regie, family, now=now)
    batch = a_sent_batch(regie, agent, now=now)
    a_charge(regie, family.household, now=now, amount="-20.00")
    issue(a_campaign(regie, now=now), now=now)
    assert use_credit(invoice=invoice, now=now) == Decimal("20.00")

    settle_batch(batch=batch, by=agent, now=now + 20 * DAY)

    (summary,) = regie_summaries(family.household, on=now.date())
    assert (summary.due, summary.credit) == (0, Decimal("20.00"))
    assert "20,00" in StaffTask.objects.get().title
    assert check_ledger() == []


# --- Rejects --------------------------------------------------------------------------------------


def rejected(debit, agent, now, code="AM04") -> DebitReject:
    return record_reject(debit=debit, code=code, on=now.date(), by=agent, now=now)


def test_a_reject_before_the_money_only_ends_the_debit(regie, family, agent, now):
    invoice, debit = an_announced_debit(regie, family, now=now)
    batch = a_sent_batch(regie, agent, now=now)

    rejected(debit, agent, now)

    settle_batch(batch=batch, by=agent, now=now + 20 * DAY)
    assert not Payment.objects.exists()
    assert [*unpaid_invoices(family.household, regie, on=now.date())] == [invoice]
    mail = OutgoingMail.objects.get(subject__contains="rejeté").text
    assert "Provision insuffisante" in mail
    assert "de nouveau à payer" in mail
    assert check_ledger() == []


def test_a_reject_after_the_money_takes_it_back_by_opposite_rows(regie, family, agent, now):
    invoice, debit = an_announced_debit(regie, family, now=now)
    a_settled_batch(regie, agent, now=now)
    later = now + 20 * DAY

    rejected(debit, agent, later)

    payment = Payment.objects.get()
    assert payment.state == "reversed"
    assert [row.amount for row in Allocation.objects.order_by("pk")] == [Decimal("26.40"), Decimal("-26.40")]
    assert [(e.kind, e.amount) for e in JournalEntry.objects.order_by("pk")] == [
        ("received", Decimal("26.40")),
        ("unpaid", Decimal("-26.40")),
    ]
    assert payment.events.get().message == "AM04 Provision insuffisante"
    assert [*unpaid_invoices(family.household, regie, on=now.date())] == [invoice]
    assert check_ledger() == []
    with pytest.raises(RejectError):
        rejected(debit, agent, later)


def test_a_reject_of_money_that_was_given_back_is_for_somebody_to_look_at(regie, family, agent, now):
    invoice, debit = an_announced_debit(regie, family, now=now)
    batch = a_sent_batch(regie, agent, now=now)
    a_charge(regie, family.household, now=now, amount="-20.00")
    issue(a_campaign(regie, now=now), now=now)
    use_credit(invoice=invoice, now=now)
    settle_batch(batch=batch, by=agent, now=now + 20 * DAY)
    refund_credit(
        household=family.household, regie=regie, amount=Decimal("20.00"), reason="Trop prélevé", now=now
    )

    rejected(debit, agent, now)

    assert (
        "20,00\u00a0€ à rembourser : ne le faites pas"
        in StaffTask.objects.get(source__endswith="reclaimed").body
    )
    assert check_ledger() == []


def test_a_debit_that_the_bank_never_had_is_not_rejected(regie, family, agent, now):
    _, debit = an_announced_debit(regie, family, now=now)
    with pytest.raises(RejectError):
        rejected(debit, agent, now)


def test_no_valid_mandate_ends_the_mandate(regie, family, agent, now):
    _, debit = an_announced_debit(regie, family, now=now)
    a_sent_batch(regie, agent, now=now)

    rejected(debit, agent, now, code="MD01")

    mandate = Mandate.objects.get()
    assert mandate.state == "revoked"
    assert "Pas de mandat valable" in mandate.events.get(act="revoked").note


def test_a_passing_reason_is_asked_once_more_where_the_regie_does_so(regie, account, family, agent, now):
    account.retries = True
    account.save()
    invoice, debit = an_announced_debit(regie, family, now=now)
    a_sent_batch(regie, agent, now=now)

    rejected(debit, agent, now)
    again = Debit.objects.get(state="planned")
    assert (again.again_of, again.invoice, again.amount) == (debit, invoice, debit.amount)
    assert again.debit_on >= now.date() + 14 * DAY
    assert "seconde fois" in OutgoingMail.objects.get(subject__contains="rejeté").text
    a_sent_batch(regie, agent, now=now)
    rejected(again, agent, now)

    assert not Debit.objects.filter(state="planned").exists()
    assert [*unpaid_invoices(family.household, regie, on=now.date())] == [invoice]


def test_a_reject_costs_what_the_regie_says_once(regie, account, family, agent, now):
    account.reject_fee = Decimal("2.50")
    account.save()
    _, debit = an_announced_debit(regie, family, now=now)
    a_sent_batch(regie, agent, now=now)

    rejected(debit, agent, now)

    fee = Charge.objects.get(source=f"debit.reject:{debit.pk}")
    assert (fee.amount, fee.label, fee.household) == (
        Decimal("2.50"), "Frais de rejet de prélèvement", family.household,
    )  # fmt: skip
    assert "2,50" in OutgoingMail.objects.get(subject__contains="rejeté").text


def test_a_banks_file_is_recorded_once(regie, family, agent, now):
    _, debit = an_announced_debit(regie, family, now=now)
    _, other = an_announced_debit(regie, family, now=now, amount="9.00")
    a_sent_batch(regie, agent, now=now)
    lines = "".join(
        PAIN_002_LINE.format(ref=ref, code="AC04") for ref in (debit.reference, other.reference, "INCONNUE")
    )
    content = PAIN_002.format(version="03", group="", lines=lines).encode()

    result = record_returns(content=content, name="r.xml", by=agent, now=now)
    assert [line.debit for line in result.to_record] == [debit]
    fates = {line.reference: (line.fate.name, line.why) for line in result.lines}
    assert fates["INCONNUE"][0] == "UNKNOWN"
    assert fates[other.reference] == (
        "ODD", "La banque dit 26,40\u00a0€, le prélèvement est de 9,00\u00a0€."
    )  # fmt: skip

    again = record_returns(content=content, name="r.xml", by=agent, now=now)
    assert [line.fate.name for line in again.lines] == ["KNOWN", "ODD", "UNKNOWN"]
    assert DebitReject.objects.get().source == "Fichier r.xml"


def test_a_return_after_the_debit_has_the_banks_date(regie, family, agent, now):
    _, debit = an_announced_debit(regie, family, now=now)
    a_settled_batch(regie, agent, now=now)

    content = CAMT_054.replace("REF1", debit.reference).encode()
    record_returns(content=content, name="camt.xml", by=agent, now=now + 25 * DAY)

    reject = DebitReject.objects.get()
    assert (reject.code, reject.on) == ("MD06", date(2026, 12, 11))
    assert Mandate.objects.get().is_active
    with pytest.raises(BankFileError):
        record_returns(content=b"rien", name="x", by=agent, now=now)


def test_an_invoice_without_a_mandate_is_never_debited(regie, account, agent, now):
    invoice = an_invoice(regie, a_family(school=None).household, now=now)

    assert plan_debits(due={invoice: invoice.total}, now=now) == {}
