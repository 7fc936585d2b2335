"""The journal that an administrator searches: what services wrote down, with the histories that core keeps elsewhere.

Readings of health, changes of files and published settings stay in their own tables; one UNION shows them among the
others.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django.db.models import (
    Case,
    CharField,
    F,
    JSONField,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat

from core.audit_acts import AuditAct
from core.child_file import DossierField, FileChangeState
from core.journal_pages import Named, pages_of
from core.models import AppliedFile, AuditEntry, FileChange, HealthReading
from core.queries.plain_text import plain
from core.words import NBSP

COLUMNS = ("at", "what", "who", "kind", "number", "subject", "detail", "was", "became", "origin")
_NO_JSON = Value(None, output_field=JSONField())
_NO_TEXT = Value("", output_field=TextField())


@dataclass(frozen=True, kw_only=True)
class Search:
    """``words``: in what was done and to what; ``person``: of who did it; ``kind``: of the object."""

    words: str = ""
    person: str = ""
    act: AuditAct | None = None
    kind: str = ""
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, kw_only=True)
class Changed:
    """One value that an act changed: "" when there was none, or there is none any more."""

    label: str
    old: str
    new: str

    def __str__(self) -> str:
        sides = dict.fromkeys(side for side in (self.old, self.new) if side)
        return f"{self.label}{NBSP}: {' → '.join(sides)}"


@dataclass(frozen=True, kw_only=True)
class Line:
    """``page``: the path of what it was done to, "" when no page shows it."""

    at: datetime
    act: str
    who: str
    kind: str
    subject: str
    note: str
    changed: Collection[Changed]
    changes: Collection[str]  # sentences of the published settings
    origin: str
    page: str = ""

    @property
    def detail(self) -> str:
        """In words, on one line: the note, then what changed."""
        return " ; ".join(filter(None, (self.note, *map(str, self.changed), *self.changes)))

    @classmethod
    def of(cls, row: Mapping[str, Any], pages: Mapping[Named, str] | None = None) -> "Line":
        old, new = row["was"] or {}, row["became"] or {}
        sentences = [str(one) for one in new] if isinstance(new, list) else []
        return cls(
            at=row["at"],
            act=AuditAct(row["what"]).label,
            who=row["who"],
            kind=row["kind"],
            subject=row["subject"],
            note=row["detail"],
            changed=[] if sentences else _changed(old, new or {}),
            changes=sentences,
            origin=row["origin"],
            page=(pages or {}).get((row["kind"], row["number"]), ""),
        )


def lines_of(rows: Collection[Mapping[str, Any]]) -> list[Line]:
    """Each with the page of its object. One query for each kind of object among them."""
    pages = pages_of((row["kind"], row["number"]) for row in rows if row["number"])
    return [Line.of(row, pages) for row in rows]


def journal(search: Search, *, tz: tzinfo) -> QuerySet:
    """Rows of COLUMNS, the last act first; ``lines_of`` reads them. Dates of the search are days in ``tz``."""
    return (
        _entries(search, tz)
        .union(_readings(search, tz), _file_changes(search, tz), _published(search, tz), all=True)
        .order_by("-at", "what", "subject")
    )


def _entries(search: Search, tz: tzinfo) -> QuerySet:
    rows = AuditEntry.objects.annotate(
        what=F("act"),
        who=F("actor_name"),
        kind=F("subject_kind"),
        number=F("subject_id"),
        subject=F("subject_name"),
        detail=F("note"),
        was=F("before"),
        became=F("after"),
        origin=F("address"),
        said=Concat(
            Coalesce(Cast("before", TextField()), _NO_TEXT),
            Coalesce(Cast("after", TextField()), _NO_TEXT),
            output_field=TextField(),
        ),
    )
    return _found(rows, search, tz)


def _readings(search: Search, tz: tzinfo) -> QuerySet:
    rows = HealthReading.objects.annotate(
        what=_text(AuditAct.HEALTH_READ),
        who=_person(),
        kind=_text("enfant"),
        number=F("child_id"),
        subject=_full_name("child"),
        detail=F("place"),
        was=_NO_JSON,
        became=_NO_JSON,
        origin=_text(""),
        said=_text(""),
    )
    return _found(rows, search, tz)


def _file_changes(search: Search, tz: tzinfo) -> QuerySet:
    """Both values are sealed: the page of the change shows them, to whom may read them."""
    field = Case(*(When(field=one, then=_text(one.label)) for one in DossierField), default=_text(""))
    state = Case(*(When(state=one, then=_text(one.label)) for one in FileChangeState), default=_text(""))
    subject = Case(
        When(child__isnull=False, then=_full_name("child")),
        When(guardian__isnull=False, then=_full_name("guardian")),
        default=F("household__name"),
        output_field=CharField(),
    )
    rows = FileChange.objects.annotate(
        moment=Coalesce("decided_at", "at"),
        what=_text(AuditAct.FILE_CHANGED),
        who=Case(
            When(decided_by__isnull=False, then=_named("decided_by")),
            default=_named("by"),
            output_field=CharField(),
        ),
        kind=_text(str(FileChange._meta.verbose_name)),
        number=F("pk"),
        subject=subject,
        detail=Concat(field, Value(f"{NBSP}: "), state, output_field=CharField()),
        was=_NO_JSON,
        became=_NO_JSON,
        origin=_text(""),
        said=_text(""),
    )
    return _found(rows, search, tz, moment="moment")


def _published(search: Search, tz: tzinfo) -> QuerySet:
    rows = AppliedFile.objects.annotate(
        what=_text(AuditAct.FILE_APPLIED),
        who=_person(otherwise="L’éditeur du portail"),
        kind=_text(str(AppliedFile._meta.verbose_name)),
        number=F("pk"),
        subject=_text("Réglages de la commune"),
        detail=_text(""),
        was=_NO_JSON,
        became=Cast("changes", JSONField()),
        origin=_text(""),
        said=Cast("changes", TextField()),
    )
    return _found(rows, search, tz, moment="applied_at")


def _found(rows: QuerySet, search: Search, tz: tzinfo, *, moment: str = "at") -> QuerySet:
    found = Q()
    for word in map(plain, search.words.split()):
        found &= (
            Q(subject__plain__contains=word)
            | Q(detail__plain__contains=word)
            | Q(said__plain__contains=word)
            | Q(who__plain__contains=word)
        )
    for word in map(plain, search.person.split()):
        found &= Q(who__plain__contains=word)
    if search.act:
        found &= Q(what=search.act)
    if search.kind:
        found &= Q(kind=search.kind)
    if search.start:
        found &= Q(**{f"{moment}__gte": datetime.combine(search.start, time.min, tzinfo=tz)})
    if search.end:
        end = datetime.combine(search.end + timedelta(days=1), time.min, tzinfo=tz)
        found &= Q(**{f"{moment}__lt": end})
    return rows.filter(found).order_by().values(moment, *COLUMNS[1:])


def _person(otherwise: str = "") -> Case:
    return Case(When(by__isnull=False, then=_named("by")), default=_text(otherwise), output_field=CharField())


def _named(person: str) -> Concat:
    return Concat(f"{person}__name", Value(" ("), f"{person}__email", Value(")"), output_field=CharField())


def _full_name(person: str) -> Concat:
    return Concat(f"{person}__first_name", Value(" "), f"{person}__last_name", output_field=CharField())


def _text(value: object) -> Value:
    return Value(str(value), output_field=CharField())


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Changed]:
    return [
        Changed(label=label, old=str(old.get(label, "")), new=str(new.get(label, "")))
        for label in {**old, **new}
        if old.get(label, "") != new.get(label, "")
    ]
