"""Who may book a period: its public, its window, and what the family's file must hold."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from billing.queries.invoices import overdue_by_household
from billing.queries.quotients import households_with_quotient
from booking.enums import PlaceState
from booking.models import Enrolment, Period, Place
from booking.rules.cutoffs import is_before_end_of
from booking.rules.eligibility import Audience, ChildFacts, Public, obstacles, opening_obstacle
from booking.rules.family_file import FileConditions, FileFacts, file_obstacles, paper_obstacles
from core.levels import Level
from core.models import Child, Establishment
from core.money import ZERO
from core.queries.calendar import town_calendar
from core.queries.child_file import incomplete_children, incomplete_households
from core.queries.documents import FamilyPapers, family_papers
from core.words import moment
from tenants.context import town_timezone


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the town knows of a child and its family when they book a period: of ``file``, only what it asks for."""

    enrolled: bool = False
    file: FileFacts = field(default_factory=FileFacts)


@dataclass(frozen=True, kw_only=True)
class Standings:
    """Of several children, for several periods. ``today``: the town's."""

    today: date
    enrolled: Collection[tuple[int, int]]  # child, activity
    overdue: Mapping[int, Decimal]  # by household
    with_quotient: Collection[int]  # households
    used: Collection[tuple[int, int]]  # child, establishment
    incomplete: Collection[int]  # children
    incomplete_homes: Collection[int]  # households
    papers: FamilyPapers

    def of(self, child: Child, period: Period) -> Standing:
        return Standing(
            enrolled=(child.pk, period.activity_id) in self.enrolled, file=self._file(child, period)
        )

    def _file(self, child: Child, period: Period) -> FileFacts:
        """Papers must be good on the day the family books, or on the first day of a period that has not begun."""
        asked = conditions_of(period)
        day = max(self.today, period.start)
        return FileFacts(
            documents={
                code: self.papers.paper(code, child, child.household_id, day=day) for code in asked.documents
            },
            consents={code: self.papers.agreed(code, child, child.household_id) for code in asked.consents},
            overdue=self.overdue.get(child.household_id, ZERO),
            quotient_known=child.household_id in self.with_quotient,
            used_this_year=(child.pk, period.activity.establishment_id) in self.used,
            child_file=child.pk not in self.incomplete,
            family_file=child.household_id not in self.incomplete_homes,
        )


def standings(children: Collection[Child], periods: Iterable[Period], *, now: datetime) -> Standings:
    """In at most twenty queries, none of them for what no period asks."""
    periods = list(periods)
    today = now.astimezone(town_timezone()).date()
    conditions = [conditions_of(period) for period in periods]
    households = {child.household_id for child in children}
    owes = any(one.max_overdue is not None for one in conditions)
    tells = any(one.child_file for one in conditions)
    return Standings(
        today=today,
        enrolled=_enrolled(children, periods, today),
        overdue=overdue_by_household(households, on=today) if owes else {},
        with_quotient=households_with_quotient(households, on=today)
        if any(one.quotient_known for one in conditions)
        else (),
        used=_used(children, today) if any(one.used_this_year for one in conditions) else (),
        incomplete=incomplete_children([child.pk for child in children], day=today) if tells else (),
        incomplete_homes=incomplete_households(households) if tells else (),
        papers=family_papers(
            households,
            on=today,
            documents={code for one in conditions for code in one.documents},
            consents={code for one in conditions for code in one.consents},
        ),
    )


def _enrolled(children: Collection[Child], periods: Iterable[Period], today: date) -> set[tuple[int, int]]:
    asked = {period.activity_id for period in periods if period.activity.needs_enrolment}
    if not asked:
        return set()
    valid = Enrolment.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=today), valid_from__lte=today
    )
    return set(valid.filter(child__in=children, activity__in=asked).values_list("child_id", "activity_id"))


