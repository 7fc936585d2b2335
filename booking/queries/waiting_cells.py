"""What the rules say of a day for a child that waits for a place, whatever the places."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from booking.enums import OfficePrice
from booking.models import Opening, WaitingEntry
from booking.queries.office_planning import office_planning
from booking.queries.planning import Cell, Planning
from core.words import NBSP
from tenants.context import town_timezone


def bookable_cell(planning: Planning, opening: Opening) -> Cell | None:
    """The first column in which the child could book this day if there were a place: rules allow it now."""
    return next((cell for cell in _cells(planning, opening) if _is_allowed(cell)), None)


def offered_cell(planning: Planning, entry: WaitingEntry) -> Cell | None:
    """The column and the price at which this child may have the day now: by the rules, or as the office decided past
    them; None when it may not. ``entry`` needs its opening."""
    if not entry.office_price:
        return bookable_cell(planning, entry.opening)
    cell = office_planning(planning).cell(entry.opening_id)
    if cell is None or cell.booked or cell.normal.is_past:
        return None
    price = OfficePrice(entry.office_price)
    return replace(cell.stage(price), price=cell.price(price))


def last_answer(planning: Planning, entry: WaitingEntry) -> datetime | None:
    """Until when an offer may stand at most: while the rules let the day be booked, or until it begins when the office
    decided past them; None: no limit is known. ``entry`` needs its opening and its slot."""
    if not entry.office_price:
        return last_moment(planning, entry.opening)
    opening = entry.opening
    return datetime.combine(opening.date, opening.slot.starts, tzinfo=town_timezone())


def last_moment(planning: Planning, opening: Opening) -> datetime | None:
    """The end of the last column in which the child could book this day; None: no limit is known."""
    moments = [cell.last_moment for cell in _cells(planning, opening) if _is_allowed(cell)]
    known = [moment for moment in moments if moment]
    return max(known) if known and len(known) == len(moments) else None


def why_not(planning: Planning, opening: Opening) -> str:
    """Why the child cannot book this day whatever the places, in French, one sentence without stop."""
    if planning.obstacles:
        return f"{NBSP}; ".join(planning.obstacles)
    cells = _cells(planning, opening)
    if any(cell.place for cell in cells):
        return _("ce jour est déjà réservé")
    return cells[-1].reason if cells else _("ce jour n’est plus ouvert")


def _cells(planning: Planning, opening: Opening) -> list[Cell]:
    day = planning.day_of.get(opening.pk)
    if day is None or planning.obstacles:
        return []
    return [cell for cell in day.cells if cell and cell.opening_id == opening.pk]


def _is_allowed(cell: Cell) -> bool:
    return cell.is_open or cell.is_full
