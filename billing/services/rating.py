"""Prices that wait for the end of a week, a month…: rated again when a campaign invoices their days.

What no invoice carries yet is replaced at its final price. What was invoiced is left, and one line for each child and
month makes up the difference.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from billing.models import Campaign
from billing.queries.rating import Rated, next_households, rate
from billing.services.corrections import Owed, set_owed
from core.money import ZERO, format_euros
from core.words import NBSP, plural

BATCH = 100


def rate_next(*, campaign: Campaign, now: datetime) -> bool:
    """Rate some more households. False when none is left. The campaign is locked, and saved, by the caller."""
    households = next_households(campaign, BATCH)
    if not households:
        return False
    rated = rate(campaign, households)
    open_units = [one for one in rated if not one.unit.is_invoiced]
    wanted = [*map(_final, open_units), *_differences(one for one in rated if one.unit.is_invoiced)]
    set_owed([one for one in wanted if one is not None], now=now)
    campaign.rated_until = households[-1]
    return True


def _final(one: Rated) -> Owed | None:
    before = one.unit.owed
    if one.price == before:
        return None
    return Owed(
        charge=one.unit.first,
        amount=one.price,
        reason=_sentence(one.price, before),
        why=one.reasons,
        rated=True,
    )


def _differences(invoiced: Iterable[Rated]) -> Iterator[Owed]:
    """One correction for a child, a tariff and a month, on their last day: days that only changed places balance."""
    together: dict[tuple[object, ...], list[Rated]] = defaultdict(list)
    for one in invoiced:
        first = one.unit.first
        month = (first.service_date.year, first.service_date.month)
        together[first.household_id, first.child_id, first.tariff_id, month].append(one)
    for group in together.values():
        price, before = _sum(one.price for one in group), _sum(one.unit.owed for one in group)
        if price != before:
            last = max(group, key=lambda one: (one.unit.first.service_date, one.unit.first.pk))
            yield Owed(
                charge=last.unit.first,
                amount=last.unit.owed + price - before,
                reason=_sentence(price, before, days=len(group)),
                why=last.reasons,
                rated=True,
            )


def _sentence(price: Decimal, before: Decimal, *, days: int = 1) -> str:
    what = "Prix définitif" if days == 1 else f"Prix définitif de {plural(days, 'jour')} du mois"
    return f"{what}{NBSP}: {format_euros(price)} au lieu de {format_euros(before)}"


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
