"""Recording what a household proves of its means. What was invoiced or held keeps its price, whatever is recorded after."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from billing.errors import QuotientDatesError
from billing.models import Quotient, QuotientSettings
from billing.quotients import Effect, MeansBasis, QuotientSource, Validity, effect_date, last_day
from core.audit_acts import AuditAct
from core.locks import lock_rows, locking_transaction
from core.models import Household, User
from core.services.audit import record

REPLACED = "Remplacé par un quotient plus récent"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What a document or a fund says. ``received_on`` is the town's date; ``children`` None: those of the file count."""

    value: Decimal
    received_on: date
    source: QuotientSource
    basis: MeansBasis = MeansBasis.QUOTIENT
    fund: str = ""
    children: int | None = None
    reference: str = ""
    as_of: date | None = None


def quotient_settings() -> QuotientSettings:
    """The town's choices; those of a new town until somebody saves others."""
    return QuotientSettings.objects.first() or QuotientSettings()


def set_quotient(
    *,
    household: Household,
    proof: Proof,
    by: User | None,
    now: datetime,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Quotient:
    """Make a proof count, from the date and until the date that the town chose unless they are given.

    The proof in force before ends the day before; those that would begin later are withdrawn.
    Raises QuotientDatesError when the dates are in the wrong order.
    """
    with locking_transaction():
        _lock(household)
        standing = Quotient.objects.standing().filter(household=household, basis=proof.basis)
        first, last = _dates(standing, proof, valid_from, valid_until)
        _make_room(standing, first, by=by, now=now)
        _note(household, f"{_shown(proof)}, du {first:%d/%m/%Y} au {last:%d/%m/%Y}", by=by, now=now)
        return _write(household, proof, first, last, by=by, now=now)


def correct_quotient(*, quotient: Quotient, proof: Proof, reason: str, by: User, now: datetime) -> Quotient:
    """Write another value over the same days; the wrong one stays in the history with the reason."""
    with locking_transaction():
        _lock(quotient.household)
        _withdraw(Quotient.objects.standing().filter(pk=quotient.pk), reason=reason, by=by, now=now)
        _note(quotient.household, f"{_shown(proof)} au lieu de {quotient.value} : {reason}", by=by, now=now)
        return _write(quotient.household, proof, quotient.valid_from, quotient.valid_until, by=by, now=now)


def withdraw_quotient(*, quotient: Quotient, reason: str, by: User, now: datetime) -> None:
    """Take back a proof: without another one, the prices of these days are those without proof."""
    with locking_transaction():
        _lock(quotient.household)
        _withdraw(Quotient.objects.standing().filter(pk=quotient.pk), reason=reason, by=by, now=now)
        _note(quotient.household, f"{quotient.value} retiré : {reason}", by=by, now=now)


def _note(household: Household, note: str, *, by: User | None, now: datetime) -> None:
    """In the journal, when a person did it: what the fund answers is in the history of the quotients."""
    if by:
        record(act=AuditAct.QUOTIENT, by=by, now=now, on=household, note=note)


def _shown(proof: Proof) -> str:
    return f"{proof.basis.label} {proof.value}"


def _dates(
    standing: QuerySet[Quotient], proof: Proof, valid_from: date | None, valid_until: date | None
) -> tuple[date, date]:
    town = quotient_settings()
    is_first = not standing.filter(
        valid_from__lte=proof.received_on, valid_until__gte=proof.received_on
    ).exists()
    first = valid_from or effect_date(Effect(town.effect), received_on=proof.received_on, is_first=is_first)
    last = valid_until or last_day(Validity(town.validity), first)
    if last < first:
        raise QuotientDatesError
    return first, last


def _make_room(standing: QuerySet[Quotient], first: date, *, by: User | None, now: datetime) -> None:
    standing.filter(valid_from__lt=first, valid_until__gte=first).update(
        valid_until=first - timedelta(days=1)
    )
    _withdraw(standing.filter(valid_from__gte=first), reason=REPLACED, by=by, now=now)


def _write(
    household: Household, proof: Proof, first: date, last: date, *, by: User | None, now: datetime
) -> Quotient:
    return Quotient.objects.create(
        household=household,
        basis=proof.basis,
        value=proof.value,
        fund=proof.fund,
        children=proof.children,
        valid_from=first,
        valid_until=last,
        source=proof.source,
        proof=proof.reference,
        as_of=proof.as_of,
        received_on=proof.received_on,
        recorded_at=now,
        recorded_by=by,
    )


def _withdraw(rows: QuerySet[Quotient], *, reason: str, by: User | None, now: datetime) -> None:
    rows.update(withdrawn_at=now, withdrawn_by=by, withdrawn_reason=reason)


def _lock(household: Household) -> Iterable[Household]:
    """Nothing else is locked with a household: its place in the project's order does not matter."""
    return lock_rows(Household.objects.filter(pk=household.pk))
