"""Batches of debits: gathered, looked at, written for the bank."""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction

from billing.debits.pain008 import Collection, Creditor, Remittance, Schema, write_pain008
from billing.debits.states import BATCH_MOVES, BatchState, DebitState, MandateState
from billing.debits.states import Sequence as Kind
from billing.debits.target import add_bank_days, is_bank_day
from billing.errors_debits import (
    BatchStateError,
    CollectionDateError,
    NoDebitAccountError,
    NothingToCollectError,
)
from billing.models import (
    Debit,
    DebitAccount,
    DebitBatch,
    DebitDownload,
    Invoice,
    InvoicePayment,
    Mandate,
    Regie,
)
from billing.queries.debits import to_gather, untold_changes, used_mandates
from billing.queries.invoices import open_attempts
from billing.queries.ledger import at_treasury, with_allocated
from billing.services.mandates import drop_rows
from billing.services.payments import new_reference
from core.audit_acts import AuditAct
from core.locks import lock_rows, locking_transaction
from core.models import User
from core.money import ZERO, format_euros
from core.services.audit import record
from core.states import check_move
from tenants.context import town_timezone


def open_batch(*, regie: Regie, collect_on: date, by: User, now: datetime) -> DebitBatch:
    """Gather what has been announced up to a day. Raises NoDebitAccountError, CollectionDateError,
    NothingToCollectError."""
    check_collection_date(_account(regie), collect_on, now=now)
    with locking_transaction():
        debits = lock_rows(to_gather(regie, until=collect_on))
        if not debits:
            raise NothingToCollectError
        batch = DebitBatch.objects.create(
            regie=regie,
            collect_on=collect_on,
            message_id=new_reference(regie, now),
            created_at=now,
            created_by=by,
        )
        Debit.objects.filter(pk__in=[debit.pk for debit in debits]).update(batch=batch)
        record(act=AuditAct.DEBITS, by=by, now=now, on=batch, note="Remise préparée")
    return batch


def first_collection_date(account: DebitAccount, *, now: datetime) -> date:
    """The soonest day for which the bank still takes a batch."""
    return add_bank_days(now.astimezone(town_timezone()).date(), account.remit_days)


def check_collection_date(account: DebitAccount, collect_on: date, *, now: datetime) -> None:
    """Raises CollectionDateError: the bank is closed that day, or would have the file too late."""
    if not is_bank_day(collect_on):
        raise CollectionDateError(
            "Les banques ne débitent pas ce jour-là : choisissez un jour ouvré (calendrier TARGET)."
        )
    first = first_collection_date(account, now=now)
    if collect_on < first:
        raise CollectionDateError(
            f"C’est trop tôt : la banque doit recevoir la remise avant. Première date possible : {first:%d/%m/%Y}."
        )


def send_batch(*, batch: DebitBatch, by: User, now: datetime) -> DebitBatch:
    """Write the file for the bank. What was paid, is being paid or lost its mandate since is left out, with the reason.

    Raises BatchStateError, CollectionDateError, and NothingToCollectError when nothing is left.
    """
    with locking_transaction():
        locked = lock_batch(batch, BatchState.DRAFT)
        account = _account(locked.regie)
        check_collection_date(account, locked.collect_on, now=now)
        mandates = {
            row.pk: row for row in lock_rows(Mandate.objects.filter(pk__in=locked.debits.values("mandate")))
        }
        debits = lock_rows(locked.debits.filter(state=DebitState.PLANNED).select_related("invoice"))
        lock_rows(Invoice.objects.filter(pk__in=[debit.invoice_id for debit in debits]))
        kept = _still_owed(debits, mandates, by=by, now=now)
        if not kept:
            raise NothingToCollectError
        _number(kept, mandates)
        content = write_pain008(_remittance(locked, account, kept, mandates, now))
        locked.file, locked.digest = content, sha256(content).hexdigest()
        locked.count, locked.total = len(kept), sum((debit.amount for debit in kept), ZERO)
        locked.sent_at, locked.sent_by = now, by
        move_batch(locked, BatchState.SENT)
        Debit.objects.bulk_update(kept, ["amount", "state", "sequence", "change"])
        Mandate.objects.filter(pk__in={debit.mandate_id for debit in kept}).update(
            last_used_on=locked.collect_on
        )
        note = f"Fichier pour la banque : {format_euros(locked.total)}"
        record(act=AuditAct.DEBITS, by=by, now=now, on=locked, note=note)
    return locked


def cancel_batch(*, batch: DebitBatch, reason: str, by: User, now: datetime) -> DebitBatch:
    """Give up a draft, or a file that the bank refused as a whole. Its debits wait for another batch: those that the
    bank was asked for are kept as given up, and announced anew for the same day. Raises BatchStateError."""
    with locking_transaction():
        locked = lock_batch(batch, BatchState.DRAFT, BatchState.SENT)
        live = locked.debits.filter(state__in=[DebitState.PLANNED, DebitState.SENT])
        debits = lock_rows(live.select_related("mandate__regie"))
        if locked.state == BatchState.DRAFT:
            Debit.objects.filter(pk__in=[debit.pk for debit in debits]).update(batch=None)
        else:
            drop_rows(debits, reason=f"Remise refusée : {reason}", by=by, now=now)
            Debit.objects.bulk_create(
                Debit(
                    mandate=debit.mandate,
                    invoice_id=debit.invoice_id,
                    reference=new_reference(debit.mandate.regie, now),
                    amount=debit.amount,
                    debit_on=debit.debit_on,
                    notified_at=debit.notified_at,
                )
                for debit in debits
            )
        locked.cancelled_at, locked.cancelled_by, locked.cancel_reason = now, by, reason
        move_batch(locked, BatchState.CANCELLED)
        record(act=AuditAct.DEBITS, by=by, now=now, on=locked, note=f"Remise abandonnée : {reason}")
    return locked


