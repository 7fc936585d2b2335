"""The journal that an administrator searches: what services wrote down, with the histories that core keeps elsewhere.

Readings of health and published settings stay in their own tables; one UNION shows them among the others.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django.db.models import Case, CharField, F, JSONField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat

from core.audit_acts import AuditAct
from core.models import AppliedFile, AuditEntry, HealthReading

COLUMNS = ("at", "what", "who", "subject", "detail", "old", "new", "origin")
_NO_JSON = Value(None, output_field=JSONField())


@dataclass(frozen=True, kw_only=True)
class Search:
    words: str = ""
    act: AuditAct | None = None
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    at: datetime
    act: str
    who: str
    subject: str
    detail: str
    origin: str

    @classmethod
    def of(cls, row: dict[str, Any]) -> "Line":
        return cls(
            at=row["at"],
            act=AuditAct(row["what"]).label,
            who=row["who"],
            subject=row["subject"],
            detail=_detail(row),
            origin=row["origin"],
        )


def journal(search: Search, *, tz: tzinfo) -> QuerySet:
    """Rows of COLUMNS, the last act first; ``Line.of`` reads them. Dates of the search are days in ``tz``."""
    return (
        _entries(search, tz)
        .union(_readings(search, tz), _published(search, tz), all=True)
        .order_by("-at", "what", "subject")
    )


def _entries(search: Search, tz: tzinfo) -> QuerySet:
    rows = AuditEntry.objects.annotate(
        what=F("act"),
        who=F("actor_name"),
        subject=F("subject_name"),
        detail=F("note"),
        old=F("before"),
        new=F("after"),
        origin=F("address"),
    )
    return _found(rows, search, tz)


def _readings(search: Search, tz: tzinfo) -> QuerySet:
    rows = HealthReading.objects.annotate(
        what=_text(AuditAct.HEALTH_READ),
        who=_person(),
        subject=Concat("child__first_name", Value(" "), "child__last_name", output_field=CharField()),
        detail=F("place"),
        old=_NO_JSON,
        new=_NO_JSON,
        origin=_text(""),
    )
    return _found(rows, search, tz)


def _published(search: Search, tz: tzinfo) -> QuerySet:
    rows = AppliedFile.objects.annotate(
        at=F("applied_at"),
        what=_text(AuditAct.FILE_APPLIED),
        who=_person(otherwise="L’éditeur du portail"),
        subject=_text("Réglages de la commune"),
        detail=_text(""),
        old=_NO_JSON,
        new=Cast("changes", JSONField()),
        origin=_text(""),
    )
    return _found(rows, search, tz)


def _found(rows: QuerySet, search: Search, tz: tzinfo) -> QuerySet:
    found = Q()
    for word in search.words.split():
        found &= Q(who__icontains=word) | Q(subject__icontains=word) | Q(detail__icontains=word)
    if search.act:
        found &= Q(what=search.act)
    if search.start:
        found &= Q(at__gte=datetime.combine(search.start, time.min, tzinfo=tz))
    if search.end:
        found &= Q(at__lt=datetime.combine(search.end + timedelta(days=1), time.min, tzinfo=tz))
    return rows.filter(found).order_by().values(*COLUMNS)


def _person(otherwise: str = "") -> Case:
    named = Concat("by__name", Value(" ("), "by__email", Value(")"), output_field=CharField())
    return Case(When(by__isnull=False, then=named), default=_text(otherwise), output_field=CharField())


def _text(value: str) -> Value:
    return Value(str(value), output_field=CharField())


def _detail(row: dict[str, Any]) -> str:
    """In words: the note, then what changed."""
    parts = [row["detail"]]
    old, new = row["old"] or {}, row["new"] or {}
    if isinstance(new, list):
        parts += [str(change) for change in new]
    else:
        for label in {**old, **new}:
            sides = [str(side[label]) for side in (old, new) if label in side]
            parts.append(f"{label} : {' → '.join(dict.fromkeys(sides))}")
    return " ; ".join(part for part in parts if part)
