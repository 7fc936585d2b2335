"""Recording a bank's file of rejects: all that can be, or nothing."""

from datetime import datetime

from billing.models import Debit, Mandate, Payment, Refund
from billing.queries.debit_returns import ReturnPlan, plan_returns
from billing.services.debit_batches import cancel_batch
from billing.services.debit_rejects import record_reject
from core.locks import lock_ids, locking_transaction
from core.models import User
from tenants.context import town_timezone


def record_returns(*, content: bytes, name: str, by: User, now: datetime) -> ReturnPlan:
    """Record what a bank's file says, in one transaction; read twice, it changes nothing more.

    Returns what the file said when it was recorded. Raises BankFileError, RejectError, BusyError: nothing was written.
    """
    today, source = now.astimezone(town_timezone()).date(), f"Fichier {name}"
    with locking_transaction():
        _lock([line.reference for line in plan_returns(content=content, today=today).to_record])
        plan = plan_returns(content=content, today=today)
        for batch in plan.refused:
            cancel_batch(batch=batch, reason=source[:150], by=by, now=now)
        for line in plan.to_record:
            assert line.debit is not None  # Fate.RECORD
            record_reject(debit=line.debit, code=line.code, on=line.on, by=by, now=now, source=source[:120])
    return plan


def _lock(references: list[str]) -> None:
    """Everything that the rejects lock one by one, first and in the project's order."""
    debits = Debit.objects.filter(reference__in=references)
    payments = lock_ids(Payment.objects.filter(debit__in=debits))
    lock_ids(Refund.objects.filter(payment__in=payments))
    lock_ids(Mandate.objects.filter(pk__in=debits.values("mandate")))
    lock_ids(debits)
