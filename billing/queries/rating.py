"""The units whose price is known only when their week, month… is closed, and what they then cost."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from billing.models import Campaign, Charge
from billing.pricing.frozen import thaw
from billing.pricing.period import PeriodLine, rate_period, year_start
from billing.pricing.quote import QuoteLine, TariffVersion
from billing.pricing.shape import Settled
from billing.queries.charges import is_credit
from billing.queries.prices import PriceList, load_prices
from billing.recorded import recorded_facts
from core.money import ZERO

# What the campaign must look at to count a span that it closes; the others wait for the day only, or for a real cost.
_WHOLE_YEAR = {Settled.AFTER_THE_PERIOD, Settled.AFTER_THE_YEAR}


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One thing owed by a household. ``rows``: its charges that stand, the first of all being ``first``."""

    first: Charge
    rows: Sequence[Charge]

    @property
    def owed(self) -> Decimal:
        return sum((row.amount for row in self.rows), ZERO)

    @property
    def is_invoiced(self) -> bool:
        return all(hasattr(row, "invoice_line") for row in self.rows)


@dataclass(frozen=True, kw_only=True)
class Rated:
    unit: Unit
    price: Decimal
    reasons: tuple[str, ...]


def next_households(campaign: Campaign, count: int) -> list[int]:
    """Those that follow the last one rated, among all that have such units in the days of the campaign."""
    units = _charges(campaign).filter(
        rated_later=True, service_date__gte=campaign.first_date, household__gt=campaign.rated_until
    )
    homes = units.order_by("household").values_list("household", flat=True).distinct()
    return list(homes[:count])


def rate(campaign: Campaign, households: Collection[int]) -> list[Rated]:
    """The units of these households in the spans that the campaign reaches, each at the price it has in them."""
    charges = list(
        _charges(campaign)
        .filter(household__in=households, service_date__gte=year_start(campaign.first_date))
        .select_related("invoice_line", "corrects")
        .order_by("pk")
    )
    prices = load_prices({charge.tariff_id for charge in charges if charge.tariff_id})
    by_account: dict[tuple[int, int], list[Unit]] = defaultdict(list)
    for unit in _units(charges):
        if unit.first.tariff_id:
            by_account[unit.first.household_id, unit.first.tariff_id].append(unit)
    recorded = recorded_facts([unit.first for units in by_account.values() for unit in units])
    return [
        rated
        for (_, tariff), units in by_account.items()
        for rated in _rate(prices, tariff, units, campaign, recorded)
    ]


def _charges(campaign: Campaign) -> QuerySet[Charge]:
    return Charge.objects.filter(
        regie=campaign.regie_id,
        voided_at__isnull=True,
        tariff__isnull=False,
        service_date__lte=campaign.last_date,
    )


def _units(charges: Iterable[Charge]) -> Iterator[Unit]:
    """Those that still count: what was given back does not."""
    together: dict[int, list[Charge]] = defaultdict(list)
    for charge in charges:
        together[charge.corrects_id or charge.pk].append(charge)
    for rows in together.values():
        if any(row.rated_later for row in rows) and not any(map(is_credit, rows)):
            yield Unit(first=rows[0].corrects or rows[0], rows=rows)


def _rate(
    prices: PriceList,
    tariff: int,
    units: Sequence[Unit],
    campaign: Campaign,
    recorded: Mapping[str, Mapping[str, Any]],
) -> Iterator[Rated]:
    versions = prices.versions(tariff)
    start = _span_start(versions, campaign.first_date)
    counted = {unit.first.pk: unit for unit in units if unit.first.service_date >= start}
    lines = [_line(unit.first, recorded.get(unit.first.source, {})) for unit in counted.values()]
    for line in rate_period(versions, lines=lines).lines:
        unit = counted[_key(line)]
        if not campaign.groups or unit.first.group_label in campaign.groups:
            yield Rated(unit=unit, price=unit.first.part_of(line.unit_price), reasons=line.reasons)


def _key(line: QuoteLine) -> int:
    assert isinstance(line.key, int)
    return line.key


def _line(charge: Charge, recorded: Mapping[str, Any]) -> PeriodLine:
    return PeriodLine(
        key=charge.pk,
        child=str(charge.child_id),
        label=charge.label,
        day=charge.service_date,
        facts=replace(thaw(charge.facts), **recorded),
        period=charge.group_label,
    )


def _span_start(versions: Sequence[TariffVersion], first: date) -> date:
    """The first day of the longest span that some version counts, at the first day of the campaign."""
    settled = max((version.rule.settled for version in versions), default=Settled.AT_BOOKING)
    if settled in _WHOLE_YEAR:
        return year_start(first)
    return min(first.replace(day=1), first - timedelta(days=first.weekday()))
