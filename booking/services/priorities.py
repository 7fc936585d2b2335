"""The office says which criteria count, and for which families those that no data proves hold."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from booking.enums import PriorityCriterion
from booking.models import FamilyPriority, Period, PriorityRule
from core.audit_acts import AuditAct
from core.models import Household, User
from core.services.audit import record


@transaction.atomic
def set_priorities(*, period: Period, points: Mapping[PriorityCriterion, int]) -> None:
    """Replace the criteria of a period; no points, no criterion."""
    PriorityRule.objects.filter(period=period).delete()
    PriorityRule.objects.bulk_create(
        PriorityRule(period=period, criterion=criterion, points=given)
        for criterion, given in points.items()
        if given
    )


@transaction.atomic
def tick_priorities(
    *, household: Household, criteria: Collection[PriorityCriterion], by: User, now: datetime
) -> None:
    """The criteria that an agent recognises for a family; those left out hold no more. Kept ones keep their date."""
    FamilyPriority.objects.filter(household=household).exclude(criterion__in=criteria).delete()
    FamilyPriority.objects.bulk_create(
        [
            FamilyPriority(household=household, criterion=criterion, ticked_at=now, ticked_by=by)
            for criterion in criteria
        ],
        ignore_conflicts=True,
    )
    note = ", ".join(str(criterion.label) for criterion in criteria) or "Aucun"
    record(act=AuditAct.PRIORITY, by=by, now=now, on=household, note=note)
