"""A family's wishes, checked against the town's rules and priced as one request."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from booking.enums import BookingMode, PaymentMode
from booking.errors import FullError, NothingAskedError, RequestRefusedError
from booking.models import Period
from booking.queries.planning import Cell, Planning, load_planning
from booking.queries.week import week_problems
from core.custody import own_part
from core.models import Child
from core.words import short_date


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What the recap shows and what confirmation will do."""

    planning: Planning
    additions: tuple[Cell, ...]
    cancellations: tuple[Cell, ...]

    @property
    def total(self) -> Decimal:
        return sum((cell.price for cell in self.additions), Decimal(0))

    @property
    def has_price(self) -> bool:
        """It costs something, or may when the price is known for good."""
        return self.total > 0 or any(cell.rated_later for cell in self.additions)

    @cached_property
    def own_part(self) -> Decimal | None:
        """What the household that asks will be invoiced of the total, euros; None when all of it is its own, as
        always when it pays as it books."""
        child, custodies = self.planning.child, self.planning.custodies
        if self.planning.period.payment == PaymentMode.PREPAID:
            return None
        own = sum(
            (
                own_part(
                    cell.price,
                    custodies.parts(child.pk, cell.date, household_id=child.household_id),
                    household_id=child.household_id,
                )
                for cell in self.additions
            ),
            Decimal(0),
        )
        return None if own == self.total else own

    @property
    def is_shared(self) -> bool:
        """Another household pays a part of these days, unless this one pays as it books."""
        child, custodies = self.planning.child, self.planning.custodies
        return any(
            part.household_id != child.household_id
            for cell in self.additions
            if cell.price
            for part in custodies.parts(child.pk, cell.date, household_id=child.household_id)
        )

    @cached_property
    def waiting(self) -> frozenset[int]:
        """Openings that an agent decides on: all of them in a period of requests, those that a late rule leaves to an
        agent in the others. A basket holds whole requests: one such day makes the whole of it wait. A place offered
        from the waiting list is decided already."""
        period = self.planning.period
        undecided = [cell for cell in self.additions if not cell.offer_until]
        asked = frozenset(cell.opening_id for cell in undecided)
        late = frozenset(cell.opening_id for cell in undecided if cell.asks_agent)
        if period.mode == BookingMode.REQUEST or (late and period.payment == PaymentMode.PREPAID):
            return asked
        return late

    @property
    def is_prepaid(self) -> bool:
        """Goes to the basket at once; what an agent decides goes there once it is accepted."""
        return self.planning.period.payment == PaymentMode.PREPAID and self.total > 0 and not self.waiting

    @property
    def late_waiting(self) -> tuple[Cell, ...]:
        """The days that wait for an agent only because they are late."""
        instant = self.planning.period.mode == BookingMode.INSTANT
        return tuple(cell for cell in self.additions if instant and cell.asks_agent)

    @property
    def late_words(self) -> str:
        """« ven. 10/03/2023 (Matin), lun. 13/03/2023 (Matin) »."""
        return ", ".join(f"{short_date(cell.date)} ({cell.label})" for cell in self.late_waiting)


def check_demand(
    *, child: Child, period: Period, wishes: Mapping[int, int], cancellations: Collection[int], now: datetime
) -> Demand:
    """Check wishes (opening id → stage id) and cancellations (opening ids) against the town's rules at ``now``.

    Raises NothingAskedError, NotAllowedError (this child may not book this period) or RequestRefusedError.
    """
    if not wishes and not cancellations:
        raise NothingAskedError
    asked = {*wishes, *cancellations}
    # A week's rules look at the other days of the week, or at the whole period.
    planning = load_planning(child=child, period=period, now=now, only=None if period.week else asked)
    planning.require_bookable()
    added, refused = _wished(planning, wishes)
    cancelled: list[Cell] = []
    for opening_id in cancellations:
        cell = planning.booked_cell(opening_id)
        if cell is None:
            raise RequestRefusedError([_("Une des présences à annuler l’est déjà.")])
        (cancelled if cell.can_cancel else refused).append(cell)
    if refused and all(cell.is_full for cell in refused):
        raise FullError([cell.date for cell in refused])
    if refused:
        raise RequestRefusedError(
            [f"{short_date(cell.date)}, {cell.label} : {cell.reason}" for cell in refused]
        )
    if problems := week_problems(planning, additions=added, cancellations=cancelled):
        raise RequestRefusedError(problems)
    return Demand(
        planning=planning,
        additions=tuple(sorted(added, key=Cell.order)),
        cancellations=tuple(sorted(cancelled, key=Cell.order)),
    )


def _wished(planning: Planning, wishes: Mapping[int, int]) -> tuple[list[Cell], list[Cell]]:
    """What may be had, priced as a whole, and what may not."""
    cells = [planning.cell(opening_id, stage_id) for opening_id, stage_id in wishes.items()]
    if None in cells:
        raise RequestRefusedError([_("Le planning a changé : vérifiez vos choix et recommencez.")])
    found = planning.priced_together(cell for cell in cells if cell is not None)
    return [cell for cell in found if cell.is_open], [cell for cell in found if not cell.is_open]
