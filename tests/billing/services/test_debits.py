"""Debits are announced, gathered, and given to the bank in a valid file."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sepaxml
from lxml import etree

from billing.enums import Trigger
from billing.errors import NothingToPayError
from billing.errors_debits import (
    BatchStateError,
    CollectionDateError,
    DebitStateError,
    NothingToCollectError,
)
from billing.models import Debit, Mandate
from billing.queries.check import check_ledger
from billing.queries.invoices import unpaid_invoices
from billing.queries.ledger import regie_summaries
from billing.services.campaign_mails import announce_invoices
from billing.services.debit_batches import cancel_batch, open_batch, read_file, send_batch
from billing.services.debit_returns import record_returns
from billing.services.debits import exclude_debits
from billing.services.invoice_payments import open_invoice_payment
from billing.services.mandates import change_account, revoke_mandate
from billing.services.reminders import send_reminders
from billing.services.settlement import settle
from core.models import OutgoingMail
from tests.billing.debits.test_files import PAIN_002
from tests.factories.campaigns import a_campaign, a_charge, issue
from tests.factories.debits import (
    OTHER_IBAN,
    a_batch,
    a_debit_account,
    a_mandate,
    a_sent_batch,
    a_settled_batch,
    an_announced_debit,
    soonest,
)
from tests.factories.people import an_agent
from tests.factories.world import Family, a_family
from tests.harness.queries import count_queries

DAY = timedelta(days=1)
XSD = Path(sepaxml.__file__).parent / "schemas" / "pain.008.001.08.xsd"


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


def collections(batch) -> list[tuple[str, str, str, str | None]]:
    """(reference, sequence, amount, account change) of each debit in the file of a batch."""
    root = etree.fromstring(batch.file)
    etree.XMLSchema(etree.parse(XSD)).assertValid(root)
    return sorted(
        (
            row.findtext(".//{*}EndToEndId"),
            group.findtext(".//{*}SeqTp"),
            row.findtext("{*}InstdAmt"),
            row.findtext(".//{*}AmdmntInfDtls//{*}Othr/{*}Id"),
        )
        for group in root.iterfind(".//{*}PmtInf")
        for row in group.iterfind("{*}DrctDbtTxInf")
    )


# --- Announced ------------------------------------------------------------------------------------


def test_an_invoice_of_a_payer_with_a_mandate_announces_its_debit(regie, family, now):
    other = a_family(school=None, name="Lavandier")
    for home in (family.household, other.household):
        a_charge(regie, home, now=now, amount="26.40")
    OutgoingMail.objects.all().delete()
    issue(a_campaign(regie, now=now, due_on=now.date() + 30 * DAY), now=now)

    announce_invoices(now=now)

    debit = Debit.objects.get()
    assert (debit.amount, debit.debit_on, debit.state) == (Decimal("26.40"), date(2026, 12, 18), "planned")
    told = OutgoingMail.objects.get(to=family.user.email).text
    assert "sera prélevée le vendredi 18 décembre 2026" in told
    assert all(said in told.replace("\xa0", " ") for said in ("26,40 €", debit.mandate.rum, "FR72ZZZ123456"))
    assert "prélevée" not in OutgoingMail.objects.get(to=other.user.email).text
    announce_invoices(now=now)
    assert Debit.objects.count() == 1


def test_the_notice_comes_before_the_term_and_banks_must_be_open(regie, family, now):
    a_charge(regie, family.household, now=now)
    issue(a_campaign(regie, now=now, due_on=now.date() + 3 * DAY), now=now)

    announce_invoices(now=now)

    assert Debit.objects.get().debit_on == now.date() + 14 * DAY  # Wednesday 2 December


def test_announcing_costs_the_same_for_many(regie, account, now):
    def announce(count: int) -> int:
        for _ in range(count):
            family = a_family(school=None)
            a_mandate(regie, family, now=now)
            a_charge(regie, family.household, now=now)
        issue(a_campaign(regie, now=now), now=now)
        return count_queries(lambda: announce_invoices(now=now))

    assert announce(1) == announce(3)


def test_what_will_be_debited_is_said_and_may_still_be_paid_online(regie, family, now):
    invoice, debit = an_announced_debit(regie, family, now=now)
    (summary,) = regie_summaries(family.household, on=now.date())
    (entry,) = summary.entries

    assert (entry.debit_on, entry.is_payable, summary.has_mandate) == (debit.debit_on, True, True)
    assert [*unpaid_invoices(family.household, regie, on=now.date())] == [invoice]


def test_an_invoice_that_will_be_debited_is_not_recalled(regie, family, now):
    regie.reminder_days = [1]
    regie.save()
    a_charge(regie, family.household, now=now)
    issue(a_campaign(regie, now=now, due_on=now.date()), now=now)
    announce_invoices(now=now)

    assert send_reminders(now=now + 3 * DAY) == 0


# --- Batches --------------------------------------------------------------------------------------


def test_a_batch_is_a_valid_file_and_its_invoices_are_not_payable_twice(regie, family, agent, now):
    invoice, debit = an_announced_debit(regie, family, now=now)

    batch = a_sent_batch(regie, agent, now=now)

    assert collections(batch) == [(debit.reference, "FRST", "26.40", None)]
    assert (batch.state, batch.count, batch.total) == ("sent", 1, Decimal("26.40"))
    assert not unpaid_invoices(family.household, regie, on=now.date())
    with pytest.raises(NothingToPayError):
        open_invoice_payment(
            household=family.household,
            regie=regie,
            invoice_ids=[invoice.pk],
            expected=invoice.total,
            payer=family.user,
            now=now,
        )
    (summary,) = regie_summaries(family.household, on=now.date())
    assert (summary.due, summary.payable_count) == (Decimal("26.40"), 0)
    assert check_ledger() == []


def test_the_file_is_encrypted_written_once_and_who_takes_it_is_remembered(regie, family, agent, now):
    an_announced_debit(regie, family, now=now)
    batch = a_sent_batch(regie, agent, now=now)
    first = read_file(batch=batch, by=agent, now=now)

    batch.refresh_from_db()
    assert read_file(batch=batch, by=agent, now=now + DAY) == first
    assert b"FR7630006000011234567890189" in first
    assert "FR76" not in batch.sealed_file
    assert [(row.by, row.at) for row in batch.downloads.all()] == [(agent, now), (agent, now + DAY)]


@pytest.mark.parametrize("days", [0, 1, 3])
def test_a_batch_for_a_day_that_the_bank_cannot_do_is_refused(regie, family, agent, now, days):
    """Wednesday 18 November: too soon, too soon, Saturday."""
    with pytest.raises(CollectionDateError):
        open_batch(regie=regie, collect_on=now.date() + days * DAY, by=agent, now=now)


def test_nothing_is_taken_before_the_day_that_was_announced(regie, family, agent, now):
    an_announced_debit(regie, family, now=now)
    with pytest.raises(NothingToCollectError):
        open_batch(regie=regie, collect_on=soonest(regie, now=now), by=agent, now=now)


def test_what_was_paid_or_lost_its_mandate_leaves_the_batch(regie, account, agent, payfip, now):
    families = [a_family(school=None) for _ in range(4)]
    for one in families:
        a_mandate(regie, one, now=now)
    rows = [an_announced_debit(regie, one, now=now) for one in families]
    batch = a_batch(regie, agent, now=now)
    paid, paying, revoked, _ = families

    def pay(one, invoice):
        return open_invoice_payment(
            household=one.household, regie=regie, invoice_ids=[invoice.pk],
            expected=invoice.total, payer=one.user, now=now,
        )  # fmt: skip

    payment = pay(paid, rows[0][0])
    payfip.simulator.decide(payment.provider_ref, "P")
    settle(payment_id=payment.pk, trigger=Trigger.POLL, now=now)
    pay(paying, rows[1][0])
    revoke_mandate(mandate=revoked.household.mandates.get(), reason="x", by=revoked.user, now=now)

    sent = send_batch(batch=batch, by=agent, now=now)

    assert [reference for reference, *_ in collections(sent)] == [rows[3][1].reference]
    states = [(d.state, d.batch_id, d.drop_reason) for d in Debit.objects.order_by("pk")]
    assert states == [
        ("dropped", batch.pk, "Facture déjà réglée"),
        ("planned", None, ""),
        ("dropped", batch.pk, "Le mandat a pris fin"),
        ("sent", batch.pk, ""),
    ]


def test_an_agent_excludes_a_debit_with_a_reason_and_the_family_is_told(regie, family, agent, now):
    _, debit = an_announced_debit(regie, family, now=now)
    batch = a_batch(regie, agent, now=now)

    exclude_debits(debits=[debit], reason="Contestation en cours", by=agent, now=now)

    debit.refresh_from_db()
    assert (debit.state, debit.drop_reason, debit.dropped_by) == ("dropped", "Contestation en cours", agent)
    assert OutgoingMail.objects.filter(text__contains="Contestation en cours").count() == 1
    with pytest.raises(NothingToCollectError):
        send_batch(batch=batch, by=agent, now=now)
    with pytest.raises(DebitStateError):
        exclude_debits(debits=[debit], reason="encore", by=agent, now=now)


def test_a_cancelled_draft_lets_its_debits_wait(regie, family, agent, now):
    _, debit = an_announced_debit(regie, family, now=now)
    batch = a_batch(regie, agent, now=now)

    cancel_batch(batch=batch, reason="Mauvaise date", by=agent, now=now)

    debit.refresh_from_db()
    assert (debit.state, debit.batch) == ("planned", None)
    with pytest.raises(BatchStateError):
        send_batch(batch=batch, by=agent, now=now)


def test_a_file_refused_as_a_whole_is_asked_again_by_new_debits(regie, family, agent, now):
    invoice, first = an_announced_debit(regie, family, now=now)
    batch = a_sent_batch(regie, agent, now=now)
    refusal = PAIN_002.format(version="10", group="<GrpSts>RJCT</GrpSts>", lines="")

    result = record_returns(
        content=refusal.replace("CANT261118ABCDEFGHJK", batch.message_id).encode(),
        name="rejet.xml",
        by=agent,
        now=now,
    )

    batch.refresh_from_db()
    assert (list(result.refused), batch.state) == ([batch], "cancelled")
    first.refresh_from_db()
    assert first.state == "dropped"
    again = a_sent_batch(regie, agent, now=now)
    ((reference, sequence, *_),) = collections(again)
    assert sequence == "FRST"
    assert reference != first.reference
    assert Debit.objects.get(reference=reference).invoice == invoice


# --- Sequences ------------------------------------------------------------------------------------


def test_the_first_debit_of_a_mandate_is_first_and_the_next_are_recurrent(regie, family, agent, now):
    for _ in range(2):
        an_announced_debit(regie, family, now=now)
    first = a_settled_batch(regie, agent, now=now)
    assert sorted(row[1] for row in collections(first)) == ["FRST", "RCUR"]

    later = now + 20 * DAY
    an_announced_debit(regie, family, now=later)
    assert [row[1] for row in collections(a_sent_batch(regie, agent, now=later))] == ["RCUR"]
    assert Mandate.objects.get().last_used_on == Debit.objects.last().batch.collect_on


def test_a_changed_account_is_told_to_the_bank_once(regie, family, agent, now):
    an_announced_debit(regie, family, now=now)
    a_settled_batch(regie, agent, now=now)
    later = now + 20 * DAY
    change_account(
        mandate=Mandate.objects.get(), holder="Camille", iban=OTHER_IBAN, bic="", by=family.user, now=later
    )
    an_announced_debit(regie, family, now=later)
    changed = a_settled_batch(regie, agent, now=later)
    assert [row[1::2] for row in collections(changed)] == [("FRST", "SMNDA")]

    last = later + 20 * DAY
    an_announced_debit(regie, family, now=last)
    assert [row[1::2] for row in collections(a_sent_batch(regie, agent, now=last))] == [("RCUR", None)]
