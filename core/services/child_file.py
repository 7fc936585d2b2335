"""Writing the file of a family, of its children above all: a family proposes, an agent decides or writes; every change
says who, when, before and after. What is a column of a row goes through services/corrections.py, as at the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import DateField

from core.child_file import (
    HEALTH_FIELDS,
    PHOTO_FIELDS,
    ROW_FIELDS,
    SHAPES,
    USUAL_MEAL,
    WEIGHED_FIELDS,
    DossierField,
    FileChangeState,
    Value,
    photos_in,
)
from core.consequences import Effect
from core.errors import DomainError
from core.locks import lock_rows, locking_transaction
from core.models import (
    Child,
    ChildFact,
    ChildMeal,
    Establishment,
    FileChange,
    Guardian,
    HealthRecord,
    Household,
    MealChoice,
    User,
)
from core.models.child_file import Owner
from core.queries.child_file import clear_values, field_policies, row_values
from core.services.child_moves import follow_move, foresee_move, lock_before_move
from core.services.corrections import correct
from core.services.file_decisions import close_change, overtake_changes, tell_decided
from core.services.pickup_photos import forget_unnamed


class ChangeDecidedError(DomainError):
    code = "change_decided"
    message = "Ce changement n’attend plus : il vient d’être décidé ou remplacé."


class ChangeOutdatedError(DomainError):
    code = "change_outdated"
    message = "L’école demandée n’existe plus : refusez ce changement, ou corrigez la fiche vous-même."


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """``applied``: written at once. ``waiting``: an agent decides."""

    applied: list[FileChange]
    waiting: list[FileChange]


def propose_changes(
    *, owner: Owner, values: Mapping[DossierField, Value], by: User, now: datetime, today: date
) -> Proposed:
    """What a family wrote of its ``owner``: kept at once or waiting for an agent, as the town decided field by field.

    ``today`` is the town's date, from which a diet applies. A new wish for a field replaces the one that waits;
    writing again what is known takes that one back. Fields that families may not edit are left alone.
    """
    policies = field_policies(values)
    applied, waiting = [], []
    with locking_transaction():
        owner = _lock(owner)
        known = _known(owner, today)
        pending = _pending(owner)
        photos = _photos(known, *pending.values())
        for field, after in values.items():
            wait = pending.get(field)
            if not policies[field].is_editable or after == (wait.after if wait else known.get(field, [])):
                continue
            if wait:
                close_change(wait, FileChangeState.REPLACED, by=by, now=now)
            if after == known.get(field, []):
                continue
            if policies[field].is_checked:
                waiting.append(_record(owner, field, known, after, FileChangeState.PENDING, by=by, now=now))
            else:
                applied.append(_apply(owner, field, known, after, by=by, now=now, valid_from=today))
        _forget_photos(owner, photos)
    return Proposed(applied=applied, waiting=waiting)


def write_values(
    *, child: Child, values: Mapping[DossierField, Value], by: User, now: datetime, valid_from: date
) -> list[FileChange]:
    """What an agent writes counts at once, a diet from ``valid_from``; what a family asked for these fields is closed, and
    the family told."""
    with locking_transaction():
        _lock(child)
        known = _known(child, valid_from)
        pending = _pending(child)
        changed = {field: after for field, after in values.items() if after != known.get(field, [])}
        overtake_changes(owner=child, written=changed, by=by, now=now)
        written = [
            _apply(child, field, known, after, by=by, now=now, valid_from=valid_from)
            for field, after in changed.items()
        ]
        forget_unnamed(child=child, among=_photos(known, *pending.values()))
    return written


def accept_change(
    *, change: FileChange, by: User, now: datetime, valid_from: date, is_resident: bool | None = None
) -> None:
    """Write what the family asked, a diet from ``valid_from``, and tell it. ``is_resident``: whether a home with its new
    address is in the town; None leaves it as it was. The days to come of a child follow its new age or class.

    Raises ChangeDecidedError, ChangeOutdatedError."""
    moves = change.child if change.field in WEIGHED_FIELDS else None
    with locking_transaction():
        if moves:
            lock_before_move(child=moves, now=now)
        change = _waiting(change)
        owner, field = change.owner, DossierField(change.field)
        known = _known(owner, valid_from)
        change.keep(before=known.get(field, []), after=change.after)
        # Closed first: what is written now is not a correction that overtakes it.
        close_change(change, FileChangeState.APPLIED, by=by, now=now)
        _write(owner, field, change.after, by=by, now=now, valid_from=valid_from)
        if moves:
            follow_move(child=moves, now=now)
        if isinstance(owner, Household) and is_resident is not None:
            owner.is_resident = is_resident
            correct(row=owner, fields=["is_resident"], by=by, now=now)
        _forget_photos(owner, _photos(known))
        tell_decided(change, now)


def foresee_change(*, change: FileChange, now: datetime) -> list[Effect]:
    """What accepting this change would do to the child's groups, prices and bookings; nothing for a field that decides
    of none of them. Raises ChangeOutdatedError."""
    if change.child is None or change.field not in WEIGHED_FIELDS:
        return []
    columns = _columns(change.child, DossierField(change.field), change.after)
    return foresee_move(child=change.child, columns=columns, now=now)


def refuse_change(*, change: FileChange, reason: str, by: User, now: datetime) -> None:
    """Leave the file as it is, and tell the family why. Raises ChangeDecidedError."""
    with locking_transaction():
        change = _waiting(change)
        change.reason = reason
        close_change(change, FileChangeState.REFUSED, by=by, now=now)
        _forget_photos(change.owner, _photos({}, change))
        tell_decided(change, now)


def _lock(owner: Owner) -> Owner:
    """Nothing else is locked with it: its place in the project's order does not matter. As it is once locked."""
    match owner:
        case Child():
            return lock_rows(Child.objects.filter(pk=owner.pk))[0]
        case Guardian():
            return lock_rows(Guardian.objects.filter(pk=owner.pk))[0]
    return lock_rows(Household.objects.filter(pk=owner.pk))[0]


