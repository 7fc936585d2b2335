"""What an agent corrects in a family's file: its address, its adults, its children. Who, when, before and after are in
the journal."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import Model

from core.audit_acts import AuditAct
from core.child_file import SHAPES
from core.errors import DomainError
from core.locks import lock_rows, locking_transaction
from core.models import Child, Guardian, Household, User
from core.queries.child_file import fields_said_of, row_values
from core.services.accounts import EmailTakenError, ask_email_change, close_account, send_activation
from core.services.audit import record
from core.services.child_moves import COLUMNS, follow_move, lock_before_move
from core.services.file_decisions import overtake_changes

Row = Household | Guardian | Child


class CorrectionError(DomainError):
    code = "correction"


class NewAddress(StrEnum):
    """What becomes of the login when an adult's mail address is corrected."""

    KEPT = "kept"  # no account, or the address did not change
    INVITED = "invited"  # never activated: the login follows, a new link is sent
    TO_CONFIRM = "to_confirm"  # the login changes once the person has opened the link sent there


@transaction.atomic
def correct(*, row: Row, fields: Sequence[str], by: User, now: datetime) -> bool:
    """Save the ``fields`` of a validated row that an agent wrote, and only those: what its family asked for them waits no
    more. Returns whether anything changed."""
    (old,) = lock_rows(type(row)._default_manager.filter(pk=row.pk))
    changed = [field for field in fields if getattr(old, field) != getattr(row, field)]
    if not changed:
        return False
    row.save(update_fields=changed)
    said = row_values(row)
    written = {
        field: said.get(field, [])
        for field in fields_said_of(row)
        if any(part.key in changed for part in SHAPES[field].parts)
    }
    overtake_changes(owner=row, written=written, by=by, now=now)
    record(
        act=AuditAct.FAMILY_CORRECTED,
        by=by,
        now=now,
        on=row,
        before=_in_words(old, changed),
        after=_in_words(row, changed),
    )
    return True


def correct_child(*, child: Child, fields: Sequence[str], by: User, now: datetime) -> bool:
    """``correct`` for a child, whose days to come are counted by its age and its class."""
    moves = not COLUMNS.isdisjoint(fields)
    with locking_transaction():
        if moves:
            lock_before_move(child=child, now=now)
        changed = correct(row=child, fields=fields, by=by, now=now)
        if moves:
            follow_move(child=child, now=now)
    return changed


def correct_guardian(*, guardian: Guardian, fields: Sequence[str], by: User, now: datetime) -> NewAddress:
    """``correct`` for an adult, whose address may be that of an account. Raises EmailTakenError."""
    user = guardian.user
    moved = user is not None and "email" in fields and guardian.email.lower() != user.email.lower()
    try:
        with locking_transaction():
            if user is None or not moved:
                correct(row=guardian, fields=fields, by=by, now=now)
                return NewAddress.KEPT
            if user.is_activated:
                # The contact address follows the login, which only its owner proves.
                correct(row=guardian, fields=[one for one in fields if one != "email"], by=by, now=now)
                ask_email_change(user=user, new_email=guardian.email, now=now)
                return NewAddress.TO_CONFIRM
            correct(row=guardian, fields=fields, by=by, now=now)
            user.email = guardian.email
            user.save(update_fields=["email"])
            send_activation(user=user, now=now)
            return NewAddress.INVITED
    except IntegrityError as error:
        if "user_email_kind_unique" in str(error):
            raise EmailTakenError from error
        raise


@transaction.atomic
def add_child(*, child: Child, household: Household, by: User, now: datetime) -> None:
    """One more child in a file. Takes a validated, unsaved row. Raises CorrectionError for a child it has already."""
    lock_rows(Household.objects.filter(pk=household.pk))
    if household.children.filter(
        first_name__iexact=child.first_name, last_name__iexact=child.last_name, birth_date=child.birth_date
    ).exists():
        raise CorrectionError(f"{child} est déjà dans ce dossier.")
    child.household = household
    child.save()
    record(act=AuditAct.FAMILY_CORRECTED, by=by, now=now, on=child, note=f"Ajouté au dossier {household}")


def remove_guardian(*, guardian: Guardian, by: User, now: datetime) -> None:
    """Take an adult out of a file: the account is closed and its address free again; what the person did keeps its name.

    Raises CorrectionError: a file keeps somebody who manages it, and somebody who pays.
    """
    with locking_transaction():
        others = [
            one
            for one in lock_rows(Guardian.objects.filter(household=guardian.household_id))
            if one.pk != guardian.pk
        ]
        if not any(one.is_manager for one in others):
            raise CorrectionError("C’est le seul responsable du dossier : nommez-en d’abord un autre.")
        if guardian.is_payer and not any(one.is_payer for one in others):
            raise CorrectionError("Cette personne paie les factures : dites d’abord qui d’autre les paie.")
        record(
            act=AuditAct.FAMILY_CORRECTED,
            by=by,
            now=now,
            on=guardian,
            note=f"Retiré du dossier {guardian.household}",
        )
        if guardian.user:
            close_account(user=guardian.user)
        guardian.delete()


def _in_words(row: Model, fields: Sequence[str]) -> dict[str, str]:
    """French labels and values, as the journal shows them."""
    return {str(one.verbose_name): _word(row, one.name) for one in row._meta.fields if one.name in fields}


def _word(row: Model, field: str) -> str:
    value = (
        getattr(row, f"get_{field}_display")()
        if hasattr(row, f"get_{field}_display")
        else getattr(row, field)
    )
    match value:
        case bool():
            return "oui" if value else "non"
        case date():
            return f"{value:%d/%m/%Y}"
        case None:
            return ""
    return str(value)
