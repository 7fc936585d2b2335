"""A planning as an agent acts on it: any day with a free place may be booked, whatever rule closes it to families."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from booking.enums import OfficePrice, PlaceState
from booking.models import Slot
from booking.queries.planning import Cell, Day, Planning

NO_ROOM = "Aucune place disponible ; ajoutez d’abord des places"
IN_BASKET = "Dans le panier de la famille : elle l’y paie ou l’en retire"


@dataclass(frozen=True, kw_only=True)
class OfficeCell:
    """One slot on one day. ``normal`` and ``late``: its first and its last stage for this child, often the same."""

    slot: Slot
    normal: Cell
    late: Cell
    booked: Cell | None = None
    is_open: bool = False  # to the family as well

    @property
    def opening_id(self) -> int:
        return self.normal.opening_id

    @property
    def date(self) -> date:
        return self.normal.date

    @property
    def label(self) -> str:
        return self.booked.label if self.booked else self.slot.label

    @property
    def can_book(self) -> bool:
        return self.normal.has_room

    @property
    def can_cancel(self) -> bool:
        return self.booked is not None and self.booked.place != PlaceState.HELD

    @property
    def obstacle(self) -> str:
        """Why not even an agent can act, one sentence without stop; "" when one can."""
        if self.booked:
            return "" if self.can_cancel else IN_BASKET
        if self.can_book:
            return ""
        return NO_ROOM if self.normal.remaining == 0 else self.normal.reason

    @property
    def passed_over(self) -> str:
        """The rule that an agent who books passes over, "" when the family could book as well."""
        return "" if self.is_open or not self.can_book else self.late.reason

    def stage(self, price: OfficePrice) -> Cell:
        return self.late if price == OfficePrice.LATE else self.normal

    def price(self, price: OfficePrice) -> Decimal:
        return Decimal(0) if price == OfficePrice.FREE else self.stage(price).price


@dataclass(kw_only=True)
class OfficePlanning:
    """``slots``: its columns, in the order of the cells of a day."""

    planning: Planning
    slots: Sequence[Slot]
    stages: dict[int, list[int]]  # slot → ranks of its stages among the planning's columns
    for_child: frozenset[int]  # ids of the stages for the child's level

    def cells_of(self, day: Day) -> list[OfficeCell | None]:
        """One a slot; None: this slot is not open that day."""
        if day.note:
            return [None] * len(self.slots)
        return [self._cell(slot, [day.cells[rank] for rank in self.stages[slot.pk]]) for slot in self.slots]

    def cell(self, opening_id: int) -> OfficeCell | None:
        day = self.planning.day_of.get(opening_id)
        cells = self.cells_of(day) if day else ()
        return next((cell for cell in cells if cell and cell.opening_id == opening_id), None)

    def _cell(self, slot: Slot, cells: Sequence[Cell | None]) -> OfficeCell | None:
        present = [cell for cell in cells if cell]
        if not present:
            return None
        meant = [cell for cell in present if cell.stage_id in self.for_child] or present
        return OfficeCell(
            slot=slot,
            normal=meant[0],
            late=meant[-1],
            booked=next((cell for cell in present if cell.place is not None), None),
            is_open=any(cell.is_open for cell in present),
        )


def office_planning(planning: Planning) -> OfficePlanning:
    """One query more than the planning itself."""
    stages: dict[int, list[int]] = {}
    for rank, column in enumerate(planning.columns):
        stages.setdefault(column.slot_id, []).append(rank)
    slots = Slot.objects.in_bulk(stages)
    return OfficePlanning(
        planning=planning,
        slots=[slots[pk] for pk in stages],
        stages=stages,
        for_child=frozenset(int(rule.key) for rule in planning.stage_rules),
    )
