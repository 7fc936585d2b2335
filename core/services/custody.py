"""Recording who a child lives with. What was owed before keeps the payer it had."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from core.audit_acts import AuditAct
from core.custody import CustodyMode
from core.errors import DomainError
from core.locks import lock_rows, locking_transaction
from core.models import Child, Custody, Household, User
from core.services.audit import record
from core.words import NBSP


class CustodyError(DomainError):
    code = "custody"


def record_custody(
    *,
    child: Child,
    second: Household,
    mode: CustodyMode,
    valid_from: date,
    valid_until: date | None = None,
    even_weeks: bool = False,
    percent: Decimal | None = None,
    periods: Sequence[tuple[date, date]] = (),
    proof: str = "",
    by: User | None,
    now: datetime,
) -> Custody:
    """The custody before ends the day before; one that was to begin later is taken away. Raises CustodyError."""
    if second.pk == child.household_id:
        raise CustodyError("C’est le dossier de l’enfant : indiquez celui de l’autre parent.")
    with locking_transaction():
        lock_rows(Child.objects.filter(pk=child.pk))
        _end_before(child, valid_from)
        note = f"{mode.label}, avec le dossier {second.number}, à partir du {valid_from:%d/%m/%Y}"
        record(act=AuditAct.CUSTODY, by=by, now=now, on=child, note=note)
        return Custody.objects.create(
            child=child,
            second=second,
            mode=mode,
            even_weeks=even_weeks and mode == CustodyMode.WEEKS,
            percent=percent if mode == CustodyMode.SHARE else None,
            periods=[
                [start.isoformat(), end.isoformat()] for start, end in periods if mode == CustodyMode.DAYS
            ],
            valid_from=valid_from,
            valid_until=valid_until,
            proof=proof,
            recorded_at=now,
            recorded_by=by,
        )


def end_custody(*, child: Child, last_day: date, by: User, now: datetime) -> None:
    """From the day after, the child is of one household only."""
    with locking_transaction():
        lock_rows(Child.objects.filter(pk=child.pk))
        _end_before(child, last_day + timedelta(days=1))
        note = f"Fin{NBSP}: {last_day:%d/%m/%Y}"
        record(act=AuditAct.CUSTODY, by=by, now=now, on=child, note=note)


def _end_before(child: Child, day: date) -> None:
    child.custodies.filter(valid_from__gte=day).delete()
    for custody in child.custodies.filter(valid_from__lt=day):
        if custody.holds_on(day):
            Custody.objects.filter(pk=custody.pk).update(valid_until=day - timedelta(days=1))
