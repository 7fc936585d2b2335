"""The tasks of the office, the most pressing first."""

from datetime import date

from django.db.models import BooleanField, Case, F, Q, QuerySet, When

from core.models import StaffTask, User
from core.rights import Reach


def find_tasks(*, today: date, done: bool = False) -> QuerySet[StaffTask]:
    """Those that wait: by the day they are for, then those without a day, the latest first; each says whether it
    ``is_late``. One query."""
    late = Case(When(due_on__lt=today, then=True), default=False, output_field=BooleanField())
    rows = StaffTask.objects.filter(done_at__isnull=not done).annotate(is_late=late)
    rows = rows.select_related("done_by", "household", "assignee", "created_by")
    if done:
        return rows.order_by("-done_at", "-pk")
    return rows.order_by(F("due_on").asc(nulls_last=True), "-created_at", "-pk")


def tasks_for(agent: User, *, accounts: Reach, today: date) -> QuerySet[StaffTask]:
    """What waits for this agent, or for nobody in particular. See ``reached_tasks``."""
    rows = find_tasks(today=today).filter(reached_tasks(accounts, agent))
    return rows.filter(Q(assignee=agent) | Q(assignee=None))


def reached_tasks(accounts: Reach, agent: User) -> Q:
    """Those of the money of the régies whose ``accounts`` an agent reads, those of no régie, and whatever was handed to
    the agent."""
    if accounts.everywhere:
        return Q()
    return Q(regie="") | Q(regie__in=accounts.regies) | Q(assignee=agent)
