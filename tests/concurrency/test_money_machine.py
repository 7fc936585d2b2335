"""The life of money in any order (Hypothesis): owed, shared, corrected, rated again, cancelled, invoiced, paid whole or
in part, taken back, credited, refunded.

After each step the books are proved, and each household's account adds up.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from billing.debits.target import bank_day_from
from billing.enums import CreditUse, Means, Trigger
from billing.models import (
    Campaign,
    Charge,
    Debit,
    DebitBatch,
    Invoice,
    Payment,
    Quittance,
    Refund,
    Tariff,
    TariffVersion,
)
from billing.queries.books import to_deposit
from billing.queries.check import check_ledger
from billing.queries.credits import credits_of
from billing.queries.invoices import unpaid_invoices
from billing.queries.ledger import regie_summaries
from billing.services.campaign_mails import announce_invoices
from billing.services.campaigns import cancel_campaign
from billing.services.charges import void_charges
from billing.services.closings import close_day
from billing.services.corrections import Owed, set_owed
from billing.services.counter_reversals import cancel_quittance, correct_quittance, reject_payment
from billing.services.credit_use import refund_credit, use_credit
from billing.services.credits import credit_charges, mark_refunded
from billing.services.debit_batches import cancel_batch, open_batch, send_batch
from billing.services.debit_rejects import record_reject
from billing.services.debit_settlement import settle_batch
from billing.services.deposits import make_slip
from billing.services.invoice_payments import open_invoice_payment
from billing.services.mandates import revoke_mandate
from billing.services.reminders import send_reminders
from billing.services.settlement import settle
from billing.services.shares import post_to_payers
from billing.services.treasury import hand_over
from core.custody import CustodyMode
from core.errors import DomainError
from core.money import ZERO, round_euros
from core.services.custody import record_custody
from infra.sandbox.payfip.server import SandboxServer
from infra.sandbox.payfip.simulator import Behaviour
from tests.factories.billing import a_regie
from tests.factories.campaigns import FIRST, LAST, a_campaign, a_charge, issue
from tests.factories.counter import a_cheque, a_quittance, cash
from tests.factories.debits import a_debit_account, a_mandate
from tests.factories.people import an_agent
from tests.factories.world import a_family

START = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
FAMILIES = 2
who = st.integers(0, FAMILIES - 1)
CHEAPER_FROM_THE_SECOND = {
    "type": "volume_discount",
    "per": "month",
    "base": {"type": "flat", "amount": 3},
    "steps": [{"start": 2, "percent": 10}],
}
prices = st.sampled_from(["2.50", "3.30", "19.99", "-4.00", "-25.00"])


class _Undo(Exception):  # noqa: N818  not an error: how an example takes back what it wrote
    pass


class MoneyMachine(RuleBasedStateMachine):
    payfip: SandboxServer

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.payfip.simulator.now = lambda: self.now
        self._transaction = transaction.atomic()
        self._transaction.__enter__()
        self.regie = a_regie()
        self.agent = an_agent()
        a_debit_account(self.regie, retries=True, reject_fee=Decimal("2.00"))
        self.families = [a_family(school=None) for _ in range(FAMILIES)]
        self.tariff = Tariff.objects.create(code="mercredi", label="Mercredi")
        TariffVersion.objects.create(tariff=self.tariff, valid_from=FIRST, rule=CHEAPER_FROM_THE_SECOND)
        mother, father = self.families
        record_custody(
            child=mother.child, second=father.household, mode=CustodyMode.SHARE, percent=Decimal(40),
            valid_from=FIRST, by=None, now=self.now,
        )  # fmt: skip

    def teardown(self) -> None:
        self._transaction.__exit__(_Undo, _Undo(), None)

    @rule(use=st.sampled_from(CreditUse), minimum=st.sampled_from(["0", "15.00"]))
    def the_town_decides(self, use: CreditUse, minimum: str) -> None:
        self.regie.credit_use, self.regie.invoice_minimum = use, Decimal(minimum)
        self.regie.reminder_days, self.regie.part_minimum = [7, 21], Decimal("1.00")
        self.regie.save()

    @rule(number=who, amount=prices)
    def owe(self, number: int, amount: str) -> None:
        a_charge(self.regie, self.families[number].household, now=self.now, amount=amount)

    @rule(amount=st.sampled_from(["3.33", "20.01"]))
    def owe_for_a_child_of_two_homes(self, amount: str) -> None:
        day = Charge(
            regie=self.regie, household=self.families[0].household, child=self.families[0].child,
            source=f"test.shared:{Charge.objects.count()}", service_date=FIRST, group_label="Cantine", label="Repas",
            unit_price=Decimal(amount), amount=Decimal(amount), created_at=self.now,
        )  # fmt: skip
        post_to_payers([day])

    @rule(number=who, day=st.integers(2, 28))
    def owe_what_the_month_will_tell(self, number: int, day: int) -> None:
        a_charge(
            self.regie, self.families[number].household, now=self.now, amount="3.00", on=FIRST.replace(day=day),
            tariff=self.tariff, rated_later=True, facts={"resident": True},
        )  # fmt: skip

    @rule(data=st.data(), amount=st.sampled_from(["0.00", "1.01", "6.67"]))
    def correct_a_price(self, data: st.DataObject, amount: str) -> None:
        if charges := list(Charge.objects.filter(corrects=None, share_of="").order_by("pk")):
            charge = data.draw(st.sampled_from(charges))
            set_owed([Owed(charge=charge, amount=Decimal(amount), reason="Malade")], now=self.now)

    @rule(data=st.data())
    def cancel_a_day(self, data: st.DataObject) -> None:
        if charges := list(Charge.objects.filter(amount__gt=0, voided_at=None).order_by("pk")):
            charge = data.draw(st.sampled_from(charges))
            if not void_charges(sources=[charge.source], reason="Annulée", now=self.now):
                credit_charges(charges=[charge], reason="Annulée à temps", now=self.now)

    @rule(corrective=st.booleans(), kept=st.booleans())
    def invoice(self, corrective: bool, kept: bool) -> None:
        campaign = a_campaign(
            self.regie, now=self.now, corrective=corrective, first_date=FIRST, last_date=LAST,
            issued_on=self.now.date(), published_on=self.now.date(), due_on=self.now.date(),
        )  # fmt: skip
        if kept:
            issue(campaign, now=self.now)
            announce_invoices(now=self.now)
        else:
            cancel_campaign(campaign=campaign, by=self.agent, now=self.now)

    @rule(number=who, result=st.sampled_from("PPVRA"), parts=st.integers(1, 3))
    def pay(self, number: int, result: str, parts: int) -> None:
        family = self.families[number]
        due = list(unpaid_invoices(family.household, self.regie, on=self.now.date()))
        left = sum((invoice.total - invoice.allocated for invoice in due), ZERO)
        with self._refusable():
            payment = open_invoice_payment(
                household=family.household,
                regie=self.regie,
                invoice_ids=[invoice.pk for invoice in due],
                expected=left,
                part=round_euros(left / parts),
                payer=family.user,
                restart=True,
                now=self.now,
            )
            self.payfip.simulator.decide(payment.provider_ref, result)

    @rule()
    def ask_the_provider(self) -> None:
        for payment in Payment.objects.order_by("pk"):
            settle(payment_id=payment.pk, trigger=Trigger.STAFF, now=self.now)

    @rule(data=st.data())
    def the_bank_changes_its_mind(self, data: st.DataObject) -> None:
        if waiting := list(Payment.objects.filter(state="bank_pending").order_by("pk")):
            payment = data.draw(st.sampled_from(waiting))
            self.payfip.simulator.decide(payment.provider_ref, data.draw(st.sampled_from("PZ")))
            settle(payment_id=payment.pk, trigger=Trigger.POLL, now=self.now)

    @rule(number=who)
    def sign_or_revoke(self, number: int) -> None:
        family = self.families[number]
        mandate = family.household.mandates.filter(state="active").first()
        if mandate:
            revoke_mandate(mandate=mandate, reason="À la demande de la famille", by=family.user, now=self.now)
        else:
            a_mandate(self.regie, family, now=self.now)

    @rule(days=st.sampled_from([14, 20]))
    def gather_debits(self, days: int) -> None:
        on = bank_day_from(self.now.date() + timedelta(days=days))
        with self._refusable():
            batch = open_batch(regie=self.regie, collect_on=on, by=self.agent, now=self.now)
            send_batch(batch=batch, by=self.agent, now=self.now)

    @rule(refused=st.booleans())
    def hear_of_the_batch(self, refused: bool) -> None:
        for batch in DebitBatch.objects.filter(state="sent"):
            with self._refusable():
                if refused:
                    cancel_batch(batch=batch, reason="Fichier refusé", by=self.agent, now=self.now)
                else:
                    settle_batch(batch=batch, by=self.agent, now=self.now)

    @rule(data=st.data(), code=st.sampled_from(["AM04", "MD01", "MD06"]))
    def the_bank_rejects(self, data: st.DataObject, code: str) -> None:
        if asked := list(Debit.objects.filter(state__in=["sent", "paid"]).order_by("pk")):
            debit = data.draw(st.sampled_from(asked))
            record_reject(debit=debit, code=code, on=self.now.date(), by=self.agent, now=self.now)

    @rule(data=st.data())
    def use_some_credit(self, data: st.DataObject) -> None:
        if invoices := list(Invoice.objects.filter(kind="invoice").order_by("pk")):
            use_credit(invoice=data.draw(st.sampled_from(invoices)), now=self.now)

    @rule(number=who, part=st.sampled_from(["1.00", "4.00"]))
    def give_back(self, number: int, part: str) -> None:
        with self._refusable():
            refund_credit(
                household=self.families[number].household,
                regie=self.regie,
                amount=Decimal(part),
                reason="À la demande de la famille",
                now=self.now,
            )

    @rule(number=who, amount=st.sampled_from(["5.00", "20.00"]), means=st.sampled_from(["cash", "cheque"]))
    def pay_at_the_counter(self, number: int, amount: str, means: str) -> None:
        household = self.families[number].household
        handed = cash(amount) if means == "cash" else a_cheque(amount)
        due = tuple(unpaid_invoices(household, self.regie, on=self.now.date()))
        a_quittance(self.regie, household, handed, now=self.now, invoices=due, by=self.agent)

    @rule(data=st.data(), act=st.sampled_from([cancel_quittance, correct_quittance]))
    def undo_a_quittance(self, data: st.DataObject, act: Callable[..., None]) -> None:
        if quittances := list(Quittance.objects.order_by("pk")):
            with self._refusable():
                act(
                    quittance=data.draw(st.sampled_from(quittances)),
                    reason="Erreur",
                    by=self.agent,
                    now=self.now,
                )

    @rule(back=st.booleans())
    def take_the_cheques_to_the_bank(self, back: bool) -> None:
        cheques = list(to_deposit(self.regie, Means.CHEQUE))
        with self._refusable():
            make_slip(
                regie=self.regie, means=Means.CHEQUE, payment_ids=[one.pk for one in cheques], cash={},
                by=self.agent, now=self.now,
            )  # fmt: skip
            if back:
                reject_payment(payment=cheques[0], reason="Sans provision", by=self.agent, now=self.now)

    @rule()
    def give_the_money_back(self) -> None:
        mark_refunded(refund_ids=Refund.objects.values_list("pk", flat=True), by=self.agent, now=self.now)

    @rule()
    def close_the_day(self) -> None:
        with self._refusable():
            close_day(
                regie=self.regie, last_day=self.now.date(), cash_counted=ZERO, explanation="Pas compté", by=self.agent,
                now=self.now,
            )  # fmt: skip

    @rule(number=who)
    def hand_over_what_is_late(self, number: int) -> None:
        with self._refusable():
            hand_over(
                regie=self.regie,
                household_ids=[self.families[number].household.pk],
                by=self.agent,
                now=self.now,
            )

    @rule(days=st.sampled_from([1, 8, 30]))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        send_reminders(now=self.now)

    def _refusable(self):
        return _Refusable()

    @invariant()
    def the_books_are_right(self) -> None:
        assert check_ledger() == []

    @invariant()
    def accounts_add_up(self) -> None:
        for family in self.families:
            (summary,) = regie_summaries(family.household, on=self.now.date())
            asked = summary.total_invoiced - summary.total_paid
            assert asked == summary.due - summary.credit - summary.refunded
            assert summary.credit >= sum((one.left for one in credits_of(family.household, self.regie)), ZERO)

    @invariant()
    def nothing_is_left_half_done(self) -> None:
        assert set(Campaign.objects.values_list("state", flat=True)) <= {"issued", "cancelled"}


class _Refusable:
    """A refusal is a sentence for a person, never half a change."""

    def __enter__(self) -> None:
        self._savepoint = transaction.atomic()
        self._savepoint.__enter__()

    def __exit__(self, kind, error, trace) -> bool:
        self._savepoint.__exit__(kind, error, trace)
        return isinstance(error, DomainError)


@pytest.fixture
def payfip(settings) -> Iterator[SandboxServer]:
    with SandboxServer() as server:
        server.simulator.behaviour = Behaviour(drop_notifications=True)
        settings.PAYFIP_SERVICE_URL, settings.PAYFIP_PAGE_URL = server.service_url, server.page_url
        yield server


def test_money_whatever_the_order(commune, payfip):
    MoneyMachine.payfip = payfip
    run_state_machine_as_test(
        MoneyMachine,
        settings=settings(
            max_examples=5,
            phases=[Phase.generate],
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
