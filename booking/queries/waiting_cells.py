"""What the rules say of a day for a child that waits for a place, whatever the places."""

from booking.models import Opening
from booking.queries.planning import Cell, Planning
from core.words import NBSP


def bookable_cell(planning: Planning, opening: Opening) -> Cell | None:
    """The first column in which the child could book this day if there were a place: rules allow it now."""
    day = planning.day_of.get(opening.pk)
    if day is None or planning.obstacles:
        return None
    cells = (cell for cell in day.cells if cell and cell.opening_id == opening.pk)
    return next((cell for cell in cells if cell.is_open or cell.is_full), None)


def why_not(planning: Planning, opening: Opening) -> str:
    """Why the child cannot book this day whatever the places, in French, one sentence without stop."""
    if planning.obstacles:
        return f"{NBSP}; ".join(planning.obstacles)
    day = planning.day_of.get(opening.pk)
    cells = [cell for cell in day.cells if cell and cell.opening_id == opening.pk] if day else []
    return cells[-1].reason if cells else "Ce jour n’est plus ouvert"
