"""The sheets of a day, and one sheet: who is expected, who is there, who marked it. Query counts depend on no number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from booking.enums import TAKING, Mark
from booking.models import AttendanceAct, AttendanceSheet, Enrolment, Opening, Place, ServiceChange
from core.health_alert import NO_ALERT, HealthAlert
from core.models import Child
from core.queries.child_file import Pickup, meals_on, pickups_of
from core.queries.plain_text import plain


@dataclass(frozen=True, kw_only=True)
class Row:
    """A child on a sheet. ``expected``: holds a place, paid or awaiting payment; ``booked`` is the column it is in.

    ``diet``: the meal of the day when it is not the usual one. ``alert``: only once somebody has opened the health.
    ``pickups``: who may fetch the child, on the page of the sheet and on paper only.
    """

    child: Child
    expected: bool
    booked: str = ""
    diet: str = ""
    alert: HealthAlert = NO_ALERT
    pickups: Sequence[Pickup] = ()
    act: AttendanceAct | None = None
    # The act of another device that this one contradicts, while nobody has looked at both.
    disputed: AttendanceAct | None = None

    @property
    def mark(self) -> Mark:
        return Mark(self.act.mark) if self.act else Mark.NONE

    @property
    def group(self) -> str:
        return " ".join(filter(None, (self.child.get_level_display(), self.child.class_name)))


@dataclass(frozen=True, kw_only=True)
class Sheet:
    opening: Opening
    rows: list[Row]  # by class, then by name
    closed: AttendanceSheet | None
    changes: list[ServiceChange]

    @property
    def expected(self) -> list[Row]:
        return [row for row in self.rows if row.expected]

    @property
    def unexpected(self) -> list[Row]:
        """Children who came without a place."""
        return [row for row in self.rows if not row.expected and row.mark == Mark.PRESENT]

    @property
    def present(self) -> list[Row]:
        return [row for row in self.expected if row.mark == Mark.PRESENT]

    @property
    def absent(self) -> list[Row]:
        return [row for row in self.expected if row.mark == Mark.ABSENT]

    @property
    def unmarked(self) -> list[Row]:
        return [row for row in self.expected if row.mark == Mark.NONE]

    def with_alerts(self, alerts: Mapping[int, HealthAlert]) -> "Sheet":
        rows = [replace(row, alert=alerts.get(row.child.pk, NO_ALERT)) for row in self.rows]
        return replace(self, rows=rows)

    def with_pickups(self) -> "Sheet":
        """The sheet with who may fetch each child. Two queries."""
        known = pickups_of([row.child.pk for row in self.rows])
        return replace(self, rows=[replace(row, pickups=known.get(row.child.pk, ())) for row in self.rows])

    @property
    def groups(self) -> list[tuple[str, list[Row]]]:
        """The rows to show, class by class."""
        shown = [row for row in self.rows if row.expected or row.mark != Mark.NONE or row.disputed]
        return [(name, list(rows)) for name, rows in groupby(shown, key=lambda row: row.group)]


def openings_of(day: date) -> QuerySet[Opening]:
    """The services of a day, with ``expected`` children, those of them ``marked``, and ``is_done``. One query."""
    taking = Place.objects.filter(opening=OuterRef("pk"), state__in=TAKING)
    seated = Place.objects.filter(opening=OuterRef("opening"), child=OuterRef("child"), state__in=TAKING)
    acts = AttendanceAct.objects.filter(Exists(seated), opening=OuterRef("pk"))
    return (
        Opening.objects.filter(date=day)
        .select_related("slot__period__activity__establishment")
        .annotate(
            expected=_counted(taking.values("opening").annotate(count=Count("pk"))),
            marked=_counted(acts.order_by().values("opening").annotate(count=Count("child", distinct=True))),
            is_done=Exists(AttendanceSheet.objects.filter(opening=OuterRef("pk"))),
        )
        .order_by(
            "slot__period__activity__establishment__position",
            "slot__period__activity__establishment__name",
            "slot__starts",
            "slot__label",
        )
    )


def _counted(rows: QuerySet) -> Coalesce:
    return Coalesce(Subquery(rows.values("count"), output_field=IntegerField()), 0)


def next_open_day(day: date, among: Q) -> date | None:
    """The first day after this one on which something ``among`` is open."""
    coming = Opening.objects.filter(among, date__gt=day, closed_reason="").order_by("date")
    return coming.values_list("date", flat=True).first()


def openings() -> QuerySet[Opening]:
    """Openings with all that a sheet says of them."""
    return Opening.objects.select_related(
        "slot__period__activity__establishment", "slot__period__activity__regie"
    )


def load_sheet(opening: Opening, *, now: datetime) -> Sheet:
    """Five queries, whatever the number of children. Health is not in it: see services/attendance_health.py."""
    places = {
        place.child_id: place
        for place in Place.objects.live(now)
        .filter(opening=opening, state__in=TAKING)
        .select_related("child", "line")
    }
    acts = acts_by_child(opening)
    diets = meals_on({*places, *acts}, opening.date)
    rows = [
        Row(
            child=places[pk].child if pk in places else acts[pk][-1].child,
            expected=pk in places,
            booked=places[pk].line.label if pk in places else "",
            diet=diets[pk].name if pk in diets else "",
            act=acts[pk][-1] if pk in acts else None,
            disputed=_disputed(acts[pk]) if pk in acts else None,
        )
        for pk in {*places, *acts}
    ]
    return Sheet(
        opening=opening,
        rows=sorted(rows, key=_class_then_name),
        closed=AttendanceSheet.objects.filter(opening=opening).select_related("closed_by").first(),
        changes=list(opening.changes.filter(undone_at__isnull=True)),
    )


def acts_by_child(
    opening: Opening, *, children: Iterable[int] | None = None
) -> dict[int, list[AttendanceAct]]:
    """The acts of one opening by child, the one in force last: the latest by its own time. One query."""
    acts = AttendanceAct.objects.filter(opening=opening).select_related("child__household", "by")
    if children is not None:
        acts = acts.filter(child__in=list(children))
    found: dict[int, list[AttendanceAct]] = {}
    for act in acts.order_by("at", "pk"):
        found.setdefault(act.child_id, []).append(act)
    return found


def _disputed(acts: list[AttendanceAct]) -> AttendanceAct | None:
    """What another device said, when the latest act to arrive was made without having seen it."""
    latest = max(acts, key=lambda act: act.pk)
    if not latest.contested:
        return None
    in_force = acts[-1]
    others = [act for act in acts if act.device != in_force.device and act.mark != in_force.mark]
    return max(others, key=lambda act: act.pk, default=None)


def _class_then_name(row: Row) -> tuple[int, str, str, str]:
    levels = [value for value, _ in Child._meta.get_field("level").choices or ()]
    rank = levels.index(row.child.level) if row.child.level in levels else len(levels)
    return rank, row.child.class_name, plain(row.child.last_name), plain(row.child.first_name)


def others_for(sheet: Sheet) -> list[Child]:
    """Children of the school, or enrolled in the activity, who may turn up without a place. One query."""
    activity = sheet.opening.slot.period.activity
    if activity.for_pupils:
        children = Child.objects.filter(school=activity.establishment_id)
    else:
        day = sheet.opening.date
        enrolled = Enrolment.objects.filter(activity=activity, valid_from__lte=day).filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=day)
        )
        children = Child.objects.filter(pk__in=enrolled.values("child"))
    known = {row.child.pk for row in sheet.rows}
    return [
        child
        for child in children.order_by("last_name__plain", "first_name__plain", "pk")
        if child.pk not in known
    ]


def changed_since(opening: Opening, moment: datetime) -> set[int]:
    """The children whom somebody marked, wherever, since ``moment``."""
    fresh = AttendanceAct.objects.filter(opening=opening, received_at__gte=moment)
    return set(fresh.values_list("child_id", flat=True))


def known_acts(uuids: Iterable[UUID]) -> set[UUID]:
    return set(AttendanceAct.objects.filter(uuid__in=list(uuids)).values_list("uuid", flat=True))


def no_shows(*, start: date, end: date) -> QuerySet[Place]:
    """Places of closed sheets whose child was marked absent: what an absence rule may charge. One query."""
    latest = AttendanceAct.objects.filter(opening=OuterRef("opening"), child=OuterRef("child")).order_by(
        "-at", "-pk"
    )
    return (
        Place.objects.filter(
            opening__date__range=(start, end), opening__attendance_sheet__isnull=False, state__in=TAKING
        )
        .annotate(last_mark=Subquery(latest.values("mark")[:1]))
        .filter(last_mark=Mark.ABSENT)
        .order_by(F("opening__date"), "pk")
    )
