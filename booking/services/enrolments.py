"""Inscriptions: the office lets children book an activity, a whole class at once."""

from collections.abc import Collection
from datetime import date, datetime

import structlog
from django.db import transaction
from django.db.models import Q

from booking.models import Activity, Enrolment
from core.audit_acts import AuditAct
from core.models import User
from core.services.audit import record
from core.words import plural

log = structlog.get_logger(__name__)


@transaction.atomic
def enrol_children(
    *,
    activity: Activity,
    child_ids: Collection[int],
    valid_from: date,
    valid_until: date | None,
    by: User,
    now: datetime,
) -> int:
    """Enrol these children from a day, until another or without end. Returns how many; three queries for any number.

    A child whose enrolment holds on ``valid_from`` or begins later is left as it is, so that doing it twice does it once.
    """
    Activity.objects.select_for_update(no_key=True).get(
        pk=activity.pk
    )  # two agents on one class: one enrolment
    enrolled = set(
        activity.enrolments.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=valid_from))
        .filter(child__in=child_ids)
        .values_list("child_id", flat=True)
    )
    added = Enrolment.objects.bulk_create(
        Enrolment(child_id=child, activity=activity, valid_from=valid_from, valid_until=valid_until)
        for child in sorted(set(child_ids) - enrolled)
    )
    note = f"{plural(len(added), 'enfant')} à partir du {valid_from:%d/%m/%Y}"
    record(act=AuditAct.ENROLMENT, by=by, now=now, on=activity, note=note)
    log.info("children_enrolled", activity=activity.pk, count=len(added), by=by.pk)
    return len(added)


@transaction.atomic
def end_enrolments(
    *, activity: Activity, enrolment_ids: Collection[int], last_day: date, by: User, now: datetime
) -> int:
    """End these enrolments: ``last_day`` is the last one. Those that would begin later disappear. Returns how many.

    What the children have booked stays: it is cancelled as any booking is.
    """
    chosen = activity.enrolments.filter(pk__in=enrolment_ids)
    removed, _ = chosen.filter(valid_from__gt=last_day).delete()
    ended = chosen.update(valid_until=last_day)
    note = f"Fin le {last_day:%d/%m/%Y} : {plural(removed + ended, 'enfant')}"
    record(act=AuditAct.ENROLMENT, by=by, now=now, on=activity, note=note)
    log.info("enrolments_ended", activity=activity.pk, count=removed + ended, by=by.pk)
    return removed + ended
