"""The planning of one child for one period: every cell, what may be done with it now, and why.

The grid shows it, the recap checks against it, and confirmation relies on it: one reading of the rules for all.
Its number of queries depends neither on the number of days nor on how many children have booked.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import cached_property, partial

from django.db.models import Q, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import TypeAdapter

from billing.pricing.facts import NO_FACTS, PricingFacts
from billing.queries.prices import PriceList, load_prices
from booking.enums import LIVE, PlaceState
from booking.errors import NotAllowedError
from booking.models import Activity, Opening, Period, Place, Slot, Stage
from booking.queries.access import period_obstacles, standings
from booking.queries.groups import slot_groups
from booking.queries.late import LatePrice, LateRules, Wanted
from booking.queries.spans import price_by_volume
from booking.queries.waiting import NOBODY, waiting_on
from booking.rules.cutoffs import CutoffRule, Verb
from booking.rules.groups import Room, group_of
from booking.rules.late import Access
from booking.rules.stages import Decision, StageDecision, decide, decide_stages
from booking.rules.stages import Stage as StageRule
from core.calendars import Calendar
from core.levels import Level
from core.models import Child
from core.queries.calendar import town_calendar
from core.queries.custody import Custodies
from core.retold import retold
from tenants.context import town_timezone

RULE = TypeAdapter(CutoffRule)
ALREADY_BOOKED = gettext_lazy("Déjà réservé dans une autre colonne")
FULL = gettext_lazy("Aucune place disponible")
OTHER_HOME = gettext_lazy("Jour de garde de l’autre parent")
LATE_CLOSED = gettext_lazy("Le délai est passé")
LATE_WAITS = gettext_lazy("Le délai est passé : seulement sur la liste d’attente")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One stage of one opening, for one child, at one moment. ``price`` is in euros; None is not known yet."""

    opening_id: int
    stage_id: int
    date: dt.date
    label: str
    is_open: bool
    reason: str  # why it is closed, or until when it is open: one sentence without stop
    last_moment: datetime | None
    tariff_label: str = ""
    price: Decimal = Decimal(0)
    price_reasons: tuple[str, ...] = ()
    # What made the price, to be frozen with it.
    tariff_id: int | None = None
    price_facts: PricingFacts = NO_FACTS
    rated_later: bool = False
    place: PlaceState | None = None  # the child's own live place, when it was asked for at this stage
    can_cancel: bool = False
    is_full: bool = False
    is_past: bool = False
    # Only a rule of the town closes it, if anything does: an agent, who gives a reason, may pass over a rule.
    has_room: bool = False
    remaining: int | None = None
    group_id: int | None = None  # the age or level group of the slot in which the child’s place is counted
    on_waiting_list: bool = False
    offer_until: datetime | None = None  # a place is kept for this child until then
    position: tuple[int, int] = (0, 0)
    slot_code: str = ""
    # The town's rule for late bookings leaves this one to an agent, whatever the mode of the period.
    asks_agent: bool = False

    def order(self) -> tuple[dt.date, tuple[int, int]]:
        return self.date, self.position


@dataclass(frozen=True, kw_only=True)
class Column:
    stage_id: int
    slot_id: int
    label: str
    hours: str


@dataclass(kw_only=True)
class Day:
    """``note`` says why the whole day is closed. Cells are decided when they are read: a month costs a month."""

    date: dt.date
    note: str = ""
    opens: bool = False  # some slot is open that day
    read_cells: Callable[[], list[Cell | None]] = list

    @cached_property
    def cells(self) -> list[Cell | None]:
        """One a column; None: this slot is not open that day."""
        return self.read_cells()


