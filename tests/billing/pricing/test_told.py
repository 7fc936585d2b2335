"""The reasons of prices, kept in French, are said to families in their language."""

from datetime import date

import pytest

from billing.pricing.quote import PricingLine, quote
from core.languages import speaking
from core.retold import retold
from tests.billing.pricing.corpus import facts_of, tariffs

DAY = date(2025, 1, 6)

# Words of the towns themselves, which stay as they wrote them.
OWN = {"Après l’étude", "Autre", "Cinq demi-journées", "Cinq journées", "Demi-séance", "Séance"}


def reasons() -> set[str]:
    """Every reason of the published examples."""
    return {
        reason
        for tariff in tariffs()
        for example in tariff.examples
        for line in quote(
            tariff.versions,
            facts=facts_of(example),
            lines=[PricingLine(key="unit", label=tariff.name, day=example.get("day", DAY))],
            on=example.get("day", DAY),
        ).lines
        for reason in line.reasons
    }


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_reason_of_the_published_prices_is_translated(language):
    kept = reasons()
    with speaking(language):
        assert {reason for reason in kept if retold(reason) == reason} <= OWN


def test_the_parts_of_a_reason_are_said_too():
    reason = "Quotient familial 2000 × 0,105 %, ramené au plafond de 1,50 €, divisé par 4 : 0,38 €"
    with speaking("en"):
        told = retold(reason.replace(" %", "\u00a0%").replace(" €", "\u00a0€").replace(" :", "\u00a0:"))
        assert (
            told == "Family quotient 2000 × 0,105%, brought down to the maximum of €1.50, divided by 4: €0.38"
        )
        assert retold("Cris dans la cour") == "Cris dans la cour"  # what a person wrote
    assert retold("Tarif hors commune") == "Tarif hors commune"
