"""The planning as a page shows it: one month, one week or the whole year of columns, weeks, days and cells.

The shape is the one of components/grid.html.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from booking.enums import BookingMode, PlaceState
from booking.queries.planning import Cell, Day, Planning
from booking.views.selection import Selection
from booking.views.windows import Window, shows_weeks, week_key
from core import words
from core.money import format_euros


@dataclass(frozen=True, kw_only=True)
class GridColumn:
    key: str
    label: str
    hours: str
    price_label: str
    price_said: bool


@dataclass(frozen=True, kw_only=True)
class GridCell:
    kind: str
    value: str = ""
    reason: str = ""
    describedby: str = ""
    checked: bool = False
    action: str = ""
    left: str = ""


@dataclass(frozen=True, kw_only=True)
class GridDay:
    date: date
    label: str
    id: str
    note: str
    cells: Sequence[GridCell]
    today: bool
    month: str = ""


@dataclass(frozen=True, kw_only=True)
class GridWeek:
    title: str
    deadline_text: str
    days: Sequence[GridDay]
    month: str = ""
    past: bool = False


@dataclass(kw_only=True)
class Grid:
    """``deadlines``: element ids by sentence, for the cells whose deadline is not their week’s. ``prefix`` keeps the
    names and ids of several grids of one page apart. ``by_request``: what is ticked is a question « ? », not yet a yes."""

    columns: Sequence[GridColumn]
    shown: str
    prefix: str = ""
    by_request: bool = False
    weeks: list[GridWeek] = field(default_factory=list)
    deadlines: dict[str, str] = field(default_factory=dict)
    cancellable: list[int] = field(default_factory=list)

    @property
    def past_weeks(self) -> int:
        """Weeks folded under « Jours passés »: none when nothing else would be left to see."""
        over = sum(week.past for week in self.weeks)
        return over if over < len(self.weeks) else 0


ABSENT = GridCell(kind="absent")
# A value of « aller »: « attente-12.3456 », the waiting list of an opening, for a child.
WAIT = re.compile(r"attente-(\d{1,9})\.(\d{1,9})")


def waiting_list_of(target: str) -> HttpResponse | None:
    """The way to the waiting list that a value of « aller » names, if it names one."""
    named = WAIT.fullmatch(target)
    return redirect("waiting_join", *map(int, named.groups())) if named else None


def build_grid(
    planning: Planning, window: Window, selection: Selection, *, today: date, prefix: str = ""
) -> Grid:
    return _Builder(planning, window, selection, today, prefix).grid


class _Builder:
    def __init__(
        self, planning: Planning, window: Window, selection: Selection, today: date, prefix: str
    ) -> None:
        self.planning, self.selection, self.today = planning, selection, today
        self.has_list = planning.period.has_waiting_list
        self.several_months, self.by_week = window.is_whole_year, shows_weeks([planning])
        shown = window.days_of(planning)
        self.grid = Grid(
            columns=list(self._columns(shown)),
            shown=self._shown(),
            prefix=prefix,
            by_request=planning.period.mode == BookingMode.REQUEST,
        )
        month = ""
        for _, days in groupby(shown, key=lambda day: week_key(day.date) + self._month_of(day)):
            week = list(days)
            title = words.month_title(week[0].date) if self.several_months else ""
            self.grid.weeks.append(self._week(week, title if title != month else ""))
            month = title

    def _shown(self) -> str:
        if self.several_months:
            return gettext("Uniquement sur les jours affichés")
        if self.by_week:
            return gettext("Uniquement sur la semaine affichée")
        return gettext("Uniquement sur le mois affiché")

    def _month_of(self, day: Day) -> str:
        """On the page of the year a week is cut where the month changes."""
        return f"{day.date:%Y-%m}" if self.several_months else ""

    def _columns(self, shown: Sequence[Day]) -> Iterable[GridColumn]:
        prices: dict[int, set[Decimal]] = {}
        for cell in filter(None, (cell for day in shown for cell in day.cells)):
            prices.setdefault(cell.stage_id, set()).add(cell.price)
        for column in self.planning.columns:
            known = prices.get(column.stage_id, set())
            label = format_euros(*known) if len(known) == 1 else ""
            # « REPAS ENFANT 3.30 » already says it; what is free needs no price.
            said = not label or known == {Decimal(0)} or f"{min(known):.2f}" in column.label
            yield GridColumn(
                key=str(column.stage_id),
                label=column.label,
                hours=column.hours,
                price_label=label,
                price_said=said,
            )

    def _week(self, days: Sequence[Day], month: str) -> GridWeek:
        moments = [
            cell.last_moment
            for day in days
            for cell in day.cells
            if cell and cell.is_open and cell.last_moment
        ]
        common = moments[0] if moments and len(set(moments)) == 1 else None
        number = days[0].date.isocalendar().week
        shown = [self._day(day, common) for day in days]
        return GridWeek(
            title=gettext("Semaine %(number)s") % {"number": number},
            deadline_text=gettext("À réserver jusqu’au %(moment)s") % {"moment": words.short_moment(common)}
            if common
            else "",
            days=shown,
            month=month,
            past=days[-1].date < self.today and not any(cell.value for day in shown for cell in day.cells),
        )

    def _day(self, day: Day, common: datetime | None) -> GridDay:
        return GridDay(
            date=day.date,
            label=words.day_label(day.date),
            id=f"{self.grid.prefix}d{day.date:%y%m%d}",
            note=day.note,
            cells=[self._cell(cell, common) for cell in day.cells],
            today=day.date == self.today,
            month=words.month_label(day.date) if self.by_week else "",
        )

    def _cell(self, cell: Cell | None, common: datetime | None) -> GridCell:
        if cell is None:
            return ABSENT
        if cell.place is not None:
            return self._booked(cell)
        if cell.is_open:
            ticked = self.selection.wishes.get(cell.opening_id) == cell.stage_id
            return GridCell(
                kind="checked" if ticked else "free",
                value=f"{cell.opening_id}.{cell.stage_id}",
                describedby=self._deadline(cell, common),
                checked=ticked,
                left=self._left(cell),
            )
        if cell.is_full and self.has_list:
            return self._waited(cell)
        kind = "full" if cell.is_full else "past" if cell.is_past else "closed"
        return GridCell(kind=kind, reason=f"{cell.reason}.")

    def _left(self, cell: Cell) -> str:
        """« 3 places », for the child’s group, where the town shows them."""
        if cell.remaining is None or not self.planning.period.shows_places:
            return ""
        return words.counted(cell.remaining, "place", "places")

    def _waited(self, cell: Cell) -> GridCell:
        """A full day that may be waited for: its cell leads to the waiting list."""
        if cell.on_waiting_list:
            text = gettext("%(reason)s : vous êtes sur la liste d’attente.")
        else:
            text = gettext("%(reason)s : rejoindre la liste d’attente.")
        reason = text % {"reason": cell.reason}
        return GridCell(
            kind="full", reason=reason, action=f"attente-{self.planning.child.pk}.{cell.opening_id}"
        )

    def _booked(self, cell: Cell) -> GridCell:
        kind = "confirmed" if cell.place == PlaceState.CONFIRMED else "pending"
        if not cell.can_cancel:
            return GridCell(kind=kind, reason=f"{cell.reason}.")
        self.grid.cancellable.append(cell.opening_id)
        kept = cell.opening_id not in self.selection.cancellations
        return GridCell(
            kind=kind if kept else "cancelling",
            value=f"{cell.opening_id}.{cell.stage_id}",
            describedby=self._sentence(f"{cell.reason}."),
            checked=kept,
        )

    def _deadline(self, cell: Cell, common: datetime | None) -> str:
        if cell.last_moment is None or cell.last_moment == common:
            return ""
        text = gettext("À réserver jusqu’au %(moment)s.")
        return self._sentence(text % {"moment": words.moment(cell.last_moment)})

    def _sentence(self, text: str) -> str:
        return self.grid.deadlines.setdefault(text, f"{self.grid.prefix}e{len(self.grid.deadlines)}")
