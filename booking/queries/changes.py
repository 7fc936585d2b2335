"""What an act on a whole service, a class or a day would touch: services to choose from, then the preview."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from django.db.models import Count, Q, QuerySet, Sum

from billing.models import Charge
from booking.enums import PlaceState
from booking.models import AttendanceAct, ChangedLine, Opening, Place, ServiceChange, Slot
from booking.sources import charge_source
from core.guardian_roles import GuardianRole
from core.models import Establishment, Household, OutgoingMail, User
from core.money import ZERO
from core.words import and_list

TITLE_LENGTH = 200


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which children of which openings: everybody, or one level, or one class."""

    opening_ids: tuple[int, ...]
    level: str = ""
    class_name: str = ""

    @property
    def is_whole(self) -> bool:
        """Everybody: the service itself does not take place."""
        return not (self.level or self.class_name)

    @property
    def who(self) -> str:
        return " ".join(filter(None, (self.level, self.class_name)))


@dataclass(frozen=True, kw_only=True)
class ServiceDays:
    """A service over the chosen days. ``children`` counts places, day by day."""

    slot: Slot
    opening_ids: tuple[int, ...]
    days: int
    closed: tuple[str, ...]  # the reasons of the days that are closed already
    children: int


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Euros. ``unpaid``: days that wait in a basket; ``marked``: children already marked present."""

    children: int
    families: int
    places: int
    unpaid: int
    voided: Decimal
    credited: Decimal
    marked: int
    names: list[str]
    without_account: int
    first_date: date
    last_date: date
    title: str


def places_of(scope: Scope, *, now: datetime) -> QuerySet[Place]:
    places = Place.objects.live(now).filter(opening__in=scope.opening_ids)
    if scope.level:
        places = places.filter(child__level=scope.level)
    if scope.class_name:
        places = places.filter(child__class_name=scope.class_name)
    return places


def services_on(
    start: date, end: date, *, establishment: Establishment | None, scope: Scope, now: datetime
) -> list[ServiceDays]:
    """The services open on these days, in the town's order, with how many places each day-by-day act would touch.

    Two queries; ``scope`` only says which class to count.
    """
    openings = Opening.objects.filter(date__range=(start, end)).select_related(
        "slot__period__activity__establishment"
    )
    if establishment:
        openings = openings.filter(slot__period__activity__establishment=establishment)
    rows = list(
        openings.order_by(
            "slot__period__activity__establishment__position",
            "slot__period__activity__establishment__name",
            "slot__starts",
            "slot_id",
            "date",
        )
    )
    within = Scope(opening_ids=tuple(row.pk for row in rows), level=scope.level, class_name=scope.class_name)
    counted = dict(
        places_of(within, now=now).order_by().values_list("opening__slot").annotate(count=Count("pk"))
    )
    return [
        ServiceDays(
            slot=slot,
            opening_ids=tuple(one.pk for one in days if not one.closed_reason),
            days=len(days),
            closed=tuple(sorted({one.closed_reason for one in days if one.closed_reason})),
            children=counted.get(slot.pk, 0),
        )
        for slot, days in ((slot, list(group)) for slot, group in groupby(rows, key=lambda row: row.slot))
    ]


def title_of(openings: Sequence[Opening], scope: Scope) -> str:
    """« Ecole Henri Serment : REPAS ENFANT et ETUDE – CE2 A »; openings with their establishment."""
    parts = []
    for place, group in groupby(openings, key=lambda one: one.slot.period.activity.establishment):
        labels = list(dict.fromkeys(one.slot.label for one in group))
        parts.append(f"{place} : {and_list(labels)}")
    title = " ; ".join(parts) + (f" – {scope.who}" if scope.who else "")
    return title if len(title) <= TITLE_LENGTH else f"{title[: TITLE_LENGTH - 1]}…"


def openings_in(scope: Scope) -> list[Opening]:
    """The openings of a scope with what their title says, in the town's order."""
    return list(
        Opening.objects.filter(pk__in=scope.opening_ids)
        .select_related("slot__period__activity__establishment")
        .order_by(
            "slot__period__activity__establishment__position",
            "slot__period__activity__establishment__name",
            "slot__starts",
            "slot_id",
            "date",
        )
    )


def preview(scope: Scope, *, now: datetime) -> Preview:
    """What cancelling this scope would do at this moment. Its number of queries depends on no number."""
    openings = openings_in(scope)
    places = list(places_of(scope, now=now).select_related("child"))
    charges = Charge.objects.filter(
        source__in=[charge_source(place.line_id) for place in places], voided_at__isnull=True
    )
    households = {place.child.household_id for place in places}
    sums = charges.aggregate(
        voided=Sum("amount", filter=Q(invoice_line__isnull=True)),
        credited=Sum("amount", filter=Q(invoice_line__isnull=False)),
    )
    children = {place.child_id: place.child for place in places}
    marked = AttendanceAct.objects.filter(opening__in=scope.opening_ids, child__in=children)
    return Preview(
        children=len(children),
        families=len(households),
        places=len(places),
        unpaid=sum(place.state == PlaceState.HELD for place in places),
        voided=sums["voided"] or ZERO,
        credited=sums["credited"] or ZERO,
        marked=marked.values("child").distinct().count(),
        names=sorted(f"{child.last_name} {child.first_name}" for child in children.values()),
        without_account=len(households) - len(accounts_of(households)),
        first_date=min((one.date for one in openings), default=date.min),
        last_date=max((one.date for one in openings), default=date.min),
        title=title_of(openings, scope),
    )


def accounts_of(household_ids: Collection[int]) -> dict[int, User]:
    """The account that reads each household's mails: its oldest one. One query."""
    users = (
        User.objects.filter(guardian__household__in=household_ids, guardian__role=GuardianRole.MANAGER)
        .order_by("guardian__household_id", "pk")
        .distinct("guardian__household_id")
        .select_related("guardian")
    )
    return {user.guardian.household_id: user for user in users}


def changes() -> QuerySet[ServiceChange]:
    return ServiceChange.objects.select_related("by", "undone_by")


def told_count(change: ServiceChange) -> int:
    """How many families' mails are written."""
    return OutgoingMail.objects.filter(dedupe_key__startswith=mail_key(change, "")).count()


def mail_key(change: ServiceChange, household: int | str) -> str:
    return f"change:{change.pk}:{'undone' if change.undone_at else 'told'}:{household}"


def concerned_lines(change: ServiceChange) -> QuerySet[ChangedLine]:
    """The days an act concerned, family by family."""
    return change.lines.select_related(
        "line__reservation__child",
        "line__reservation__household",
        "line__opening__slot__period__activity__establishment",
    ).order_by("line__reservation__household", "line__reservation__child", "line__opening__date", "pk")


def without_account(change: ServiceChange) -> QuerySet[Household]:
    """Families whom no mail can tell: the office tells them otherwise."""
    return (
        Household.objects.filter(reservations__lines__in=change.lines.values("line"))
        .exclude(guardians__user__isnull=False)
        .distinct()
        .prefetch_related("guardians")
    )