@transaction.atomic
def read_file(*, batch: DebitBatch, by: User, now: datetime) -> bytes:
    """The file, as it was written once and for all; who took it is remembered."""
    DebitDownload.objects.create(batch=batch, at=now, by=by)
    record(act=AuditAct.DATA_DOWNLOADED, by=by, now=now, on=batch, note="Fichier de prélèvements")
    return batch.file


def _account(regie: Regie) -> DebitAccount:
    account = DebitAccount.objects.filter(regie=regie).first()
    if account is None:
        raise NoDebitAccountError
    return account


def lock_batch(batch: DebitBatch, *states: BatchState) -> DebitBatch:
    """Raises BatchStateError when it is in none of these states."""
    (locked,) = lock_rows(DebitBatch.objects.filter(pk=batch.pk).select_related("regie"))
    if locked.state not in states:
        raise BatchStateError
    return locked


def move_batch(batch: DebitBatch, to_state: BatchState) -> None:
    check_move(BATCH_MOVES, BatchState(batch.state), to_state)
    batch.state = to_state
    batch.save()


def _still_owed(
    debits: Sequence[Debit], mandates: dict[int, Mandate], *, by: User, now: datetime
) -> list[Debit]:
    """Those to ask for, each for what its invoice still lacks at most; the others are given up, or put off."""
    invoices = with_allocated(
        Invoice.objects.filter(pk__in=[debit.invoice_id for debit in debits]), "invoice"
    )
    left = {invoice.pk: invoice.total - invoice.allocated for invoice in invoices}
    with_treasury = set(Invoice.objects.filter(at_treasury(), pk__in=left).values_list("pk", flat=True))
    being_paid = set(
        InvoicePayment.objects.filter(
            payment__in=open_attempts(Invoice.objects.filter(pk__in=left)), invoice__in=left
        ).values_list("invoice", flat=True)
    )
    # An attempt to pay online that is still open may fail: its debit waits for the next batch.
    Debit.objects.filter(pk__in=[row.pk for row in debits], invoice__in=being_paid).update(batch=None)
    kept, given_up = [], {}
    for debit in debits:
        if mandates[debit.mandate_id].state != MandateState.ACTIVE:
            given_up[debit] = "Le mandat n’est plus en vigueur"
        elif debit.invoice_id in with_treasury:
            given_up[debit] = "Facture prise en charge par le Trésor"
        elif left[debit.invoice_id] <= 0:
            given_up[debit] = "Facture déjà réglée"
        elif debit.invoice_id not in being_paid:
            debit.amount = min(debit.amount, left[debit.invoice_id])
            kept.append(debit)
    for reason in sorted(set(given_up.values())):
        drop_rows([debit for debit in given_up if given_up[debit] == reason], reason=reason, by=by, now=now)
    return kept


def _number(debits: Sequence[Debit], mandates: dict[int, Mandate]) -> None:
    """FRST for the first debit of a mandate, or of its new account; RCUR for the others."""
    used, changes = used_mandates(mandates), untold_changes(mandates)
    told: set[int] = set()
    for debit in debits:
        debit.state = DebitState.SENT
        first = debit.mandate_id not in told
        debit.change = changes.get(debit.mandate_id) if first and debit.mandate_id in used else None
        is_new = debit.mandate_id not in used or debit.change is not None
        debit.sequence = Kind.FIRST if first and is_new else Kind.RECURRENT
        told.add(debit.mandate_id)


def _remittance(
    batch: DebitBatch,
    account: DebitAccount,
    debits: Sequence[Debit],
    mandates: dict[int, Mandate],
    now: datetime,
) -> Remittance:
    tz = town_timezone()
    return Remittance(
        schema=Schema(account.schema),
        creditor=Creditor(name=account.creditor_name, ics=account.ics, iban=account.iban, bic=account.bic),
        message_id=batch.message_id,
        created_at=now.astimezone(tz),
        collect_on=batch.collect_on,
        collections=[
            Collection(
                reference=debit.reference,
                amount=debit.amount,
                sequence=debit.sequence,
                rum=mandate.rum,
                signed_on=mandate.signed_at.astimezone(tz).date(),  # type: ignore[union-attr]  # in force: signed
                holder=mandate.holder,
                iban=mandate.iban,
                bic=mandate.bic,
                label=f"Facture {debit.invoice.reference} {batch.regie.name}",
                account_changed=debit.change is not None,
            )
            for debit in debits
            for mandate in [mandates[debit.mandate_id]]
        ],
    )
