"""Reading the health of children: the only ways to it, and they always leave a trace."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction

from core.child_file import DossierField, Value
from core.health_alert import HealthAlert, alert_on
from core.models import HealthReading, HealthRecord, User

Health = dict[DossierField, Value]

# A list that its reader opens again so soon is one reading: a page reloads, a device keeps its copy.
SAME_READING = timedelta(minutes=5)


@transaction.atomic
def read_health(
    *, children: Collection[int], by: User, place: str, now: datetime, looked_at: Collection[int] = ()
) -> dict[int, Health]:
    """Open the health of these children for somebody, and write down who saw whose, when and where (``place``).

    Children of whom nothing is known are left out of the answer, and of the log unless they are in ``looked_at``
    (somebody asked for that very child, or reads a change not recorded yet). Two queries, whatever their number.
    """
    known = {pk: values for pk, values in _opened(children).items() if values}
    _write_down({*known, *looked_at}, by=by, place=place, now=now)
    return known


@transaction.atomic
def read_alerts(
    *, children: Collection[int], day: date, by: User, place: str, now: datetime
) -> dict[int, HealthAlert]:
    """Allergies and PAI of a whole list as they are on ``day``; only the children who have some are there, and logged.

    The same list shown again to the same reader within SAME_READING is not written twice. Three queries at most.
    """
    alerts = {pk: alert_on(values, day) for pk, values in _opened(children).items()}
    alerts = {pk: alert for pk, alert in alerts.items() if alert}
    just_read = HealthReading.objects.filter(
        by=by, place=place, at__gt=now - SAME_READING, child__in=list(alerts)
    )
    _write_down(set(alerts) - set(just_read.values_list("child_id", flat=True)), by=by, place=place, now=now)
    return alerts


def _opened(children: Collection[int]) -> dict[int, Health]:
    return {row.child_id: row.values for row in HealthRecord.objects.filter(child__in=children)}


def _write_down(children: Collection[int], *, by: User, place: str, now: datetime) -> None:
    HealthReading.objects.bulk_create(
        HealthReading(child_id=pk, by=by, at=now, place=place) for pk in sorted(children)
    )
