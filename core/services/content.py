"""The town's public pages: written, ordered, taken away. Families see a change at once."""

from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Max
from django.utils.text import slugify

from core.audit_acts import AuditAct
from core.enums import LegalKind
from core.models import (
    Branding,
    CannedAnswer,
    CommuneSettings,
    ContactSubject,
    Download,
    LegalText,
    MenuLink,
    NewsItem,
    Question,
    User,
)
from core.queries.face import forget_face
from core.services.audit import record
from core.services.files import forget_replaced

Ordered = MenuLink | Download | Question | ContactSubject | CannedAnswer
Entry = NewsItem | Ordered

_CODE_LENGTH = 50


@transaction.atomic
def save_entry(*, entry: Entry, by: User, now: datetime) -> None:
    """Save what a valid form made. A new entry gets the address its title suggests, and comes last."""
    if entry.pk is None:
        entry.code = _free_code(entry)
        if not isinstance(entry, NewsItem):
            last = type(entry).objects.aggregate(last=Max("position"))["last"]
            entry.position = 0 if last is None else last + 1
    _save(entry)
    record(act=AuditAct.PORTAL_WRITTEN, by=by, now=now, on=entry, note="Enregistré")
    transaction.on_commit(forget_face)


@transaction.atomic
def remove_entry(*, entry: Entry, by: User, now: datetime) -> None:
    record(act=AuditAct.PORTAL_WRITTEN, by=by, now=now, on=entry, note="Retiré")
    entry.delete()
    forget_replaced(entry, None)
    transaction.on_commit(forget_face)


@transaction.atomic
def move_entry(*, entry: Ordered, places: int, by: User, now: datetime) -> None:
    """Move by ``places`` in the order families see (-1: one up). Beyond an end, it stays at that end."""
    table: models.Manager[Any] = type(entry)._default_manager
    rows = list(table.select_for_update().order_by("position", "label", "pk"))
    here = next(rank for rank, row in enumerate(rows) if row.pk == entry.pk)
    there = min(max(here + places, 0), len(rows) - 1)
    rows.insert(there, rows.pop(here))
    for rank, row in enumerate(rows):
        row.position = rank
    table.bulk_update(rows, ["position"])
    record(act=AuditAct.PORTAL_WRITTEN, by=by, now=now, on=entry, note="Changé de place")
    transaction.on_commit(forget_face)


@transaction.atomic
def save_face(*, row: CommuneSettings | Branding, what: str, by: User, now: datetime) -> None:
    """Save the town's welcome or its looks; ``what``: the title of the page that was written."""
    _save(row)
    record(act=AuditAct.PORTAL_WRITTEN, by=by, now=now, note=what)
    transaction.on_commit(forget_face)


@transaction.atomic
def write_legal_text(*, kind: LegalKind, body: str, today: date, by: User, now: datetime) -> None:
    """Give a legal page the town's own words; without any, the portal's usual text comes back."""
    record(act=AuditAct.PORTAL_WRITTEN, by=by, now=now, note=str(kind.label))
    if not body.strip():
        LegalText.objects.filter(kind=kind).delete()
        return
    LegalText.objects.update_or_create(kind=kind, defaults={"body": body, "updated_on": today})


def _save(row: models.Model) -> None:
    """The file that another one replaces is of no more use."""
    before = type(row)._default_manager.filter(pk=row.pk).first()
    row.save()
    forget_replaced(before, row)


def _free_code(entry: Entry) -> str:
    title = entry.title if isinstance(entry, NewsItem) else entry.label
    wanted = slugify(title)[:_CODE_LENGTH].strip("-") or "page"
    taken = set(type(entry).objects.filter(code__startswith=wanted).values_list("code", flat=True))
    return next(
        code for code in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))) if code not in taken
    )
