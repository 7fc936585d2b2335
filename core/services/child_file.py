"""Writing the file of a child: a family proposes, an agent decides or writes; every change says who, when, before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from core.child_file import (
    HEALTH_FIELDS,
    PHOTO_FIELDS,
    USUAL_MEAL,
    ChildField,
    FileChangeState,
    Value,
    photos_in,
)
from core.errors import DomainError
from core.locks import lock_rows, locking_transaction
from core.models import Child, ChildFact, ChildMeal, FileChange, HealthRecord, MealChoice, User
from core.queries.child_file import clear_values, field_policies
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
    *, child: Child, values: Mapping[ChildField, Value], by: User, now: datetime, today: date
) -> Proposed:
    """What a family wrote: kept at once or waiting for an agent, as the town decided field by field.

    ``today`` is the town's date, from which a diet applies. A new wish for a field replaces the one that waits;
    writing again what is known takes that one back. Fields that families may not edit are left alone.
    """
    policies = field_policies()
    applied, waiting = [], []
    with locking_transaction():
        _lock(child.pk)
        known = _known(child, today)
        pending = _pending(child)
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
                waiting.append(_record(child, field, known, after, FileChangeState.PENDING, by=by, now=now))
            else:
                applied.append(_apply(child, field, known, after, by=by, now=now, valid_from=today))
        forget_unnamed(child=child, among=photos)
    return Proposed(applied=applied, waiting=waiting)


def write_values(
    *, child: Child, values: Mapping[ChildField, Value], by: User, now: datetime, valid_from: date
) -> list[FileChange]:
    """What an agent writes counts at once, a diet from ``valid_from``; what a family asked for these fields is closed."""
    with locking_transaction():
        _lock(child.pk)
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


def accept_change(*, change: FileChange, by: User, now: datetime, valid_from: date) -> None:
    """Write what the family asked, a diet from ``valid_from``, and tell it. Raises ChangeDecidedError."""
    with locking_transaction():
        change = _waiting(change)
        known = _known(change.child, valid_from)
        change.keep(before=known.get(ChildField(change.field), []), after=change.after)
        _write(change.child, ChildField(change.field), change.after, by=by, now=now, valid_from=valid_from)
        _close(change, FileChangeState.APPLIED, by=by, now=now)
        forget_unnamed(child=change.child, among=_photos(known))
        _tell(change, now)


def refuse_change(*, change: FileChange, reason: str, by: User, now: datetime) -> None:
    """Leave the file as it is, and tell the family why. Raises ChangeDecidedError."""
    with locking_transaction():
        change = _waiting(change)
        change.reason = reason
        _close(change, FileChangeState.REFUSED, by=by, now=now)
        forget_unnamed(child=change.child, among=_photos({}, change))
        _tell(change, now)


def _lock(child_id: int) -> None:
    """Nothing else is locked with a child: its place in the project's order does not matter."""
    lock_rows(Child.objects.filter(pk=child_id))


def _pending(child: Child) -> dict[ChildField, FileChange]:
    rows = FileChange.objects.filter(child=child, state=FileChangeState.PENDING)
    return {ChildField(row.field): row for row in rows}


def _waiting(change: FileChange) -> FileChange:
    _lock(change.child_id)
    found = (
        FileChange.objects.filter(pk=change.pk, state=FileChangeState.PENDING)
        .select_related("child", "by")
        .first()
    )
    if found is None:
        raise ChangeDecidedError
    return found


def _photos(known: Mapping[ChildField, Value], *asked: FileChange) -> set[str]:
    """Those that the file or a change named before it changes: what it names no more then goes."""
    values = [(field, known.get(field, [])) for field in PHOTO_FIELDS]
    values += [(field, one.after) for one in asked if (field := ChildField(one.field)) in PHOTO_FIELDS]
    return {token for field, value in values for token in photos_in(field, value)}


def _known(child: Child, day: date) -> dict[ChildField, Value]:
    record = HealthRecord.objects.filter(child=child).first()
    return clear_values(child, day=day) | (record.values if record else {})


def _record(
    child: Child,
    field: ChildField,
    known: Mapping[ChildField, Value],
    after: Value,
    state: FileChangeState,
    *,
    by: User,
    now: datetime,
) -> FileChange:
    change = FileChange(child=child, field=field, state=state, at=now, by=by)
    change.keep(before=known.get(field, []), after=after)
    if state == FileChangeState.APPLIED:
        change.decided_at, change.decided_by = now, by
    change.save()
    return change


def _apply(
    child: Child,
    field: ChildField,
    known: Mapping[ChildField, Value],
    after: Value,
    *,
    by: User,
    now: datetime,
    valid_from: date,
) -> FileChange:
    _write(child, field, after, by=by, now=now, valid_from=valid_from)
    return _record(child, field, known, after, FileChangeState.APPLIED, by=by, now=now)


def _write(
    child: Child, field: ChildField, value: Value, *, by: User, now: datetime, valid_from: date
) -> None:
    if field == ChildField.MEAL:
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
    write_mail(
        to=change.by.email,
        template="child_file_decided",
        context={
            "change": change,
            "child": change.child,
            "link": town_url(reverse("child_file", args=[change.child_id])),
        },
        now=now,
        dedupe_key=f"child-file:{change.pk}:decided",
    )
