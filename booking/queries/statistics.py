"""What the CAF and the town ask at the end of a month or of a year: hours and acts, places, receipts.

Hours are those of the slot; those attended are between arrival and departure where they were marked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth

from billing.enums import Means
from billing.models import JournalEntry
from booking.enums import Mark, PlaceState
from booking.models import Opening
from booking.queries.reach import within
from booking.sources import ATTENDANCE, LINE
from core.rights import Reach

# The groups of the CAF: the first age that is no longer in each.
AGES = ((6, "Moins de 6 ans"), (12, "6 à 11 ans"), (18, "12 à 17 ans"), (200, "18 ans et plus"))


@dataclass(frozen=True, kw_only=True)
class Acts:
    """One month, service and age group. Hours with two decimals; ``children`` are distinct within the row only."""

    month: date
    establishment: str
    activity: str
    age: str
    children: int
    booked: int
    booked_hours: Decimal
    attended: int
    attended_hours: Decimal
    billed: int
    billed_hours: Decimal
    unmarked: int  # booked, and nobody said whether the child came


_SEATS = f"""
WITH act AS (
    SELECT DISTINCT ON (a.opening_id, a.child_id) a.opening_id, a.child_id, a.mark, a.arrived, a."left"
    FROM booking_attendanceact a JOIN booking_opening o ON o.id = a.opening_id
    WHERE o.date BETWEEN %(first)s AND %(last)s
    ORDER BY a.opening_id, a.child_id, a.at DESC, a.id DESC
), place AS (
    SELECT p.opening_id, p.child_id, p.line_id
    FROM booking_place p JOIN booking_opening o ON o.id = p.opening_id
    WHERE p.state = '{PlaceState.CONFIRMED.value}' AND o.date BETWEEN %(first)s AND %(last)s
), charged AS (
    SELECT split_part(first.source, ':', 1) || ':' || split_part(first.source, ':', 2) AS source
    FROM billing_charge c JOIN billing_charge first ON first.id = COALESCE(c.corrects_id, c.id)
    WHERE c.voided_at IS NULL AND c.service_date BETWEEN %(first)s AND %(last)s
      AND (first.source LIKE '{LINE}%%' OR first.source LIKE '{ATTENDANCE}%%')
    GROUP BY 1 HAVING SUM(c.amount) > 0
), came AS (
    SELECT DISTINCT a.opening_id, a.child_id
    FROM booking_attendanceact a JOIN charged ON charged.source = '{ATTENDANCE}' || a.id
), seat AS (
    SELECT COALESCE(place.opening_id, act.opening_id) AS opening_id,
           COALESCE(place.child_id, act.child_id) AS child_id,
           place.line_id, act.mark, act.arrived, act."left"
    FROM place FULL JOIN act ON act.opening_id = place.opening_id AND act.child_id = place.child_id
), told AS (
    SELECT date_trunc('month', o.date)::date AS month, e.name AS establishment, ac.name AS activity,
           e.position AS place_rank, ac.position AS activity_rank, seat.child_id,
           EXTRACT(YEAR FROM age(o.date, ch.birth_date))::int AS years,
           seat.line_id IS NOT NULL AS is_booked,
           COALESCE(seat.mark, '') = '{Mark.PRESENT.value}' AS is_attended,
           seat.line_id IS NOT NULL AND COALESCE(seat.mark, '{Mark.NONE.value}') = '{Mark.NONE.value}' AS is_unmarked,
           charged.source IS NOT NULL OR came.child_id IS NOT NULL AS is_billed,
           EXTRACT(EPOCH FROM s.ends - s.starts) AS seconds,
           GREATEST(EXTRACT(EPOCH FROM COALESCE(seat."left", s.ends) - COALESCE(seat.arrived, s.starts)), 0) AS stayed
    FROM seat
    JOIN booking_opening o ON o.id = seat.opening_id
    JOIN booking_slot s ON s.id = o.slot_id
    JOIN booking_period pe ON pe.id = s.period_id
    JOIN booking_activity ac ON ac.id = pe.activity_id
    JOIN core_establishment e ON e.id = ac.establishment_id
    JOIN core_child ch ON ch.id = seat.child_id
    LEFT JOIN charged ON charged.source = '{LINE}' || seat.line_id
    LEFT JOIN came ON seat.line_id IS NULL AND came.opening_id = seat.opening_id AND came.child_id = seat.child_id
    WHERE (%(everywhere)s OR ac.code = ANY(%(activities)s) OR e.code = ANY(%(establishments)s))
      AND (%(establishment)s::bigint IS NULL OR ac.establishment_id = %(establishment)s)
      AND (%(activity)s::bigint IS NULL OR ac.id = %(activity)s)
      AND (seat.line_id IS NOT NULL OR seat.mark = '{Mark.PRESENT.value}')
)
"""  # noqa: S608 - constants of ours
_BY_GROUP = f"""{_SEATS}
SELECT month, establishment, activity, width_bucket(years, %(ages)s) AS age, COUNT(DISTINCT child_id),
       COUNT(*) FILTER (WHERE is_booked), COALESCE(SUM(seconds) FILTER (WHERE is_booked), 0),
       COUNT(*) FILTER (WHERE is_attended), COALESCE(SUM(stayed) FILTER (WHERE is_attended), 0),
       COUNT(*) FILTER (WHERE is_billed), COALESCE(SUM(seconds) FILTER (WHERE is_billed), 0),
       COUNT(*) FILTER (WHERE is_unmarked)
