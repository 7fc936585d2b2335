"""A draft read against the planning of this moment: what it asks for, gives back, and cannot have any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from booking.models import BookingDraft
from booking.queries.planning import Cell, Planning
from booking.services.drafts import draft_wishes
from core import words
from core.money import cents, format_euros


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


def summary_of(selections: Sequence[Selection]) -> str:
    """« 8 présences · 26,40 € · 1 annulation »."""
    asked = sum(len(selection.additions) for selection in selections)
    cancelled = sum(len(selection.given_back) for selection in selections)
    total = sum((selection.total for selection in selections), Decimal(0))
    parts = []
    if asked or not cancelled:
        parts.append(words.counted(asked, "présence", "présences") if asked else _("Aucun jour coché"))
    if total:
        parts.append(format_euros(total))
    if cancelled:
        parts.append(words.counted(cancelled, "annulation", "annulations"))
    return " · ".join(parts)


def elsewhere_of(selections: Sequence[Selection], shown: tuple[date, date]) -> Elsewhere:
    """What is outside the page that shows the days from the first to the last of ``shown``."""
    first, last = shown
    hidden = [
        cell for selection in selections for cell in selection.additions if not first <= cell.date <= last
    ]
    return Elsewhere(
        asked=len(hidden),
        cents=cents(sum((cell.price for cell in hidden), Decimal(0))),
        cancelled=sum(
            not first <= cell.date <= last for selection in selections for cell in selection.given_back
        ),
    )


def deadline_of(plannings: Sequence[Planning], selections: Sequence[Selection]) -> datetime | None:
    """Until when all that is ticked can be validated; for an empty selection, the next deadline."""
    asked = [cell for selection in selections for cell in selection.additions]
    if asked:
        return min((cell.last_moment for cell in asked if cell.last_moment), default=None)
    return min(filter(None, (planning.next_deadline for planning in plannings)), default=None)


def read_selection(planning: Planning, draft: BookingDraft | None) -> Selection:
    wishes = draft_wishes(draft) if draft else {}
    cancellations = frozenset(draft.cancellations if draft else ())
    additions, refused = [], []
    for opening, stage in wishes.items():
        cell = planning.cell(opening, stage)
        if cell is not None and cell.is_open:
            additions.append(cell)
        elif cell is None:
            refused.append((opening, _("Une case cochée n’existe plus : le planning a changé.")))
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
            refused.append((opening, _("Une présence à annuler l’est déjà.")))
        else:
            refused.append(
                (opening, f"{words.short_date(cell.date)}, {cell.label}{words.NBSP}: {cell.reason}.")
            )
    return Selection(
        wishes=wishes,
        cancellations=cancellations,
        additions=sorted(planning.priced_together(additions), key=Cell.order),
        given_back=given_back,
        refused=refused,
    )
