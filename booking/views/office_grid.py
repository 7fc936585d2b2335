"""The planning in the agent's hands: one column a slot, every day with a free place may be ticked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from booking.enums import PlaceState
from booking.queries.office_planning import OfficeCell, OfficePlanning
from booking.queries.planning import Day
from booking.views.grid import ABSENT, Grid, GridCell, GridColumn, GridDay, GridWeek
from booking.views.windows import Window, shows_weeks, week_key
from core import words
from core.money import cents, format_euros


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Opening ids: to book, and to give back."""

    wishes: Collection[int]
    cancellations: Collection[int]

    def outside(self, office: OfficePlanning, window: Window) -> "Chosen":
        """What the page of ``window`` does not show."""
        day_of = office.planning.day_of

        def elsewhere(openings: Collection[int]) -> list[int]:
            known = (opening for opening in openings if opening in day_of)
            return sorted(one for one in known if not window.first <= day_of[one].date <= window.last)

        return Chosen(wishes=elsewhere(self.wishes), cancellations=elsewhere(self.cancellations))

    def normal_cents(self, office: OfficePlanning) -> int:
        """What these bookings would cost at their normal price."""
        cells = filter(None, (office.cell(opening) for opening in self.wishes))
        return cents(sum((cell.normal.price for cell in cells), Decimal(0)))

    @property
    def summary(self) -> str:
        parts = []
        if self.wishes or not self.cancellations:
            parts.append(words.plural(len(self.wishes), "présence") if self.wishes else "Aucun jour coché")
        if self.cancellations:
            parts.append(words.plural(len(self.cancellations), "annulation"))
        return " · ".join(parts)


def pick_days(
    office: OfficePlanning,
    chosen: Chosen,
    *,
    slot_id: int,
    weekdays: Collection[int],
    dates: tuple[date, date],
    tick: bool,
) -> Chosen:
    """Tick, or untick, one slot on these weekdays (ISO numbers) between two dates, wherever an agent can."""
    wishes, cancellations = set(chosen.wishes), set(chosen.cancellations)
    first, last = dates
    for day in office.planning.days:
        if day.date.isoweekday() not in weekdays or not first <= day.date <= last:
            continue
        for cell in office.cells_of(day):
            if cell is None or cell.slot.pk != slot_id:
                continue
            if cell.can_cancel:
                (cancellations.discard if tick else cancellations.add)(cell.opening_id)
            elif tick and cell.can_book:
                wishes.add(cell.opening_id)
            elif not tick:
                wishes.discard(cell.opening_id)
    return Chosen(wishes=wishes, cancellations=cancellations)


def office_grid(office: OfficePlanning, window: Window, chosen: Chosen, *, today: date) -> Grid:
    """In the shape of components/grid.html."""
    shown = window.days_of(office.planning)
    by_week = shows_weeks([office.planning])
    scope = "les jours affichés" if window.is_whole_year else "la page affichée"
    grid = Grid(columns=_columns(office, shown), shown=f"Uniquement sur {scope}")
    month = ""
    for _, days in groupby(shown, key=lambda day: (week_key(day.date), day.date.month)):
        week = list(days)
        title = words.month_title(week[0].date) if window.is_whole_year else ""
        cells = [_day(office, day, chosen, grid, today, by_week=by_week) for day in week]
        grid.weeks.append(
            GridWeek(
                title=f"Semaine {week[0].date.isocalendar().week}",
                deadline_text=_passed_over(office, week),
                days=cells,
                month=title if title != month else "",
                past=week[-1].date < today
                and not any(cell.kind == "checked" for day in cells for cell in day.cells),
            )
        )
        month = title
    return grid


def _passed_over(office: OfficePlanning, week: Sequence[Day]) -> str:
    """What the head of a week says when the family could book none of its free days."""
    free = [cell for day in week for cell in office.cells_of(day) if cell and cell.can_book]
    return "Fermé à la famille" if free and all(cell.passed_over for cell in free) else ""


def _columns(office: OfficePlanning, shown: list[Day]) -> list[GridColumn]:
    prices: dict[int, set] = {}
    for cell in (cell for day in shown for cell in office.cells_of(day) if cell):
        prices.setdefault(cell.slot.pk, set()).add(cell.normal.price)
    return [
        GridColumn(
            key=str(slot.pk),
            label=slot.label,
            hours=slot.hours,
            price_label=format_euros(*known) if len(known) == 1 else "",
            price_said=known == {0},
        )
        for slot in office.slots
        for known in [prices.get(slot.pk, set())]
    ]


def _day(
    office: OfficePlanning, day: Day, chosen: Chosen, grid: Grid, today: date, *, by_week: bool
) -> GridDay:
    return GridDay(
        date=day.date,
        label=words.day_label(day.date),
        id=f"d{day.date:%y%m%d}",
        note=day.note,
        cells=[] if day.note else [_cell(cell, chosen, grid) for cell in office.cells_of(day)],
        today=day.date == today,
        month=words.month_label(day.date) if by_week else "",
    )


def _cell(cell: OfficeCell | None, chosen: Chosen, grid: Grid) -> GridCell:
    if cell is None:
        return ABSENT
    value = f"{cell.opening_id}.{cell.slot.pk}"
    if cell.booked:
        kind = "confirmed" if cell.booked.place == PlaceState.CONFIRMED else "pending"
        if not cell.can_cancel:
            return GridCell(kind=kind, reason=f"{cell.obstacle}.")
        grid.cancellable.append(cell.opening_id)
        kept = cell.opening_id not in chosen.cancellations
        return GridCell(
            kind=kind if kept else "cancelling",
            value=value,
            describedby=_sentence(grid, f"Pour la famille{words.NBSP}: {cell.booked.reason}."),
            checked=kept,
        )
    if not cell.can_book:
        kind = "full" if cell.normal.remaining == 0 else "closed"
        return GridCell(kind=kind, reason=f"{cell.obstacle}.")
    ticked = cell.opening_id in chosen.wishes
    rule = (
        f"Fermé à la famille{words.NBSP}: {cell.passed_over}." if cell.passed_over else "Ouvert à la famille."
    )
    return GridCell(
        kind="checked" if ticked else "free", value=value, describedby=_sentence(grid, rule), checked=ticked
    )


def _sentence(grid: Grid, text: str) -> str:
    return grid.deadlines.setdefault(text, f"e{len(grid.deadlines)}")
