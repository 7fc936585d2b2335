"""Writing the file of a family, of its children above all: a family proposes, an agent decides or writes; every change
says who, when, before and after. What is a column of a row goes through services/corrections.py, as at the desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from core.child_file import (
    HEALTH_FIELDS,
    PHOTO_FIELDS,
    SHAPES,
    USUAL_MEAL,
    DossierField,
    FileChangeState,
    Value,
    photos_in,
)
from core.errors import DomainError
from core.locks import lock_rows, locking_transaction
from core.models import (
    Child,
    ChildFact,
    ChildMeal,
    FileChange,
    Guardian,
    HealthRecord,
    Household,
    MealChoice,
    User,
)
from core.models.child_file import Owner
from core.queries.child_file import clear_values, field_policies, row_values
from core.services.corrections import correct
from core.services.outbox import write_mail
from core.services.pickup_photos import forget_unnamed
from tenants.context import town_url


class ChangeDecidedError(DomainError):
    code = "change_decided"
    message = "Ce changement n’attend plus : il vient d’être décidé ou remplacé."


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
                _close(wait, FileChangeState.REPLACED, by=by, now=now)
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
    """What an agent writes counts at once, a diet from ``valid_from``; what a family asked for these fields is closed."""
    with locking_transaction():
        _lock(child)
        known = _known(child, valid_from)
        pending = _pending(child)
        changed = {field: after for field, after in values.items() if after != known.get(field, [])}
        for field in changed:
            if field in pending:
                _close(pending[field], FileChangeState.REPLACED, by=by, now=now)
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
    address is in the town; None leaves it as it was. Raises ChangeDecidedError."""
    with locking_transaction():
        change = _waiting(change)
        owner, field = change.owner, DossierField(change.field)
        known = _known(owner, valid_from)
        change.keep(before=known.get(field, []), after=change.after)
        _write(owner, field, change.after, by=by, now=now, valid_from=valid_from)
        if isinstance(owner, Household) and is_resident is not None:
            owner.is_resident = is_resident
            correct(row=owner, fields=["is_resident"], by=by, now=now)
        _close(change, FileChangeState.APPLIED, by=by, now=now)
        _forget_photos(owner, _photos(known))
        _tell(change, now)


def refuse_change(*, change: FileChange, reason: str, by: User, now: datetime) -> None:
    """Leave the file as it is, and tell the family why. Raises ChangeDecidedError."""
    with locking_transaction():
        change = _waiting(change)
        change.reason = reason
        _close(change, FileChangeState.REFUSED, by=by, now=now)
        _forget_photos(change.owner, _photos({}, change))
        _tell(change, now)


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
    return clear_values(owner, day=day) | (record.values if record else {})


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
    if isinstance(owner, Child):
        _write_child(owner, field, value, by=by, now=now, valid_from=valid_from)
        return
    said = value[0] if value else {}
    columns = [part.key for part in SHAPES[field].parts]
    for column in columns:
        setattr(owner, column, said.get(column, ""))
    correct(row=owner, fields=columns, by=by, now=now)


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


def _close(change: FileChange, state: FileChangeState, *, by: User, now: datetime) -> None:
    change.state, change.decided_at, change.decided_by = state, now, by
    change.save()


def _tell(change: FileChange, now: datetime) -> None:
    """The mail names the field, never its value: health does not travel by mail."""
    page = reverse("child_file", args=[change.child_id]) if change.child_id else reverse("account_info")
    write_mail(
        to=change.by.email,
        template="child_file_decided",
        context={
            "change": change,
            "child": change.child,
            "link": town_url(page),
        },
        now=now,
        dedupe_key=f"child-file:{change.pk}:decided",
    )