def _used(children: Collection[Child], today: date) -> set[tuple[int, int]]:
    first_day = town_calendar(today, today).school_year(today).first_day
    came = Place.objects.filter(
        child__in=children, state=PlaceState.CONFIRMED, opening__date__range=(first_day, today)
    )
    pairs = came.order_by().values_list("child_id", "opening__slot__period__activity__establishment_id")
    return set(pairs.distinct())


def is_for(child: Child, period: Period) -> bool:
    """Whether the period is meant for the child's class and school: the others are not even shown."""
    audience = _audience(period)
    level, school = _level(child), child.school.code if child.school else None
    return (not audience.levels or level in audience.levels) and (
        not audience.establishments or school in audience.establishments
    )


def period_obstacles(
    *, child: Child, period: Period, now: datetime, tz: tzinfo, standing: Standing
) -> list[str]:
    """What stops this child from booking this period, in French; empty when it may. ``tz``: the town's zone."""
    found = public_obstacles(child=child, period=period, enrolled=standing.enrolled)
    if waiting := window_obstacle(period, child=child, now=now, tz=tz):
        found.append(waiting)
    return found + file_obstacles(conditions_of(period), standing.file)


def public_obstacles(*, child: Child, period: Period, enrolled: bool = True) -> list[str]:
    """Why this child is not of those the period is for: its class, school, age, town, enrolment; empty when it is."""
    audience, activity = _audience(period), period.activity
    facts = ChildFacts(
        birth_date=child.birth_date,
        level=_level(child),
        establishment=child.school.code if child.school else None,
        residence=child.household.residence,
        enrolled=enrolled,
    )
    names = {activity.establishment.code: activity.establishment.name}
    if audience.establishments - names.keys():
        names |= dict(Establishment.objects.values_list("code", "name"))
    return obstacles(audience, facts, on=period.start, establishments=names)


@dataclass(frozen=True, kw_only=True)
class Lacks:
    """What is missing that the family gives by itself: on « Mes documents et autorisations », in its child’s file, or on
    « Informations du compte »."""

    papers: bool = False
    child_file: bool = False
    family_file: bool = False


def lacks_of(period: Period, standing: Standing) -> Lacks:
    asked = conditions_of(period)
    return Lacks(
        papers=bool(paper_obstacles(asked, standing.file)),
        child_file=asked.child_file and not standing.file.child_file,
        family_file=asked.child_file and not standing.file.family_file,
    )


def window_obstacle(period: Period, *, child: Child, now: datetime, tz: tzinfo) -> str:
    """Why the family cannot book this period at this moment; "" when it is open to it.

    An opening of its residence's own takes the place of the period's.
    """
    public, residence = _public(period), child.household.residence
    if any(residence in own.residences for own in public.opens):
        if own_wait := opening_obstacle(public, residence, now=now, tz=tz):
            return own_wait
    elif period.opens_at and now < period.opens_at:
        return _("Les réservations ouvrent le %(moment)s") % {
            "moment": moment(period.opens_at.astimezone(tz))
        }
    if period.closes_at and not is_before_end_of(period.closes_at, now):
        return _("Les réservations sont closes depuis le %(moment)s") % {
            "moment": moment(period.closes_at.astimezone(tz))
        }
    return ""


def _audience(period: Period) -> Audience:
    activity, public = period.activity, _public(period)
    own_pupils = frozenset({activity.establishment.code} if activity.for_pupils else ())
    return Audience(
        levels=frozenset(Level(level) for level in period.levels),
        establishments=public.establishments or own_pupils,
        residences=public.residences,
        ages=public.ages,
        enrolment_required=activity.needs_enrolment,
    )


def _public(period: Period) -> Public:
    return Public.model_validate(period.audience or {})


def conditions_of(period: Period) -> FileConditions:
    return FileConditions.model_validate(period.file_conditions or {})


def _level(child: Child) -> Level | None:
    return Level(child.level) if child.level else None
