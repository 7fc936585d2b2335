"""What the desk has to do today, and the week at a glance. Each figure is one aggregate, whatever the town's size."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncDate, TruncMonth

from billing.enums import PaymentState
from billing.models import JournalEntry, Payment
from billing.queries.quotients import open_declarations
from billing.queries.reach import within as of_regies
from billing.queries.unpaid import find_unpaid
from booking.enums import AbsenceState, ReservationState, WaitingMode, WaitingState
from booking.models import AbsenceReport, Opening, Reservation, WaitingEntry
from booking.queries.capacity import NEARLY_FULL
from booking.queries.reach import within
from core.child_file import FileChangeState
from core.enums import DataRequestState, DocumentState, RegistrationState
from core.models import DataRequest, FamilyDocument, FamilyRegistration, FileChange, User
from core.money import ZERO, format_euros
from core.queries.child_file import reached_changes
from core.queries.conversations import TO_ANSWER, inbox, reached_conversations
from core.queries.reach import reached_files, reached_households
from core.rights import EVERYWHERE, Reach

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


@dataclass(frozen=True, kw_only=True)
class _Heap:
    """Rows that wait for a person, as the page that lists them shows them to an agent; ``since``: when each came."""

    page: str
    icon: str
    label: str
    rows: Callable[[Reach, User], QuerySet]
    since: str
    query: str = ""


_HEAPS = (
    _Heap(
        page="agent_requests",
        icon="calendar",
        label="Demandes à décider",
        rows=lambda reach, _: Reservation.objects.filter(
            within(reach, "period__activity"), state=ReservationState.PENDING
        ),
        since="created_at",
    ),
    _Heap(
        page="agent_conversations",
        icon="mail",
        label="Messages à répondre",
        rows=lambda reach, agent: inbox(state=TO_ANSWER).filter(reached_conversations(reach, agent)),
        since="last_message_at",
    ),
    _Heap(
        page="agent_registrations",
        icon="family",
        label="Inscriptions en ligne",
        rows=lambda *_: FamilyRegistration.objects.filter(state=RegistrationState.WAITING),
        since="asked_at",
    ),
    _Heap(
        page="agent_documents",
        icon="document",
        label="Documents à vérifier",
        rows=lambda reach, _: FamilyDocument.objects.filter(
            reached_files(reach), state=DocumentState.RECEIVED
        ),
        since="sent_at",
    ),
    _Heap(
        page="agent_child_changes",
        icon="child",
        label="Changements proposés",
        rows=lambda reach, _: FileChange.objects.filter(
            reached_changes(reach), state=FileChangeState.PENDING
        ),
        since="at",
    ),
    _Heap(
        page="agent_absences",
        icon="bell",
        label="Justificatifs d’absence attendus",
        rows=lambda reach, _: AbsenceReport.objects.filter(
            within(reach, "period__activity"), state=AbsenceState.AWAITING
        ),
        since="told_at",
    ),
    _Heap(
        page="agent_quotients",
        icon="euro",
        label="Quotients déclarés",
        rows=lambda reach, _: open_declarations().filter(reached_households(reach, "household")),
        since="at",
        query="?etat=declares",
    ),
    _Heap(
        page="agent_privacy",
        icon="lock",
        label="Demandes sur les données",
        rows=lambda *_: DataRequest.objects.filter(state=DataRequestState.OPEN),
        since="asked_at",
    ),
    _Heap(
        page="agent_payments",
        icon="warning",
        label="Paiements à regarder",
        rows=lambda reach, _: Payment.objects.filter(of_regies(reach, "regie"), state=PaymentState.SUSPECT),
        since="created_at",
        query="?etat=suspect",
    ),
)


def heaps(*, reach_at: Callable[[str], Reach], agent: User, today: date) -> list[ToDo] | None:
    """Everything that waits for an agent, the emptied heaps left out; None for whom no such list is open. ``reach_at``:
    of what the page of a URL name shows the agent. One query a heap that is open to them."""
    shown = [(heap, reach) for heap in _HEAPS if (reach := reach_at(heap.page))]
    waits, owed = reach_at("agent_waiting"), reach_at("agent_unpaid")
    if not (shown or waits or owed):
        return None
    found = [_todo(heap, heap.rows(reach, agent)) for heap, reach in shown]
    if waits:
        found.append(_waiting_children(waits, today))
    if owed:
        found.append(_late(owed, today))
    return [heap for heap in found if heap.count]


def _todo(heap: _Heap, rows: QuerySet) -> ToDo:
    waiting = rows.order_by().aggregate(count=Count("pk"), since=Min(heap.since))
    return ToDo(page=heap.page, icon=heap.icon, label=heap.label, query=heap.query, **waiting)


def _waiting_children(reach: Reach, today: date) -> ToDo:
    """Those to whom only the office offers a place; elsewhere the portal sees to it."""
    lists = WaitingEntry.objects.filter(
        within(reach, "opening__slot__period__activity"),
        opening__date__gte=today,
        opening__slot__period__waiting_policy__mode=WaitingMode.AGENT,
        state=WaitingState.WAITING,
    )
    waiting = lists.order_by().aggregate(count=Count("child", distinct=True), since=Min("joined_at"))
    return ToDo(page="agent_waiting", icon="clock", label="Enfants en liste d’attente", **waiting)


def _late(reach: Reach, today: date) -> ToDo:
    rows = find_unpaid(on=today, late=True).filter(of_regies(reach, "regie"))
    late = rows.aggregate(count=Count("pk"), due=Sum("left"))
    return ToDo(
        page="agent_unpaid",
        icon="euro",
        label="Factures en retard",
        query="?echues=on",
        count=late["count"],
        detail=format_euros(late["due"] or ZERO),
    )


def crowded(*, today: date, reach: Reach = EVERYWHERE) -> QuerySet[Opening]:
    """The next days that are full or nearly, the fullest first within a day. One query."""
    return (
        Opening.objects.filter(
            within(reach, "slot__period__activity"),
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


def occupation(*, first: date, last: date, reach: Reach = EVERYWHERE) -> list[Occupation]:
    """By service, in the town's order, closed days left out. One query."""
    activity = "slot__period__activity"
    rows = (
        Opening.objects.filter(within(reach, activity), date__range=(first, last), closed_reason="")
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


def reservations_by_day(*, today: date, tz: tzinfo, reach: Reach = EVERYWHERE) -> list[tuple[date, int]]:
    """Requests received on each of the last four weeks' days, today included. One query."""
    first = today - timedelta(days=BOOKED_DAYS - 1)
    rows = (
        Reservation.objects.filter(
            within(reach, "period__activity"), created_at__gte=datetime.combine(first, time(), tzinfo=tz)
        )
        .order_by()
        .values(day=TruncDate("created_at", tzinfo=tz))
        .annotate(count=Count("pk"))
    )
    counts = {row["day"]: row["count"] for row in rows}
    days = [first + timedelta(days=rank) for rank in range(BOOKED_DAYS)]
    return [(day, counts.get(day, 0)) for day in days]


def receipts_by_month(
    *, first: date, last: date, regies: Collection[str] | None = None
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