FROM told GROUP BY month, establishment, activity, place_rank, activity_rank, age
ORDER BY month, place_rank, establishment, activity_rank, activity, age
"""  # noqa: S608
_CHILDREN = f"{_SEATS} SELECT COUNT(DISTINCT child_id) FROM told"  # noqa: S608


def acts(
    *, first: date, last: date, reach: Reach, establishment: int | None = None, activity: int | None = None
) -> tuple[list[Acts], int]:
    """The acts within reach of some days, both included, and how many distinct children they are of. Two queries."""
    asked: dict[str, Any] = {
        "first": first,
        "last": last,
        "everywhere": reach.everywhere,
        "activities": sorted(reach.activities),
        "establishments": sorted(reach.establishments),
        "establishment": establishment,
        "activity": activity,
        "ages": [limit for limit, _ in AGES[:-1]],
    }
    with connection.cursor() as cursor:
        cursor.execute(_BY_GROUP, asked)
        rows = [_acts(row) for row in cursor.fetchall()]
        cursor.execute(_CHILDREN, asked)
        return rows, cursor.fetchone()[0]


def _acts(row: Sequence) -> Acts:
    (
        month,
        establishment,
        activity,
        age,
        children,
        booked,
        seconds,
        attended,
        stayed,
        billed,
        paid,
        unmarked,
    ) = row
    return Acts(
        month=month,
        establishment=establishment,
        activity=activity,
        age=AGES[age][1],
        children=children,
        booked=booked,
        booked_hours=_hours(seconds),
        attended=attended,
        attended_hours=_hours(stayed),
        billed=billed,
        billed_hours=_hours(paid),
        unmarked=unmarked,
    )


def _hours(seconds: Decimal) -> Decimal:
    return (Decimal(seconds) / 3600).quantize(Decimal("0.01"))


@dataclass(frozen=True, kw_only=True)
class ServiceMonth:
    """Places of a service in a month; ``places`` None when one of its days has no limit."""

    month: date
    establishment: str
    activity: str
    days: int
    taken: int
    places: int | None


def occupation_by_month(
    *, first: date, last: date, reach: Reach, establishment: int | None = None, activity: int | None = None
) -> list[ServiceMonth]:
    """Open days within reach only. One query."""
    link = "slot__period__activity"
    openings = Opening.objects.filter(within(reach, link), date__range=(first, last), closed_reason="")
    if establishment:
        openings = openings.filter(**{f"{link}__establishment": establishment})
    if activity:
        openings = openings.filter(**{link: activity})
    names = (f"{link}__establishment__name", f"{link}__name")
    ranks = (f"{link}__establishment__position", f"{link}__position")
    rows = (
        openings.order_by()
        .annotate(month=TruncMonth("date"))
        .values("month", *names, *ranks)
        .annotate(
            days=Count("date", distinct=True),
            sum=Sum("taken"),
            places=Sum("capacity"),
            unlimited=Count("pk", filter=Q(capacity__isnull=True)),
        )
        .order_by("month", ranks[0], names[0], ranks[1], names[1])
    )
    return [
        ServiceMonth(
            month=row["month"],
            establishment=row[names[0]],
            activity=row[names[1]],
            days=row["days"],
            taken=row["sum"],
            places=None if row["unlimited"] else row["places"],
        )
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class MonthReceipts:
    """Euros of the journal of a régie in a month by one means: what came, less what was given back."""

    month: date
    regie: str
    means: Means
    count: int
    amount: Decimal


def receipts(*, first: date, last: date) -> list[MonthReceipts]:
    """By month of the books, régie and means. One query."""
    rows = (
        JournalEntry.objects.filter(on__range=(first, last))
        .order_by()
        .values("regie__name", "regie__position", "means", month=TruncMonth("on"))
        .annotate(count=Count("pk"), sum=Sum("amount"))
        .order_by("month", "regie__position", "regie__name", "means")
    )
    return [
        MonthReceipts(
            month=row["month"],
            regie=row["regie__name"],
            means=Means(row["means"]),
            count=row["count"],
            amount=row["sum"],
        )
        for row in rows
    ]
