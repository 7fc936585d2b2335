"""A family in brief, for who has it on the telephone: what it owes, waits for, has in its basket, is enrolled in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet

from billing.models import Quotient
from billing.queries.ledger import RegieSummary
from billing.queries.quotients import quotient_on
from booking.enums import ReservationState
from booking.models import Activity, Enrolment, Reservation, WaitingEntry
from booking.queries.carts import awaiting_payment
from booking.queries.family_file import Folder
from core.enums import ConversationState
from core.models import Child, Conversation, Household
from core.money import ZERO
from core.queries.conversations import conversations_of

LATEST_CONVERSATIONS = 5


@dataclass(frozen=True, kw_only=True)
class Glance:
    """``activities``: those that a child must be enrolled in; ``missing``: documents that an activity asks for. Euros."""

    quotient: Quotient | None
    due: Decimal
    credit: Decimal
    basket: Sequence[Reservation]
    pending: int
    waiting: Sequence[WaitingEntry]
    conversations: Sequence[Conversation]
    activities: Sequence[Activity]
    missing: int

    @property
    def to_answer(self) -> int:
        return sum(one.state in ConversationState.to_answer() for one in self.conversations)


def glance(
    household: Household,
    *,
    accounts: Sequence[RegieSummary],
    folders: Sequence[Folder],
    now: datetime,
    today: date,
) -> Glance:
    """Six queries. ``accounts``: those the agent may see."""
    return Glance(
        quotient=quotient_on(household, today),
        due=sum((one.due for one in accounts), ZERO),
        credit=sum((one.credit for one in accounts), ZERO),
        basket=list(awaiting_payment(household, now=now)),
        pending=Reservation.objects.filter(household=household, state=ReservationState.PENDING).count(),
        waiting=list(
            WaitingEntry.objects.standing(now)
            .filter(child__household=household, opening__date__gte=today)
            .select_related("child", "opening__slot")
            .order_by("opening__date", "pk")
        ),
        conversations=list(
            conversations_of(household)
            .select_related("subject", "assignee")
            .order_by("-last_message_at", "-pk")[:LATEST_CONVERSATIONS]
        ),
        activities=list(
            Activity.objects.filter(needs_enrolment=True)
            .select_related("establishment")
            .order_by("establishment__position", "position", "name")
        ),
        missing=sum(row.is_wanted for folder in folders for row in folder.documents),
    )


def children_in_file(household: Household, *, today: date) -> QuerySet[Child]:
    """Its children, each with ``enrolled``: running and coming enrolments. Two queries."""
    running = (
        Enrolment.objects.filter(Q(valid_until=None) | Q(valid_until__gte=today))
        .select_related("activity__establishment")
        .order_by("activity__establishment__position", "activity__position", "valid_from")
    )
    return household.children.select_related("school").prefetch_related(
        Prefetch("enrolments", queryset=running, to_attr="enrolled")
    )