def _pending(owner: Owner) -> dict[DossierField, FileChange]:
    rows = FileChange.of(owner).filter(state=FileChangeState.PENDING)
    return {DossierField(row.field): row for row in rows}


def _waiting(change: FileChange) -> FileChange:
    _lock(change.owner)
    found = (
        FileChange.objects.filter(pk=change.pk, state=FileChangeState.PENDING)
        .select_related("child", "household", "guardian", "by")
        .first()
    )
    if found is None:
        raise ChangeDecidedError
    return found


def _forget_photos(owner: Owner, among: set[str]) -> None:
    if isinstance(owner, Child):
        forget_unnamed(child=owner, among=among)


def _photos(known: Mapping[DossierField, Value], *asked: FileChange) -> set[str]:
    """Those that the file or a change named before it changes: what it names no more then goes."""
    values = [(field, known.get(field, [])) for field in PHOTO_FIELDS]
    values += [(field, one.after) for one in asked if (field := DossierField(one.field)) in PHOTO_FIELDS]
    return {token for field, value in values for token in photos_in(field, value)}


def _known(owner: Owner, day: date) -> dict[DossierField, Value]:
    if not isinstance(owner, Child):
        return row_values(owner)
    record = HealthRecord.objects.filter(child=owner).first()
    return row_values(owner) | clear_values(owner, day=day) | (record.values if record else {})


def _record(
    owner: Owner,
    field: DossierField,
    known: Mapping[DossierField, Value],
    after: Value,
    state: FileChangeState,
    *,
    by: User,
    now: datetime,
) -> FileChange:
    change = FileChange.new(owner, field=field, state=state, at=now, by=by)
    change.keep(before=known.get(field, []), after=after)
    if state == FileChangeState.APPLIED:
        change.decided_at, change.decided_by = now, by
    change.save()
    return change


def _apply(
    owner: Owner,
    field: DossierField,
    known: Mapping[DossierField, Value],
    after: Value,
    *,
    by: User,
    now: datetime,
    valid_from: date,
) -> FileChange:
    _write(owner, field, after, by=by, now=now, valid_from=valid_from)
    return _record(owner, field, known, after, FileChangeState.APPLIED, by=by, now=now)


def _write(
    owner: Owner, field: DossierField, value: Value, *, by: User, now: datetime, valid_from: date
) -> None:
    if isinstance(owner, Child) and field not in ROW_FIELDS:
        _write_child(owner, field, value, by=by, now=now, valid_from=valid_from)
        return
    columns = _columns(owner, field, value)
    for column, said in columns.items():
        setattr(owner, column, said)
    correct(row=owner, fields=list(columns), by=by, now=now)


def _columns(owner: Owner, field: DossierField, value: Value) -> dict[str, Any]:
    """What a value makes of the columns of its row. Raises ChangeOutdatedError for a school that is no more."""
    entry = value[0] if value else {}
    return {part.key: _column(owner, part.key, entry.get(part.key, "")) for part in SHAPES[field].parts}


def _column(owner: Owner, name: str, said: str) -> Any:
    column = owner._meta.get_field(name)
    if isinstance(column, DateField):
        return date.fromisoformat(said)
    if column.related_model is Establishment:
        school = Establishment.objects.filter(code=said).first()
        if said and school is None:
            raise ChangeOutdatedError
        return school
    return said


def _write_child(
    child: Child, field: DossierField, value: Value, *, by: User, now: datetime, valid_from: date
) -> None:
    if field == DossierField.MEAL:
        _write_meal(child, value, by=by, now=now, valid_from=valid_from)
    elif field in HEALTH_FIELDS:
        record = HealthRecord.objects.filter(child=child).first() or HealthRecord(child=child)
        record.values = record.values | {field: value}
        record.save()
    elif value:
        ChildFact.objects.update_or_create(child=child, field=field, defaults={"entries": value})
    else:
        ChildFact.objects.filter(child=child, field=field).delete()


def _write_meal(child: Child, value: Value, *, by: User, now: datetime, valid_from: date) -> None:
    """A new choice replaces those that would begin later."""
    code = value[0]["meal"] if value else USUAL_MEAL
    meal = None if code == USUAL_MEAL else MealChoice.objects.get(code=code)
    child.meals.filter(valid_from__gt=valid_from).delete()
    ChildMeal.objects.update_or_create(
        child=child,
        valid_from=valid_from,
        defaults={"meal": meal, "recorded_at": now, "recorded_by": by},
    )
