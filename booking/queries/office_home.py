"""What the desk has to do today, and the week at a glance. Each figure is one aggregate, whatever the town's size."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncDate, TruncMonth

from billing.enums import PaymentState
from billing.models import JournalEntry, Payment
from billing.queries.quotients import open_declarations
from billing.queries.unpaid import find_unpaid
from booking.enums import AbsenceState, ReservationState
from booking.models import AbsenceReport, Opening, Reservation
from booking.queries.capacity import NEARLY_FULL
from core.child_file import FileChangeState
from core.enums import DataRequestState, DocumentState, RegistrationState
from core.models import DataRequest, FamilyDocument, FamilyRegistration, FileChange
from core.money import ZERO, format_euros
from core.queries.conversations import TO_ANSWER, inbox

BOOKED_DAYS = 28
RECEIPT_MONTHS = 12
ALERT_DAYS = 14
ALERTS = 6


@dataclass(frozen=True, kw_only=True)
class ToDo:
    """A heap of work: ``page`` (a URL name) with ``query`` opens it. ``since``: how long the oldest one waits."""

    page: str
    icon: str
    label: str
    count: int
    query: str = ""
    since: datetime | None = None
    detail: str = ""


def heaps(*, today: date) -> list[ToDo]:
    """Everything that waits for a person, the emptied heaps left out. Ten queries."""
    demands = _waiting(Reservation.objects.filter(state=ReservationState.PENDING), "created_at")
    papers = _waiting(FamilyDocument.objects.filter(state=DocumentState.RECEIVED), "sent_at")
    changes = _waiting(FileChange.objects.filter(state=FileChangeState.PENDING), "at")
    absences = _waiting(AbsenceReport.objects.filter(state=AbsenceState.AWAITING), "told_at")
    declared = _waiting(open_declarations(), "at")
    odd = _waiting(Payment.objects.filter(state=PaymentState.SUSPECT), "created_at")
    files = _waiting(FamilyRegistration.objects.filter(state=RegistrationState.WAITING), "asked_at")
    rights = _waiting(DataRequest.objects.filter(state=DataRequestState.OPEN), "asked_at")
    messages = _waiting(inbox(state=TO_ANSWER), "last_message_at")
    late = find_unpaid(on=today, late=True).aggregate(count=Count("pk"), due=Sum("left"))
    found = [
        ToDo(page="agent_requests", icon="calendar", label="Demandes à décider", **demands),
        ToDo(page="agent_conversations", icon="mail", label="Messages à répondre", **messages),
        ToDo(page="agent_registrations", icon="family", label="Inscriptions en ligne", **files),
        ToDo(page="agent_documents", icon="document", label="Documents à vérifier", **papers),
        ToDo(page="agent_child_changes", icon="child", label="Changements proposés", **changes),
        ToDo(page="agent_absences", icon="bell", label="Justificatifs d’absence attendus", **absences),
        ToDo(
            page="agent_quotients",
            icon="euro",
            label="Quotients déclarés",
            query="?etat=declares",
            **declared,
        ),
        ToDo(page="agent_privacy", icon="lock", label="Demandes sur les données", **rights),
        ToDo(
            page="agent_payments", icon="warning", label="Paiements à regarder", query="?etat=suspect", **odd
        ),
        ToDo(
            page="agent_unpaid",
            icon="euro",
            label="Factures en retard",
            query="?echues=on",
            count=late["count"],
            detail=format_euros(late["due"] or ZERO),
        ),
    ]
    return [heap for heap in found if heap.count]


def _waiting(rows: QuerySet, since: str) -> dict[str, Any]:
    return rows.order_by().aggregate(count=Count("pk"), since=Min(since))


def crowded(*, today: date) -> QuerySet[Opening]:
    """The next days that are full or nearly, the fullest first within a day. One query."""
    return (
        Opening.objects.filter(
            date__range=(today, today + timedelta(days=ALERT_DAYS)),
            closed_reason="",
            capacity__gt=0,
            taken__gte=F("capacity") * NEARLY_FULL / 100.0,
        )
        .select_related("slot__period__activity__establishment")
        .order_by("date", F("taken") * 100 / F("capacity"), "slot__starts", "pk")[:ALERTS]
    )


@dataclass(frozen=True, kw_only=True)
class Occupation:
    """Places of one service over some days; ``places`` is None where a day has no limit."""

    establishment: str
    service: str
    taken: int
    places: int | None


def occupation(*, first: date, last: date) -> list[Occupation]:
    """By service, in the town's order, closed days left out. One query."""
    activity = "slot__period__activity"
    rows = (
        Opening.objects.filter(date__range=(first, last), closed_reason="")
        .order_by()
        .values(f"{activity}__establishment__name", f"{activity}__name")
        .annotate(
            taken=Sum("taken"),
            places=Sum("capacity"),
            unlimited=Count("pk", filter=Q(capacity__isnull=True)),
            place=Min(f"{activity}__establishment__position"),
            rank=Min(f"{activity}__position"),
        )
        .order_by("place", f"{activity}__establishment__name", "rank", f"{activity}__name")
    )
    return [
        Occupation(
            establishment=row[f"{activity}__establishment__name"],
            service=row[f"{activity}__name"],
            taken=row["taken"],
            places=None if row["unlimited"] else row["places"],
        )
        for row in rows
    ]


def reservations_by_day(*, today: date, tz: tzinfo) -> list[tuple[date, int]]:
    """Requests received on each of the last four weeks' days, today included. One query."""
    first = today - timedelta(days=BOOKED_DAYS - 1)
    rows = (
        Reservation.objects.filter(created_at__gte=datetime.combine(first, time(), tzinfo=tz))
        .order_by()
        .values(day=TruncDate("created_at", tzinfo=tz))
        .annotate(count=Count("pk"))
    )
    counts = {row["day"]: row["count"] for row in rows}
    days = [first + timedelta(days=rank) for rank in range(BOOKED_DAYS)]
    return [(day, counts.get(day, 0)) for day in days]


def receipts_by_month(
    *, first: date, last: date, regies: Sequence[str] | None = None
) -> list[tuple[date, Decimal]]:
    """Euros that the journals of the régies (None: all of them; else by code) took in, less what was given back, by
    month of the books. One query."""
    entries = JournalEntry.objects.filter(on__range=(first, last))
    if regies is not None:
        entries = entries.filter(regie__code__in=regies)
    rows = entries.order_by().values(month=TruncMonth("on")).annotate(sum=Sum("amount"))
    sums = {row["month"]: row["sum"] for row in rows}
    return [(month, sums.get(month, ZERO)) for month in months(first, last)]


def months(first: date, last: date) -> list[date]:
    """The first day of each month that has a day between two dates."""
    start, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return [date(rank // 12, rank % 12 + 1, 1) for rank in range(start, end + 1)]
