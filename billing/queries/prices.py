"""The prices of a set of tariffs, loaded once and asked many times."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from billing.models import TariffVersion as StoredVersion
from billing.pricing.facts import Tie
from billing.pricing.quote import TariffVersion, version_on
from billing.pricing.rules import TARIFF_RULE, PricingFacts, Shape
from core.levels import Level
from core.models import Child


def pricing_facts(child: Child) -> PricingFacts:
    """What is known of a child and its household that a price may depend on."""
    household = child.household
    return PricingFacts(
        resident=household.is_resident,
        ties=frozenset({Tie(household.tie)} if household.tie and not household.is_resident else ()),
        level=Level(child.level) if child.level else None,
    )


class PriceList:
    def __init__(self, versions: dict[int, list[TariffVersion]]) -> None:
        self._versions = versions

    def price(self, tariff_id: int | None, child: Child, on: date) -> tuple[Decimal, tuple[str, ...]]:
        """Euros and reasons for one unit on a day. Without a tariff nothing is due.

        Raises NoTariffError before the first version (the commune file refuses such a town).
        """
        if tariff_id is None:
            return Decimal(0), ()
        unit = self.rule(tariff_id, on).price(pricing_facts(child))
        return unit.amount, unit.reasons

    def rule(self, tariff_id: int, on: date) -> Shape:
        """The price rule in force on a day. Raises NoTariffError before the first version."""
        return version_on(self._versions.get(tariff_id, ()), on).rule


def load_prices(tariff_ids: Collection[int]) -> PriceList:
    versions: dict[int, list[TariffVersion]] = {}
    for stored in StoredVersion.objects.filter(tariff__in=tariff_ids).order_by("valid_from"):
        rule = TARIFF_RULE.validate_python(stored.rule)
        versions.setdefault(stored.tariff_id, []).append(TariffVersion(stored.valid_from, rule))
    return PriceList(versions)