@dataclass(kw_only=True)
class Planning:
    child: Child
    period: Period
    now: datetime
    obstacles: list[str]
    columns: list[Column]
    days: list[Day]
    day_of: dict[int, Day]  # by opening
    calendar: Calendar
    stage_rules: list[StageRule]  # those that are for the child's level
    cancel_rule: CutoffRule
    late: LateRules
    slot_names: dict[str, str]  # by code
    custodies: Custodies
    price_notices: list[str]  # what is to be known of prices that are not final yet

    @property
    def activity(self) -> Activity:
        return self.period.activity

    @property
    def full_name(self) -> str:
        """« Ecole Henri Serment / RESTAURATION ELEMENTAIRE / Cantine Elémentaire 2022-2023 »."""
        return full_name(self.period)

    def require_bookable(self) -> None:
        """Raises NotAllowedError when this child may not book this period at all."""
        if self.obstacles:
            raise NotAllowedError(f"{self.child.first_name} : {' ; '.join(self.obstacles)}.")

    def cells(self) -> Iterator[Cell]:
        return (cell for day in self.days for cell in day.cells if cell is not None)

    def cell(self, opening_id: int, stage_id: int) -> Cell | None:
        return next((cell for cell in self._cells_of(opening_id) if cell.stage_id == stage_id), None)

    def booked_cell(self, opening_id: int) -> Cell | None:
        return next((cell for cell in self._cells_of(opening_id) if cell.place is not None), None)

    def priced_together(self, cells: Iterable[Cell]) -> list[Cell]:
        """The cells of one request, at the prices they have in it: prices by volume and some late rules read the whole
        order."""
        cells = list(cells)
        prices = self.late.price_order(
            [Wanted(cell.opening_id, stage_id=cell.stage_id, day=cell.date) for cell in cells]
        )
        late = [_late_cell(cell, prices.get(cell.opening_id)) for cell in cells]
        return price_by_volume(self, self.late.prices, late)

    def _cells_of(self, opening_id: int) -> list[Cell]:
        day = self.day_of.get(opening_id)
        return [cell for cell in day.cells if cell and cell.opening_id == opening_id] if day else []

    @cached_property
    def next_deadline(self) -> datetime | None:
        """The last moment for the next day that can still be booked: the date « Votre sélection » announces."""
        today = self.now.astimezone(town_timezone()).date()
        for day in self.days:
            cells = day.cells if day.date >= today else ()
            if moments := [cell.last_moment for cell in cells if cell and cell.is_open and cell.last_moment]:
                return min(moments)
        return None


def full_name(period: Period) -> str:
    activity = period.activity
    return f"{activity.establishment.name} / {activity.name} / {period.name}"


def load_planning(
    *, child: Child, period: Period, now: datetime, only: Collection[int] | None = None
) -> Planning:
    """``period`` needs its activity, establishment and régie loaded (booking.queries.offer.periods).

    ``only``: the openings to read, when nothing else of the period will be looked at.
    """
    calendar = town_calendar(period.start, period.end, establishment=period.activity.establishment)
    reader = _Reader(child=child, period=period, now=now, calendar=calendar, only=only)
    by_date = reader.open_days()
    closed = reader.closed_days(by_date) if only is None else ()
    return Planning(
        child=child,
        period=period,
        now=now,
        obstacles=period_obstacles(
            child=child,
            period=period,
            now=now,
            tz=reader.tz,
            standing=standings([child], [period], now=now).of(child, period),
        ),
        columns=[
            Column(stage_id=stage.pk, slot_id=stage.slot_id, label=stage.label, hours=stage.slot.hours)
            for stage in reader.stages
        ],
        days=sorted([*by_date.values(), *closed], key=lambda day: day.date),
        day_of={opening.pk: by_date[opening.date] for opening in reader.openings},
        calendar=calendar,
        stage_rules=[rule for rule in reader.rules.values() if rule.is_for(reader.level)],
        cancel_rule=reader.cancel_rule,
        late=reader.late,
        slot_names={stage.slot.code: stage.slot.label for stage in reader.stages},
        custodies=reader.custodies,
        price_notices=reader.prices.notices(until=period.end),
    )


