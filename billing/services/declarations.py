"""What a family declares of its means: kept with its document until an agent has read it, and answered by mail."""

from datetime import date, datetime
from decimal import Decimal

from django.core.files.base import File
from django.db import transaction

from billing.models import Quotient, QuotientDeclaration
from billing.services.quotients import Proof, set_quotient
from core.audit_acts import AuditAct
from core.enums import TaskKind
from core.locks import locking_transaction
from core.models import Household, StaffTask, User
from core.services.audit import record
from core.services.files import forget_file
from core.services.office import open_task
from core.services.outbox import write_mail
from core.words import NBSP


@transaction.atomic
def declare_change(
    *,
    household: Household,
    value: Decimal | None,
    message: str,
    proof: File | None,
    by: User,
    now: datetime,
) -> QuotientDeclaration:
    """Keep what a family says, and ask an agent to read it. Nothing changes in its prices until then."""
    declaration = QuotientDeclaration(
        household=household, value=value, message=message.strip(), at=now, by=by
    )
    if proof is not None:
        declaration.proof.save(proof.name or "justificatif", proof, save=False)
    declaration.save()
    open_task(
        kind=TaskKind.QUOTIENT,
        source=task_source(declaration),
        title=f"Quotient familial à vérifier{NBSP}: {household.name}"[:200],
        body=f"Dossier {household.number}. À traiter dans «{NBSP}Quotients{NBSP}».",
        now=now,
    )
    return declaration


def accept_declaration(
    *,
    declaration: QuotientDeclaration,
    proof: Proof,
    by: User,
    now: datetime,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Quotient:
    """Record the quotient that a family declared, as the agent read it.

    The declaration is closed with it, its document deleted, the family told.
    """
    with locking_transaction():
        quotient = set_quotient(
            household=declaration.household,
            proof=proof,
            by=by,
            now=now,
            valid_from=valid_from,
            valid_until=valid_until,
        )
        QuotientDeclaration.objects.filter(pk=declaration.pk, closed_at=None).update(
            closed_at=now, closed_by=by, quotient=quotient, proof=""
        )
        # Read, the document is of no more use: what is kept is the reference that an agent writes.
        forget_file(declaration.proof)
        close_declaration_task(declaration=declaration, by=by, now=now)
        write_mail(
            to=declaration.by.email,
            template="quotient_recorded",
            context={"quotient": quotient},
            now=now,
            dedupe_key=f"quotient:{quotient.pk}:recorded",
        )
        return quotient


@transaction.atomic
def refuse_declaration(*, declaration: QuotientDeclaration, answer: str, by: User, now: datetime) -> bool:
    """Close it without a new quotient, and tell the family why. False when it was closed before."""
    closed = QuotientDeclaration.objects.filter(pk=declaration.pk, closed_at=None).update(
        closed_at=now, closed_by=by, answer=answer, proof=""
    )
    if closed:
        note = f"Changement refusé : {answer}"
        record(act=AuditAct.QUOTIENT, by=by, now=now, on=declaration.household, note=note)
        forget_file(declaration.proof)
        close_declaration_task(declaration=declaration, by=by, now=now)
        write_mail(
            to=declaration.by.email,
            template="quotient_refused",
            context={"declaration": declaration, "answer": answer},
            now=now,
            dedupe_key=f"quotient-declaration:{declaration.pk}:refused",
        )
    return bool(closed)


def close_declaration_task(*, declaration: QuotientDeclaration, by: User, now: datetime) -> None:
    StaffTask.objects.filter(source=task_source(declaration), done_at=None).update(done_at=now, done_by=by)


def task_source(declaration: QuotientDeclaration) -> str:
    return f"billing.declaration:{declaration.pk}"
