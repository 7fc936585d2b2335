"""The prices that towns publish are those of their tariffs written as data."""

from datetime import date

import pytest

from billing.pricing.period import estimate, rate_period
from billing.pricing.quote import PricingLine, quote
from billing.pricing.rules import TARIFF_RULE
from tests.billing.pricing.corpus import facts_of, lines_of, tariffs, towns

EXAMPLES = [(tariff, example) for tariff in tariffs() for example in tariff.examples]
CLOSINGS = [(tariff, closing) for tariff in tariffs() for closing in tariff.closing]


@pytest.mark.parametrize(("tariff", "example"), EXAMPLES, ids=str)
def test_published_prices(tariff, example):
    day = example.get("day", date(2025, 1, 6))
    line = PricingLine(key="unit", label=tariff.name, day=day)
    (priced,) = quote(tariff.versions, facts=facts_of(example), lines=[line], on=day).lines
    assert priced.amount == example["price"], priced.reasons
    assert priced.reasons
    assert all(reason and not reason.endswith(".") for reason in priced.reasons)


@pytest.mark.parametrize(("tariff", "closing"), CLOSINGS, ids=str)
def test_closed_periods(tariff, closing):
    lines = lines_of(closing)
    result = rate_period(tariff.versions, lines=lines)
    assert [line.amount for line in result.lines] == closing["parts"]
    assert result.total == closing["total"]
    before = estimate(tariff.versions, lines=lines)
    assert before.quote == result
    assert before.final == (before.notice == "")


@pytest.mark.parametrize("tariff", tariffs(), ids=str)
def test_a_tariff_is_written_as_it_was_read(tariff):
    for version in tariff.versions:
        written = version.rule.model_dump(mode="json", exclude_unset=True)
        assert TARIFF_RULE.validate_python(written) == version.rule


def test_how_many_towns_and_figures():
    published = {tariff.town for tariff in tariffs() if tariff.figures != "supposés"}
    assert len(towns()) == 50
    assert len(published) == 37
    assert len({tariff.town for tariff in tariffs() if tariff.figures == "publiés"}) == 36
    assert {tariff.figures for tariff in tariffs()} == {"publiés", "bornes", "supposés"}
