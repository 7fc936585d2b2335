"""The money of a batch is here.

It is counted on the word of the régisseur, who reads it on the régie's account (DFT), and never before the date of the
debit: a public till records what it has received, not what it has asked for.
"""

from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal

from django.db.models import Sum

from billing.debits.states import BatchState, DebitState
from billing.enums import DocumentKind, Fulfilment, Means, PaymentState
from billing.errors_debits import CollectionDateError
from billing.models import Allocation, Debit, DebitBatch, Invoice, InvoicePayment, Payment
from billing.providers.base import Mode
from billing.services.debit_batches import lock_batch, move_batch
from billing.services.invoice_payments import INVOICE_PURPOSE
from billing.services.journal import record_received
from billing.services.sequences import take_numbers
from core.enums import TaskKind
from core.locks import lock_rows, locking_transaction
from core.models import User
from core.money import ZERO, format_euros
from core.services.office import open_task
from tenants.context import town_timezone


def settle_batch(*, batch: DebitBatch, by: User, now: datetime) -> DebitBatch:
    """The régie's account was credited: one payment a debit that the bank did not reject, and what it pays.

    Raises BatchStateError, and CollectionDateError before the day of the debit.
    """
    with locking_transaction():
        locked = lock_batch(batch, BatchState.SENT)
        if now.astimezone(town_timezone()).date() < locked.collect_on:
            raise CollectionDateError(
                f"L’argent n’est pas là avant la date du prélèvement, le {locked.collect_on:%d/%m/%Y}."
            )
        sent = locked.debits.filter(state=DebitState.SENT)
        debits = lock_rows(sent.select_related("invoice__regie", "mandate__signer"))
        lock_rows(Invoice.objects.filter(pk__in=[debit.invoice_id for debit in debits]))
        if debits:
            payments = _receive(debits, locked, by=by, now=now)
            _allocate(debits, payments, now)
        locked.settled_at, locked.settled_by = now, by
        move_batch(locked, BatchState.SETTLED)
    return locked


def _receive(debits: Sequence[Debit], batch: DebitBatch, *, by: User, now: datetime) -> list[Payment]:
    year = now.astimezone(town_timezone()).year
    paid_at = datetime.combine(batch.collect_on, time(12), tzinfo=town_timezone())
    first = take_numbers(regie=batch.regie, kind=DocumentKind.RECEIPT, year=year, count=len(debits))
    payments = Payment.objects.bulk_create(
        Payment(
            regie=batch.regie,
            means=Means.DEBIT,
            mode=Mode.PRODUCTION,
            household_id=debit.invoice.household_id,
            payer=debit.mandate.signer,
            payer_email=debit.mandate.signer.email if debit.mandate.signer else "",
            purpose=INVOICE_PURPOSE,
            label=f"Facture {debit.invoice.reference}",
            reference=debit.reference,
            amount=debit.amount,
            state=PaymentState.PAID,
            method="prélèvement",
            year=year,
            number=number,
            created_at=now,
            paid_at=paid_at,
            closed_at=now,
            fulfilment=Fulfilment.DONE,
        )
        for number, debit in enumerate(debits, start=first)
    )
    for debit, payment in zip(debits, payments, strict=True):
        debit.payment, debit.state = payment, DebitState.PAID
    Debit.objects.bulk_update(debits, ["payment", "state"])
    record_received(payments=payments, by=by, now=now)
    return payments


def _allocate(debits: Sequence[Debit], payments: Sequence[Payment], now: datetime) -> None:
    """Each payment pays its invoice; what was paid otherwise meanwhile stays as credit, and somebody is told."""
    ids = [debit.invoice_id for debit in debits]
    sums = Allocation.objects.filter(invoice__in=ids).values("invoice").order_by("invoice")
    paid: dict[int, Decimal] = dict(sums.annotate(sum=Sum("amount")).values_list("invoice", "sum"))
    rows, twice = [], []
    for debit, payment in zip(debits, payments, strict=True):
        amount = min(debit.amount, debit.invoice.total - paid.get(debit.invoice_id, ZERO))
        if amount > 0:
            rows.append(
                Allocation(payment=payment, invoice_id=debit.invoice_id, amount=amount, created_at=now)
            )
        if amount < debit.amount:
            twice.append((debit, payment, debit.amount - max(amount, ZERO)))
    InvoicePayment.objects.bulk_create(
        InvoicePayment(payment=payment, invoice_id=debit.invoice_id, amount=debit.amount)
        for debit, payment in zip(debits, payments, strict=True)
    )
    Allocation.objects.bulk_create(rows)
    for debit, payment, too_much in twice:
        open_task(
            kind=TaskKind.DOUBLE_PAYMENT,
            source=f"payment:{payment.pk}:unplaced",
            regie=debit.invoice.regie.code,
            title=f"{format_euros(too_much)} à rendre ou à garder en avoir : prélèvement {payment.reference}",
            body=f"{debit.invoice} : réglée par ailleurs entre la remise et le prélèvement.",
            now=now,
        )
