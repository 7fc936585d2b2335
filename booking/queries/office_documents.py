"""Papers as the desk reads them: those that wait, and all the others."""

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from booking.models import Activity, Period
from booking.queries.access import conditions_of
from core.enums import DocumentState
from core.models import FamilyDocument
from core.queries.families import children_named, households_named
from core.queries.plain_text import plain

DOCUMENT_ORDERS: Mapping[str, tuple[str, ...]] = {
    "recu": ("sent_at", "pk"),
    "fin": ("valid_until", "pk"),
    "famille": ("household__name__plain", "pk"),
}


def find_documents(
    text: str = "", *, kind: int | None = None, activity: Activity | None = None, state: str = ""
) -> QuerySet[FamilyDocument]:
    """Papers whose family or child matches every word, of one kind, asked by one activity, in one state."""
    rows = FamilyDocument.objects.select_related("kind", "child", "household", "sent_by", "decided_by")
    for word in map(plain, text.split()):
        rows = rows.filter(Q(child__in=children_named(word)) | Q(household__in=households_named(word)))
    if kind:
        rows = rows.filter(kind=kind)
    if activity:
        rows = rows.filter(kind__code__in=_asked_by(activity))
    if state in DocumentState.values:
        rows = rows.filter(state=state)
    return rows


def next_to_read(after: FamilyDocument, among: QuerySet[FamilyDocument]) -> FamilyDocument | None:
    """The paper that has waited longest since ``after`` came, or the oldest of all: what an agent reads next."""
    waiting = among.filter(state=DocumentState.RECEIVED).exclude(pk=after.pk)
    later = Q(sent_at__gt=after.sent_at) | Q(sent_at=after.sent_at, pk__gt=after.pk)
    waiting = waiting.order_by("sent_at", "pk")
    return waiting.filter(later).first() or waiting.first()


def _asked_by(activity: Activity) -> set[str]:
    rows = Period.objects.filter(activity=activity, file_conditions__isnull=False)
    return {code for period in rows for code in conditions_of(period).documents}