class _Reader:
    """Loads what a planning needs, each thing once, and decides cell by cell."""

    def __init__(
        self,
        *,
        child: Child,
        period: Period,
        now: datetime,
        calendar: Calendar,
        only: Collection[int] | None,
    ) -> None:
        self.child, self.period, self.now, self.calendar = child, period, now, calendar
        self.tz: tzinfo = town_timezone()
        self.level = Level(child.level) if child.level else None
        self.cancel_rule = RULE.validate_python(period.cancel_rule)
        self.stages = list(
            Stage.objects.filter(slot__period=period)
            .select_related("slot", "tariff")
            .order_by("slot__position", "slot__starts", "slot_id", "position", "pk")
        )
        self.rules = {stage.pk: _stage_rule(stage) for stage in self.stages}
        self.slots: dict[int, list[Stage]] = {}
        for stage in self.stages:
            self.slots.setdefault(stage.slot_id, []).append(stage)
        self.prices: PriceList = load_prices({stage.tariff_id for stage in self.stages if stage.tariff_id})
        self.custodies = Custodies([child.pk])
        self.late = LateRules(
            child=child, period=period, stages=self.stages, prices=self.prices, calendar=calendar
        )
        self.groups = slot_groups(slot__period=period)
        self.group_rules = {slot: [group.rule for group in groups] for slot, groups in self.groups.items()}
        openings = Opening.objects.filter(slot__period=period)
        self.openings = list(openings if only is None else openings.filter(pk__in=only))
        if self.groups:
            prefetch_related_objects(self.openings, "groups")
        concerned = {"opening__slot__period": period} if only is None else {"opening__in": only}
        self.places: dict[int, Place] = {}
        # Holds still counted as taken, by opening, then by group.
        self.lapsed: dict[int, dict[int | None, int]] = {}
        self._read_places(concerned)
        # A period gives up its list only when nobody is on it any more.
        self.waiting = waiting_on(child=child, now=now, **concerned) if period.has_waiting_list else {}

    def open_days(self) -> dict[date, Day]:
        by_date: dict[date, dict[int, Opening]] = {}
        for opening in self.openings:
            by_date.setdefault(opening.date, {})[opening.slot_id] = opening
        return {
            day: Day(
                date=day,
                opens=any(not opening.closed_reason for opening in by_slot.values()),
                read_cells=partial(self._day_cells, by_slot),
            )
            for day, by_slot in by_date.items()
        }

    def _day_cells(self, openings: Mapping[int, Opening]) -> list[Cell | None]:
        return [
            cell
            for slot_id, stages in self.slots.items()
            for cell in self._slot_cells(openings.get(slot_id), stages)
        ]

    def _read_places(self, concerned: Mapping[str, object]) -> None:
        """The child's own live places, and everybody's holds that have lapsed."""
        lapsed = Q(state=PlaceState.HELD, held_until__lt=self.now)
        mine = Q(child=self.child, state__in=LIVE)
        for place in Place.objects.filter(lapsed | mine, **concerned).select_related("line"):
            if place.has_lapsed(self.now):
                by_group = self.lapsed.setdefault(place.opening_id, {})
                by_group[place.group_id] = by_group.get(place.group_id, 0) + 1
            else:
                self.places[place.opening_id] = place

    def _group(self, opening: Opening) -> int | None:
        return group_of(
            self.group_rules.get(opening.slot_id, ()),
            level=self.child.level,
            birth_date=self.child.birth_date,
            on=opening.date,
        )

    def _room(self, opening: Opening) -> Room:
        room = opening.room if self.groups else Room(free=opening.free)
        return room.freed(self.lapsed.get(opening.pk, {}))

    def _full(self, opening: Opening, group: int | None) -> str:
        """Why there is no place: the day is full, or only the child’s group is."""
        if group is None or self._room(opening).left(None) == 0:
            return str(FULL)
        label = next(one.label for one in self.groups[opening.slot_id] if one.pk == group)
        return _("Aucune place disponible pour le groupe « %(group)s »") % {"group": label}

    def closed_days(self, open_days: Collection[date]) -> Iterator[Day]:
        """The town's closed days that fall on the period's weekdays outside school holidays, with the reason."""
        for day in self._weekdays():
            if day in open_days or self.calendar.school_holiday(day):
                continue
            if note := self.calendar.holiday_label(day) or self.calendar.closure(day):
                yield Day(date=day, note=retold(note))

    def _weekdays(self) -> Iterator[date]:
        for ordinal in range(self.period.start.toordinal(), self.period.end.toordinal() + 1):
            day = date.fromordinal(ordinal)
            if day.isoweekday() in self.period.weekdays:
                yield day

    def _slot_cells(self, opening: Opening | None, stages: list[Stage]) -> list[Cell | None]:
        if opening is None:
            return [None] * len(stages)
        slot: Slot = stages[0].slot
        start = datetime.combine(opening.date, slot.starts, tzinfo=self.tz)
        decisions = decide_stages(
            [self.rules[stage.pk] for stage in stages],
            service_start=start,
            period=self.period.dates,
            level=self.level,
            now=self.now,
            calendar=self.calendar,
            tz=self.tz,
        )
        return [
            self._cell(opening, stage, decision, start)
            for stage, decision in zip(stages, decisions, strict=True)
        ]

    def _cell(self, opening: Opening, stage: Stage, decision: StageDecision, start: datetime) -> Cell:
        place, slot = self.places.get(opening.pk), stage.slot
        price = self.prices.price(stage.tariff_id, self.child, opening.date)
        waiting = self.waiting.get(opening.pk, NOBODY)
        group = waiting.offer_group if waiting.offer_until else self._group(opening)
        remaining = waiting.left(self._room(opening), group)
        is_open, reason, can_cancel, is_full = decision.open, decision.reason, False, False
        mine = place if place is not None and place.line.stage_id == stage.pk else None
        if mine:
            cancel = self._cancellation(mine, start)
            is_open, reason, can_cancel = False, cancel.reason, cancel.open
        elif place is not None:
            is_open, reason = False, str(ALREADY_BOOKED)
        elif opening.closed_reason:
            is_open, reason = False, retold(opening.closed_reason)
        elif is_open and remaining == 0:
            is_open, reason, is_full = False, self._full(opening, group), True
        cell = Cell(
            opening_id=opening.pk,
            stage_id=stage.pk,
            date=opening.date,
            label=stage.label,
            is_open=is_open,
            reason=reason,
            last_moment=decision.last_moment,
            tariff_label=stage.tariff.label if stage.tariff else stage.label,
            price=mine.line.price if mine else price.amount,
            price_reasons=price.reasons,
            tariff_id=price.tariff_id,
            price_facts=price.facts,
            rated_later=price.rated_later,
            place=PlaceState(mine.state) if mine else None,
            can_cancel=can_cancel,
            is_full=is_full,
            is_past=self.now >= start,
            has_room=place is None and not opening.closed_reason and remaining != 0,
            remaining=remaining,
            group_id=group,
            on_waiting_list=waiting.listed,
            offer_until=waiting.offer_until,
            position=(slot.position, stage.position),
            slot_code=slot.code,
        )
        if not mine:
            cell = _late_cell(cell, self.late.price(stage.pk, opening.date))
        home = self.custodies.home(self.child.pk, opening.date)
        if home in {None, self.child.household_id}:
            return cell
        return replace(cell, is_open=False, can_cancel=False, is_full=False, reason=str(OTHER_HOME))

    def _cancellation(self, place: Place, start: datetime) -> Decision:
        if place.state == PlaceState.HELD:
            return Decision(
                False, None, _("Dans votre panier : retirez la réservation du panier pour l’annuler")
            )
        decision = decide(
            self.cancel_rule,
            service_start=start,
            period=self.period.dates,
            now=self.now,
            calendar=self.calendar,
            tz=self.tz,
            verb=Verb.CANCEL,
        )
        if decision.open or self.now >= start or not self.period.cancel_help:
            return decision
        # The page ends the sentence itself.
        help_ = self.period.cancel_help.rstrip(".")
        return Decision(False, decision.last_moment, f"{decision.reason}. {help_}")


def _late_cell(cell: Cell, late: LatePrice | None) -> Cell:
    """The cell at its late price, if it has one; closed, or for the waiting list only, when the rule says so."""
    if late is None:
        return cell
    cell = replace(
        cell,
        price=late.amount,
        price_reasons=late.reasons,
        rated_later=False,  # what a late rule made of it is the last word
        asks_agent=late.access == Access.ASK,
    )
    if cell.is_open and late.access in {Access.CLOSED, Access.WAIT}:
        waits = late.access == Access.WAIT
        return replace(cell, is_open=False, is_full=waits, reason=str(LATE_WAITS if waits else LATE_CLOSED))
    return cell


def _stage_rule(stage: Stage) -> StageRule:
    return StageRule(
        key=str(stage.pk),
        label=stage.label,
        rule=RULE.validate_python(stage.cutoff),
        levels=frozenset(Level(level) for level in stage.levels),
    )
