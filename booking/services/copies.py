"""Ticking by copying: the days of a brother or sister, or the weekdays of the month or week before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.errors import NothingToCopyError
from booking.models import BookingDraft
from booking.queries.planning import Cell, Column, Day, Planning
from booking.services.drafts import draft_wishes, tick_more
from core.models import User
from core.words import NBSP, short_date

# By ISO weekday, from 1.
_WEEKDAYS = (
    gettext_lazy("les lundis"),
    gettext_lazy("les mardis"),
    gettext_lazy("les mercredis"),
    gettext_lazy("les jeudis"),
    gettext_lazy("les vendredis"),
    gettext_lazy("les samedis"),
    gettext_lazy("les dimanches"),
)


@dataclass(frozen=True, kw_only=True)
class Copied:
    """``ticked``: how many boxes are new. ``left_out``: what was not copied and why, without stop."""

    ticked: int
    left_out: Sequence[str]


def copy_to(
    *, source: Planning, wishes: Mapping[int, int], target: Planning, by: User, now: datetime
) -> Copied:
    """Tick for the child of ``target`` what is ticked (opening id → stage id) for the child of ``source``.

    The same column of the same period; in the period of another school, the column of the same hours. Raises
    NothingToCopyError when nothing is ticked.
    """
    columns = {column.stage_id: column for column in source.columns}
    cells = filter(None, (source.cell(opening, stage) for opening, stage in wishes.items()))
    wanted = [(cell.date, columns[cell.stage_id]) for cell in sorted(cells, key=Cell.order)]
    if not wanted:
        raise NothingToCopyError(
            _("Cochez d’abord des jours pour %(name)s.") % {"name": source.child.first_name}
        )
    return _tick(target, wanted, by, now)


def repeat_days(
    *,
    planning: Planning,
    draft: BookingDraft | None,
    source: tuple[date, date],
    target: tuple[date, date],
    by: User,
    now: datetime,
) -> Copied:
    """Tick between the dates of ``target`` the weekdays booked or ticked between those of ``source``.

    A weekday is repeated when it is taken on half of its open days at least. Raises NothingToCopyError when nothing is.
    """
    kept = _Kept(draft)
    there = _by_weekday(planning, source)
    usual, left_out = [], []
    for (column, weekday), cells in there.items():
        taken = sum(any(kept(cell) for cell in day) for day in cells)
        if 2 * taken >= len(cells):
            usual.append((column.slot_id, weekday))
        elif taken:
            text = ngettext(
                "%(label)s, %(weekdays)s : %(count)s jour sur %(total)s",
                "%(label)s, %(weekdays)s : %(count)s jours sur %(total)s",
                taken,
            )
            names = {"label": column.label, "weekdays": _WEEKDAYS[weekday - 1]}
            left_out.append(text % (names | {"count": taken, "total": len(cells)}))
    if not usual and not left_out:
        raise NothingToCopyError(_("Rien n’y est réservé ni coché."))
    wanted = [
        (cells[0].date, column)
        for (column, weekday), days in _by_weekday(planning, target).items()
        if (column.slot_id, weekday) in usual
        for cells in days
        if not any(kept(cell) for cell in cells)
    ]
    copied = _tick(planning, sorted(wanted, key=lambda one: one[0]), by, now)
    return Copied(ticked=copied.ticked, left_out=[*left_out, *copied.left_out])


class _Kept:
    """Whether a cell is booked and stays so, or is ticked."""

    def __init__(self, draft: BookingDraft | None) -> None:
        self.wishes = draft_wishes(draft) if draft else {}
        self.cancelled = set(draft.cancellations) if draft else set()

    def __call__(self, cell: Cell) -> bool:
        if cell.place is not None:
            return cell.opening_id not in self.cancelled
        return self.wishes.get(cell.opening_id) == cell.stage_id


def _by_weekday(planning: Planning, dates: tuple[date, date]) -> dict[tuple[Column, int], list[list[Cell]]]:
    """By slot (its first column) and ISO weekday: one list a day, of the cells of that slot."""
    slots = {column.slot_id: column for column in reversed(planning.columns)}
    found: dict[tuple[Column, int], list[list[Cell]]] = {}
    for day in (day for day in planning.days if dates[0] <= day.date <= dates[1]):
        for column in slots.values():
            if cells := list(_cells_like(planning, day, column)):
                found.setdefault((column, day.date.isoweekday()), []).append(cells)
    return found


def _tick(planning: Planning, wanted: Sequence[tuple[date, Column]], by: User, now: datetime) -> Copied:
    days = {day.date: day for day in planning.days}
    ticked: dict[int, int] = {}
    left_out = []
    for when, column in wanted:
        cell, why = _choose(planning, days.get(when), column)
        if cell is None:
            left_out.append(f"{short_date(when)}, {column.label}{NBSP}: {why}")
        else:
            ticked[cell.opening_id] = cell.stage_id
    count = tick_more(child=planning.child, period=planning.period, wishes=ticked, by=by, now=now)
    return Copied(ticked=count, left_out=left_out)


def _choose(planning: Planning, day: Day | None, column: Column) -> tuple[Cell | None, str]:
    """The open cell of that column or of its slot, or why there is none."""
    cells = list(_cells_like(planning, day, column)) if day else []
    if not cells:
        return None, (day.note if day else "") or _("rien d’ouvert ce jour-là")
    if any(cell.place is not None for cell in cells):
        return None, _("déjà réservé")
    # The same stage first: « REPAS ENFANT 3.30 » before « REPAS ENFANT 4.20 ».
    cells.sort(key=lambda cell: cell.label != column.label)
    still_open = next((cell for cell in cells if cell.is_open), None)
    return still_open, cells[0].reason


def _cells_like(planning: Planning, day: Day, column: Column) -> Iterator[Cell]:
    """The cells of the same slot or, when this planning is of another period, of the same hours."""
    here = any(own.slot_id == column.slot_id for own in planning.columns)
    for own, cell in zip(planning.columns, day.cells, strict=False):  # a closed day has no cell
        if cell and (own.slot_id == column.slot_id if here else own.hours == column.hours):
            yield cell
