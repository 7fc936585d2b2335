"""The prices of a set of tariffs, loaded once and asked many times."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from billing.models import TariffVersion as StoredVersion
from billing.pricing.quote import TariffVersion, version_on
from billing.pricing.rules import TARIFF_RULE, Flat, PricingFacts, Shape
from billing.queries.facts import FamilyFacts
from core.models import Child


class PriceList:
    def __init__(self, versions: dict[int, list[TariffVersion]], families: FamilyFacts) -> None:
        self._versions = versions
        self._families = families

    def price(self, tariff_id: int | None, child: Child, on: date) -> tuple[Decimal, tuple[str, ...]]:
        """Euros and reasons for one unit on a day. Without a tariff nothing is due.

        The last reason announces an estimate, when the price is only known later.
        Raises NoTariffError before the first version (the commune file refuses such a town).
        """
        if tariff_id is None:
            return Decimal(0), ()
        rule = self.rule(tariff_id, on)
        # One price for all depends on nothing: most towns' plannings then read no family.
        facts = PricingFacts() if isinstance(rule, Flat) else self.facts(child, on)
        unit = rule.price(facts)
        notice = rule.settled.notice
        return unit.amount, (*unit.reasons, notice) if notice else unit.reasons

    def rule(self, tariff_id: int, on: date) -> Shape:
        """The price rule in force on a day. Raises NoTariffError before the first version."""
        return version_on(self._versions.get(tariff_id, ()), on).rule

    def facts(self, child: Child, on: date) -> PricingFacts:
        """What a price of that day may depend on."""
        return self._families.of(child, on)


def load_prices(tariff_ids: Collection[int], *, households: Collection[int] = ()) -> PriceList:
    """One query, and two more for all the families: those of ``households``, or each one when it is first asked for."""
    versions: dict[int, list[TariffVersion]] = {}
    for stored in StoredVersion.objects.filter(tariff__in=tariff_ids).order_by("valid_from"):
        rule = TARIFF_RULE.validate_python(stored.rule)
        versions.setdefault(stored.tariff_id, []).append(TariffVersion(stored.valid_from, rule))
    return PriceList(versions, FamilyFacts(households))
