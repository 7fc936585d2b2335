"""The planning as a page shows it: one month, one week or the whole year of columns, weeks, days and cells.

The shape is the one of components/grid.html; ``Selection`` is what the family has ticked so far.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from booking.enums import PlaceState, PlanningView
from booking.models import BookingDraft
from booking.queries.planning import Cell, Day, Planning
from booking.services.drafts import draft_wishes
from core import words
from core.money import cents, format_euros

WHOLE_YEAR = "annee"


@dataclass(frozen=True, kw_only=True)
class Window:
    """The days of one page. ``key`` names it in the address; ``before`` and ``after`` are its neighbours."""

    key: str
    title: str
    days: Sequence[Day]
    before: "Window | None" = None
    after: "Window | None" = None

    @property
    def first(self) -> date:
        return self.days[0].date

    @property
    def last(self) -> date:
        return self.days[-1].date


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """What is ticked on the pages that are not shown: the browser adds to it what it sees being ticked."""

    asked: int
    cents: int
    cancelled: int


@dataclass(frozen=True, kw_only=True)
class Selection:
    """A draft read against the planning of this moment. ``refused``: ticked before, impossible now, with the reason."""

    wishes: dict[int, int]
    cancellations: frozenset[int]
    additions: Sequence[Cell]
    given_back: Sequence[Cell]
    refused: Sequence[tuple[int, str]]

    @property
    def total(self) -> Decimal:
        return sum((cell.price for cell in self.additions), Decimal(0))

    @property
    def summary(self) -> str:
        """« 8 présences · 26,40 € · 1 annulation »."""
        parts = []
        if self.additions or not self.given_back:
            parts.append(
                words.plural(len(self.additions), "présence") if self.additions else "Aucun jour coché"
            )
        if self.total:
            parts.append(format_euros(self.total))
        if self.given_back:
            parts.append(words.plural(len(self.given_back), "annulation"))
        return " · ".join(parts)

    def elsewhere(self, first: date, last: date) -> Elsewhere:
        """What is outside the page that shows ``first`` to ``last``."""
        asked = [cell for cell in self.additions if not first <= cell.date <= last]
        return Elsewhere(
            asked=len(asked),
            cents=cents(sum((cell.price for cell in asked), Decimal(0))),
            cancelled=sum(not first <= cell.date <= last for cell in self.given_back),
        )

    def deadline(self, planning: Planning) -> datetime | None:
        """Until when all that is ticked can be validated; for an empty selection, the next deadline."""
        chosen = [cell.last_moment for cell in self.additions if cell.last_moment]
        return min(chosen, default=planning.next_deadline)


def read_selection(planning: Planning, draft: BookingDraft | None) -> Selection:
    wishes = draft_wishes(draft) if draft else {}
    cancellations = frozenset(draft.cancellations if draft else ())
    additions, refused = [], []
    for opening, stage in wishes.items():
        cell = planning.cell(opening, stage)
        if cell is not None and cell.is_open:
            additions.append(cell)
        elif cell is None:
            refused.append((opening, "Une case cochée n’existe plus : le planning a changé."))
        else:
            refused.append(
                (opening, f"{words.short_date(cell.date)}, {cell.label}{words.NBSP}: {cell.reason}.")
            )
    given_back = []
    for opening in sorted(cancellations):
        cell = planning.booked_cell(opening)
        if cell is not None and cell.can_cancel:
            given_back.append(cell)
        elif cell is None:
            refused.append((opening, "Une présence à annuler l’est déjà."))
        else:
            refused.append(
                (opening, f"{words.short_date(cell.date)}, {cell.label}{words.NBSP}: {cell.reason}.")
            )
    return Selection(
        wishes=wishes,
        cancellations=cancellations,
        additions=sorted(additions, key=Cell.order),
        given_back=given_back,
        refused=refused,
    )


def window_for(planning: Planning, key: str, *, today: date) -> Window | None:
    """The page ``key``; any other text gives the first page where something can be booked. None: no open day."""
    if not planning.days:
        return None
    if key == WHOLE_YEAR:
        return Window(key=key, title="Toute l’année", days=planning.days)
    pages = _pages(planning)
    index = next((n for n, page in enumerate(pages) if page.key == key), None)
    if index is None:
        index = _first_useful(pages, today)
    page = pages[index]
    return Window(
        key=page.key,
        title=page.title,
        days=page.days,
        before=pages[index - 1] if index else None,
        after=pages[index + 1] if index + 1 < len(pages) else None,
    )


def _pages(planning: Planning) -> list[Window]:
    by_week = planning.period.view == PlanningView.WEEK
    page_of: Callable[[date], tuple[str, str]] = _week_page if by_week else _month_page
    return [
        Window(key=key, title=title, days=list(days))
        for (key, title), days in groupby(planning.days, key=lambda day: page_of(day.date))
    ]


def _month_page(day: date) -> tuple[str, str]:
    return f"{day:%Y-%m}", words.month_title(day)


def _week_page(day: date) -> tuple[str, str]:
    year, week, _ = day.isocalendar()
    return f"{year}-S{week:02d}", f"Semaine n°{week}"


def _first_useful(pages: Sequence[Window], today: date) -> int:
    coming = [n for n, page in enumerate(pages) if page.last >= today]
    for n in coming:
        if any(cell and cell.is_open for day in pages[n].days for cell in day.cells):
            return n
    return coming[0] if coming else len(pages) - 1


# --- What components/grid.html reads ------------------------------------------------------------------


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


@dataclass(frozen=True, kw_only=True)
class GridDay:
    date: date
    label: str
    id: str
    note: str
    cells: Sequence[GridCell]
    today: bool


@dataclass(frozen=True, kw_only=True)
class GridWeek:
    title: str
    deadline_text: str
    days: Sequence[GridDay]
    month: str = ""


@dataclass(kw_only=True)
class Grid:
    """``deadlines``: element ids by sentence, for the cells whose deadline is not their week’s."""

    columns: Sequence[GridColumn]
    shown: str
    weeks: list[GridWeek] = field(default_factory=list)
    deadlines: dict[str, str] = field(default_factory=dict)
    cancellable: list[int] = field(default_factory=list)


ABSENT = GridCell(kind="absent")


def build_grid(planning: Planning, window: Window, selection: Selection, *, today: date) -> Grid:
    return _Builder(planning, window, selection, today).grid


class _Builder:
    def __init__(self, planning: Planning, window: Window, selection: Selection, today: date) -> None:
        self.planning, self.selection, self.today = planning, selection, today
        self.several_months = window.key == WHOLE_YEAR
        self.grid = Grid(columns=list(self._columns(window)), shown=self._shown())
        month = ""
        for _, days in groupby(window.days, key=lambda day: _week_page(day.date)[0] + self._month_of(day)):
            week = list(days)
            title = words.month_title(week[0].date) if self.several_months else ""
            self.grid.weeks.append(self._week(week, title if title != month else ""))
            month = title

    def _shown(self) -> str:
        if self.several_months:
            return "Uniquement sur les jours affichés"
        by_week = self.planning.period.view == PlanningView.WEEK
        return f"Uniquement sur {'la semaine affichée' if by_week else 'le mois affiché'}"

    def _month_of(self, day: Day) -> str:
        """On the page of the year a week is cut where the month changes."""
        return f"{day.date:%Y-%m}" if self.several_months else ""

    def _columns(self, window: Window) -> Iterable[GridColumn]:
        prices: dict[int, set[Decimal]] = {}
        for cell in filter(None, (cell for day in window.days for cell in day.cells)):
            prices.setdefault(cell.stage_id, set()).add(cell.price)
        for column in self.planning.columns:
            known = prices.get(column.stage_id, set())
            label = format_euros(*known) if len(known) == 1 else ""
            # « REPAS ENFANT 3.30 » already says it; what is free needs no price.
            said = (
                known == {Decimal(0)}
                or label.removesuffix(f"{words.NBSP}€").replace(",", ".") in column.label
            )
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
        return GridWeek(
            title=f"Semaine {number}",
            deadline_text=f"À réserver jusqu’au {words.moment(common)}" if common else "",
            days=[self._day(day, common) for day in days],
            month=month,
        )

    def _day(self, day: Day, common: datetime | None) -> GridDay:
        return GridDay(
            date=day.date,
            label=words.day_label(day.date),
            id=f"d{day.date:%m%d}",
            note=day.note,
            cells=[self._cell(cell, common) for cell in day.cells],
            today=day.date == self.today,
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
            )
        kind = "full" if cell.is_full else "past" if cell.is_past else "closed"
        return GridCell(kind=kind, reason=f"{cell.reason}.")

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
        return self._sentence(f"À réserver jusqu’au {words.moment(cell.last_moment)}.")

    def _sentence(self, text: str) -> str:
        return self.grid.deadlines.setdefault(text, f"e{len(self.grid.deadlines)}")
