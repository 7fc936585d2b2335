"""Passage d’année: proposed for every pupil, corrected by hand, applied in one act, taken back in one act."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from core.audit_acts import AuditAct
from core.enums import EstablishmentKind, YearMove
from core.errors import DomainError
from core.levels import Level, LevelGroup, next_level
from core.locks import lock_rows, locking_transaction
from core.models import Child, Establishment, User, YearChange, YearChangeLine
from core.services.audit import record
from core.words import NBSP, plural

# The levels that the town's own schools teach.
_OWN_GROUPS = (LevelGroup.MATERNELLE, LevelGroup.ELEMENTAIRE)
_CHILD_FIELDS = ["school", "level", "class_name"]


class YearChangeError(DomainError):
    code = "year_change"


@dataclass(frozen=True, kw_only=True)
class Moved:
    """``skipped``: children whose class somebody changed in between; they are left as they are."""

    children: int
    skipped: int


@transaction.atomic
def prepare_year(*, year: int, by: User, now: datetime) -> YearChange:
    """Propose the next class of every pupil for the school year that begins in ``year``.

    Prepared again, it adds the pupils who came since and keeps the corrections. Raises YearChangeError once applied.
    """
    change, _ = YearChange.objects.get_or_create(
        year=year, undone_at=None, defaults={"prepared_at": now, "prepared_by": by}
    )
    _require_open(change)
    pupils = Child.objects.exclude(level="").select_related("school")
    new = pupils.exclude(pk__in=change.lines.values("child"))
    YearChangeLine.objects.bulk_create((_proposal(change, child) for child in new), ignore_conflicts=True)
    return change


@transaction.atomic
def correct_line(
    *, line: YearChangeLine, level: Level | None, school: Establishment | None, class_name: str
) -> None:
    """Decide otherwise for one child: kept in the same level, sent to another school. Raises YearChangeError once applied."""
    (change,) = lock_rows(YearChange.objects.filter(pk=line.change_id))
    _require_open(change)
    line.level_after, line.school_after, line.class_after = level or "", school, class_name
    line.move = _move(line)
    line.save(update_fields=["level_after", "school_after", "class_after", "move"])


@transaction.atomic
def plan_year(*, change: YearChange, day: date, by: User, today: date, now: datetime) -> None:
    """Have it applied by itself on a coming ``day``; planned again, the new day counts. Corrections stay possible.

    Raises YearChangeError for a day that has come, or once applied.
    """
    (locked,) = lock_rows(YearChange.objects.filter(pk=change.pk))
    _require_open(locked)
    if day <= today:
        raise YearChangeError(
            f"Choisissez un jour à venir{NBSP}: pour aujourd’hui, appliquez-le tout de suite."
        )
    YearChange.objects.filter(pk=locked.pk).update(planned_for=day, planned_by=by)
    note = f"Programmé pour le {day:%d/%m/%Y}"
    record(act=AuditAct.YEAR_CHANGED, by=by, now=now, on=locked, note=note)


@transaction.atomic
def unplan_year(*, change: YearChange, by: User, now: datetime) -> None:
    """Nothing will happen by itself any more. Raises YearChangeError once applied."""
    (locked,) = lock_rows(YearChange.objects.filter(pk=change.pk))
    _require_open(locked)
    YearChange.objects.filter(pk=locked.pk).update(planned_for=None, planned_by=None)
    record(act=AuditAct.YEAR_CHANGED, by=by, now=now, on=locked, note="N’est plus programmé")


def apply_planned_years(*, today: date, now: datetime) -> int:
    """Apply what was planned for ``today`` or for a day when nobody ran; how many were. In the name of who planned it."""
    applied = 0
    due = YearChange.objects.filter(applied_at=None, planned_for__lte=today)
    for pk in list(due.values_list("pk", flat=True)):
        with locking_transaction():
            for locked in lock_rows(due.filter(pk=pk).select_related("planned_by")):
                assert locked.planned_by is not None  # the database refuses a day without it
                _apply(locked, by=locked.planned_by, now=now)
                applied += 1
    return applied


def apply_year(*, change: YearChange, by: User, now: datetime) -> Moved:
    """Give every child its next class, once. Raises YearChangeError when it is done already."""
    with locking_transaction():
        (locked,) = lock_rows(YearChange.objects.filter(pk=change.pk))
        _require_open(locked)
        return _apply(locked, by=by, now=now)


def undo_year(*, change: YearChange, by: User, now: datetime) -> Moved:
    """Put every child back in the class it had. Raises YearChangeError when there is nothing to take back."""
    with locking_transaction():
        (locked,) = lock_rows(YearChange.objects.filter(pk=change.pk))
        if locked.applied_at is None or locked.undone_at is not None:
            raise YearChangeError("Ce passage d’année n’est pas appliqué : il n’y a rien à reprendre.")
        lines = list(locked.lines.select_related("child"))
        moved = _write((line.child, _before(line)) for line in lines if _now(line.child) == _after(line))
        YearChange.objects.filter(pk=locked.pk).update(undone_at=now, undone_by=by)
        note = f"Annulé{NBSP}: {plural(moved, 'enfant')}"
        record(act=AuditAct.YEAR_CHANGED, by=by, now=now, on=locked, note=note)
    return Moved(children=moved, skipped=len(lines) - moved)


def _apply(change: YearChange, *, by: User, now: datetime) -> Moved:
    lines = list(change.lines.select_related("child"))
    moved = _write((line.child, _after(line)) for line in lines if _now(line.child) == _before(line))
    skipped = len(lines) - moved
    YearChange.objects.filter(pk=change.pk).update(applied_at=now, applied_by=by, left_as_is=skipped)
    note = f"Appliqué{NBSP}: {plural(moved, 'enfant')}"
    record(act=AuditAct.YEAR_CHANGED, by=by, now=now, on=change, note=note)
    return Moved(children=moved, skipped=skipped)


_Class = tuple[int | None, str, str]  # school, level, class


def _now(child: Child) -> _Class:
    return child.school_id, child.level, child.class_name


def _before(line: YearChangeLine) -> _Class:
    return line.school_before_id, line.level_before, line.class_before


def _after(line: YearChangeLine) -> _Class:
    return line.school_after_id, line.level_after, line.class_after


def _write(children: Iterable[tuple[Child, _Class]]) -> int:
    changed = []
    for child, (school, level, class_name) in children:
        child.school_id, child.level, child.class_name = school, level, class_name
        changed.append(child)
    Child.objects.bulk_update(changed, _CHILD_FIELDS, batch_size=500)
    return len(changed)


def _require_open(change: YearChange) -> None:
    if change.applied_at is not None:
        raise YearChangeError(f"Le passage en {change} est déjà appliqué.")


def _proposal(change: YearChange, child: Child) -> YearChangeLine:
    following = next_level(Level(child.level))
    line = YearChangeLine(
        change=change,
        child=child,
        school_before=child.school,
        level_before=child.level,
        class_before=child.class_name,
        school_after=child.school if _teaches(child.school, following) else None,
        level_after=following or "",
    )
    line.move = _move(line)
    return line


def _teaches(school: Establishment | None, level: Level | None) -> bool:
    """Whether a child of this level can be a pupil of this school."""
    if school is None or level is None or level.group not in _OWN_GROUPS:
        return False
    only = {
        EstablishmentKind.NURSERY_SCHOOL: LevelGroup.MATERNELLE,
        EstablishmentKind.ELEMENTARY_SCHOOL: LevelGroup.ELEMENTAIRE,
    }.get(EstablishmentKind(school.kind))
    return only is None or level.group == only


def _move(line: YearChangeLine) -> YearMove:
    if not line.level_after or Level(line.level_after).group not in _OWN_GROUPS:
        return YearMove.LEAVES
    if line.level_after == line.level_before:
        return YearMove.STAYS
    return YearMove.UP if line.school_after_id == line.school_before_id else YearMove.SCHOOL
