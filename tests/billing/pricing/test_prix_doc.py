"""The tables of docs/algorithms/prix.md are true."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from billing.pricing.quote import PricingLine, TariffVersion, quote
from billing.pricing.rules import TARIFF_RULE, Flat, PricingFacts
from core.money import format_euros
from tests.billing.pricing.corpus import towns

DOC = Path(__file__).parents[3] / "docs" / "algorithms" / "prix.md"


def plain(text):
    return text.replace("\u00a0", " ")


def table(title):
    """The rows of the first table under the heading `title`."""
    section = plain(DOC.read_text(encoding="utf-8")).split(f"## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:]]
    assert rows
    return rows


def price_of(rule, quotient, resident):
    tariff = TARIFF_RULE.validate_python(json.loads(rule.strip("`")))
    facts = PricingFacts(quotient=Decimal(quotient) if quotient else None, resident=resident == "oui")
    return tariff.price(facts)


@pytest.mark.parametrize(("case", "rule", "quotient", "resident", "price"), table("Prix d’une unité"))
def test_unit_prices(case, rule, quotient, resident, price):
    unit = price_of(rule, quotient, resident)
    assert plain(format_euros(unit.amount)) == price
    assert unit.reasons


@pytest.mark.parametrize(("quantity", "price", "total"), table("Totaux"))
def test_totals(quantity, price, total):
    amount = price.removesuffix(" €").replace(",", ".")
    version = TariffVersion(date(2022, 9, 1), Flat(type="flat", amount=amount))
    lines = [PricingLine(key=n, label="Repas") for n in range(int(quantity))]
    result = quote([version], facts=PricingFacts(), lines=lines, on=date(2022, 9, 1))
    assert plain(format_euros(result.total)) == total


@pytest.mark.parametrize(("rule", "quotient", "resident", "reasons"), table("Phrases"))
def test_reasons(rule, quotient, resident, reasons):
    assert plain(" / ".join(price_of(rule, quotient, resident).reasons)) == reasons


def test_what_is_not_expressed_is_said():
    section = (
        DOC.read_text(encoding="utf-8")
        .split("## Ce qui n’est pas exprimé\n")[1]
        .split("`TF_cross_service`")[0]
    )
    said = set(re.findall(r"TF_\w+", section))
    expressed = {tag for town in towns() for tag in town["tags"]}
    assert said == {"TF_no_retro", "TF_min_days_per_week", "TF_mandatory_meal"}
    assert not said & expressed
    assert len(expressed | said) == 54
