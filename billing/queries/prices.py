"""The prices of a set of tariffs, loaded once and asked many times."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.models import TariffVersion as StoredVersion
from billing.pricing.facts import NO_FACTS
from billing.pricing.quote import TariffVersion, version_on
from billing.pricing.rules import TARIFF_RULE, Flat, PricingFacts, Shape
from billing.pricing.shape import Settled
from billing.queries.facts import FamilyFacts
from core.languages import in_french
from core.models import Child
from core.money import ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Euros for one unit on a day, why, and the facts that made it. ``rated_later``: an estimate, as its last reason
    says; a campaign rates it again once it is known."""

    amount: Decimal
    reasons: tuple[str, ...]
    tariff_id: int | None
    facts: PricingFacts
    rated_later: bool


FREE = Price(amount=ZERO, reasons=(), tariff_id=None, facts=NO_FACTS, rated_later=False)


class PriceList:
    def __init__(self, versions: dict[int, list[TariffVersion]], families: FamilyFacts) -> None:
        self._versions = versions
        self._families = families
        self._known: dict[tuple[int, date, PricingFacts | None], Price] = {}

    def price(self, tariff_id: int | None, child: Child, on: date) -> Price:
        """What one unit costs on a day. Without a tariff nothing is due.

        Raises NoTariffError before the first version (the commune file refuses such a town).
        """
        if tariff_id is None:
            return FREE
        version = version_on(self._versions.get(tariff_id, ()), on)
        # One price for all depends on nothing: most towns' plannings then read no family.
        facts = None if isinstance(version.rule, Flat) else self.facts(child, on)
        key = tariff_id, version.valid_from, facts
        if key not in self._known:  # the same facts make the same price, all the days of a year
            self._known[key] = _price(tariff_id, version.rule, facts or NO_FACTS)
        return self._known[key]

    def rule(self, tariff_id: int, on: date) -> Shape:
        """The price rule in force on a day. Raises NoTariffError before the first version."""
        return version_on(self._versions.get(tariff_id, ()), on).rule

    def versions(self, tariff_id: int) -> list[TariffVersion]:
        """Of one tariff, the oldest first."""
        return self._versions.get(tariff_id, [])

    def notices(self, *, until: date) -> list[str]:
        """What is to be said of the prices that hold before a day and are estimates, the soonest known first."""
        known = {
            version.rule.settled
            for versions in self._versions.values()
            for version in versions
            if version.valid_from <= until
        }
        return [settled.notice for settled in sorted(known) if settled.notice]

    def facts(self, child: Child, on: date) -> PricingFacts:
        """What a price of that day may depend on."""
        return self._families.of(child, on)


def _price(tariff_id: int, rule: Shape, facts: PricingFacts) -> Price:
    with in_french():  # the reasons are kept with the price; core.retold says them to who reads
        unit, notice = rule.price(facts), rule.settled.notice
    return Price(
        amount=unit.amount,
        reasons=(*unit.reasons, notice) if notice else unit.reasons,
        tariff_id=tariff_id,
        facts=facts,
        rated_later=rule.settled is not Settled.AT_BOOKING,
    )


def load_prices(tariff_ids: Collection[int], *, households: Collection[int] = ()) -> PriceList:
    """One query, and two more for all the families: those of ``households``, or each one when it is first asked for."""
    versions: dict[int, list[TariffVersion]] = {}
    for stored in StoredVersion.objects.filter(tariff__in=tariff_ids).order_by("valid_from"):
        rule = TARIFF_RULE.validate_python(stored.rule)
        versions.setdefault(stored.tariff_id, []).append(TariffVersion(stored.valid_from, rule))
    return PriceList(versions, FamilyFacts(households))
