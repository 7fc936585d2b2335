"""Closing the books of a régie: a day, then its month. Nothing reopens them; what comes later is written later."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Max, Min, Sum
from django.db.models.functions import Coalesce

from billing.enums import ClosingKind, Means
from billing.errors import BooksError
from billing.models import Closing, Regie
from billing.queries.books import first_unclosed, in_till
from billing.services.journal import closed_until
from core.audit_acts import AuditAct
from core.locks import lock_ids, locking_transaction
from core.models import User
from core.money import ZERO, format_euros
from core.services.audit import record
from core.words import month_title
from tenants.context import town_timezone


def close_day(
    *, regie: Regie, last_day: date, cash_counted: Decimal, explanation: str, by: User, now: datetime
) -> Closing:
    """Freeze everything up to a day, this one included, with the cash that was counted. Raises BooksError.

    A day that goes on may be closed: what comes after is written on the next.
    """
    with locking_transaction():
        lock_ids(Regie.objects.filter(pk=regie.pk))
        if last_day > now.astimezone(town_timezone()).date():
            raise BooksError("Une journée à venir ne s’arrête pas.")
        closed = closed_until(regie.pk)
        if closed and last_day <= closed:
            raise BooksError(f"Cette régie est déjà arrêtée au {closed:%d/%m/%Y}.")
        expected = in_till(regie, on=last_day)[Means.CASH]
        if cash_counted != expected and not explanation:
            raise BooksError(
                f"La caisse devrait contenir {format_euros(expected)} en espèces et vous en comptez "
                f"{format_euros(cash_counted)} : expliquez l’écart."
            )
        return _close(
            regie,
            last_day,
            kind=ClosingKind.DAY,
            cash=(expected, cash_counted),
            explanation=explanation,
            by=by,
            now=now,
        )


def close_month(*, regie: Regie, month: date, by: User, now: datetime) -> Closing:
    """Freeze the month of a day, once each of its days is closed, and each month before that has entries. Raises
    BooksError."""
    last_day = month.replace(day=monthrange(month.year, month.month)[1])
    with locking_transaction():
        lock_ids(Regie.objects.filter(pk=regie.pk))
        if last_day >= now.astimezone(town_timezone()).date():
            raise BooksError(f"Le mois de {month_title(month)} n’est pas fini.")
        closed = closed_until(regie.pk)
        if closed is None or closed < last_day:
            raise BooksError(
                f"Arrêtez d’abord la journée du {last_day:%d/%m/%Y} : elle arrête aussi les précédentes."
            )
        before = _last(regie, ClosingKind.MONTH)
        if before and last_day <= before:
            raise BooksError(f"Le mois de {month_title(month)} est déjà arrêté.")
        first = first_unclosed(regie)
        if first and first < month.replace(day=1):
            raise BooksError(f"Arrêtez d’abord le mois de {month_title(first)}.")
        expected = in_till(regie, on=last_day)[Means.CASH]
        return _close(regie, last_day, kind=ClosingKind.MONTH, cash=(expected, expected), by=by, now=now)


def _close(
    regie: Regie,
    last_day: date,
    *,
    kind: ClosingKind,
    cash: tuple[Decimal, Decimal],  # expected, counted
    explanation: str = "",
    by: User,
    now: datetime,
) -> Closing:
    before = _last(regie, kind)
    first_entry = regie.entries.aggregate(first=Min("on"))["first"]
    first_day = before + timedelta(days=1) if before else min(first_entry or last_day, last_day)
    frozen = regie.entries.filter(on__range=(first_day, last_day)).aggregate(
        count=Count("pk"), sum=Coalesce(Sum("amount"), ZERO)
    )
    closing = Closing.objects.create(
        regie=regie,
        kind=kind,
        first_day=first_day,
        last_day=last_day,
        at=now,
        by=by,
        entries=frozen["count"],
        total=frozen["sum"],
        cash_expected=cash[0],
        cash_counted=cash[1],
        explanation=explanation,
    )
    note = f"{kind.label}, au {last_day:%d/%m/%Y}"
    record(act=AuditAct.BOOKS_CLOSED, by=by, now=now, on=regie, note=note)
    return closing


def _last(regie: Regie, kind: ClosingKind) -> date | None:
    return Closing.objects.filter(regie=regie, kind=kind).aggregate(last=Max("last_day"))["last"]
