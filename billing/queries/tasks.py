"""What a person must look at in the money, of the régies that an agent's rights reach."""

from django.db.models import Q, QuerySet

from core.enums import TaskKind
from core.models import StaffTask
from core.rights import Reach

MONEY_TASKS = (
    TaskKind.UNPLACED_PAYMENT,
    TaskKind.PAYMENT_MISMATCH,
    TaskKind.DOUBLE_PAYMENT,
    TaskKind.CANCELLED_PAID,
    TaskKind.RETURNED_PAYMENT,
    TaskKind.WRONG_BOOKS,
)


def money_tasks(reach: Reach) -> QuerySet[StaffTask]:
    """Those that wait, the oldest first."""
    reached = Q() if reach.everywhere else Q(regie__in=reach.regies)
    return StaffTask.objects.filter(reached, kind__in=MONEY_TASKS, done_at=None).order_by("created_at", "pk")
