"""Prices by volume at the moment of booking: what a request adds to what the family has booked already.

It is an estimate, and says so: a campaign rates the days again once their week, month… is closed.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from billing.pricing.frozen import thaw
from billing.pricing.period import PeriodLine, rate_period, year_start
from billing.pricing.quote import QuoteLine
from billing.queries.prices import PriceList
from booking.enums import LIVE
from booking.models import ReservationLine

if TYPE_CHECKING:
    from booking.queries.planning import Cell, Planning


def price_by_volume(planning: "Planning", prices: PriceList, cells: "Sequence[Cell]") -> "list[Cell]":
    """The cells of one request, those of such a price at what each one adds. One query, none without such a price."""
    asked = [cell for cell in cells if cell.rated_later and cell.place is None]
    if not asked:
        return list(cells)
    booked = _booked(planning, asked)
    found: dict[object, QuoteLine] = {}
    for tariff in {cell.tariff_id for cell in asked}:
        assert tariff is not None  # without a tariff a price is final
        lines = [_wanted(planning, cell) for cell in asked if cell.tariff_id == tariff]
        earlier = [_held(line) for line in booked if line.tariff_id == tariff]
        for line in rate_period(prices.versions(tariff), lines=lines, earlier=earlier).lines:
            found[line.key] = line
    return [_priced(cell, found.get(_key(cell))) for cell in cells]


def _booked(planning: "Planning", asked: "Sequence[Cell]") -> list[ReservationLine]:
    """The household's lines at the same tariffs, from the school year of the first day on."""
    lines = ReservationLine.objects.filter(
        rated_later=True,
        tariff__in={cell.tariff_id for cell in asked},
        reservation__household=planning.child.household_id,
        place__state__in=LIVE,
        opening__date__gte=year_start(min(cell.date for cell in asked)),
    )
    return list(lines.select_related("opening", "reservation"))


def _wanted(planning: "Planning", cell: "Cell") -> PeriodLine:
    return PeriodLine(
        key=_key(cell),
        child=str(planning.child.pk),
        label=cell.tariff_label,
        day=cell.date,
        facts=cell.price_facts,
        period=str(planning.period.pk),
        turn=1,
    )


def _held(line: ReservationLine) -> PeriodLine:
    return PeriodLine(
        key=("line", line.pk),
        child=str(line.reservation.child_id),
        label=line.tariff_label,
        day=line.opening.date,
        facts=thaw(line.price_facts),
        period=str(line.reservation.period_id),
    )


def _key(cell: "Cell") -> tuple[int, int]:
    return cell.opening_id, cell.stage_id


def _priced(cell: "Cell", line: QuoteLine | None) -> "Cell":
    if line is None:
        return cell
    notice = cell.price_reasons[-1]  # announces an estimate: billing.queries.prices
    return replace(cell, price=line.unit_price, price_reasons=(*line.reasons, notice))
