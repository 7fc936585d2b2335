"""Closing a period: parts add up, and nothing depends on the order of the lines."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from billing.pricing.facts import PricingFacts
from billing.pricing.period import HouseholdAid, PeriodLine, estimate, rate_period
from billing.pricing.quote import TariffVersion
from billing.pricing.rules import TARIFF_RULE
from core.money import ZERO
from tests.billing.pricing.corpus import tariffs

fast = settings(derandomize=True, max_examples=60, deadline=None)

CHILDREN = ("Ana", "Léo", "Max", "Zoé")
amounts = st.decimals(0, 50, places=2)
days = st.dates(date(2024, 9, 2), date(2025, 7, 4))
presences = st.lists(st.tuples(st.sampled_from(CHILDREN), days), max_size=20, unique=True)


def since_2020(rule):
    return [TariffVersion(date(2020, 1, 1), TARIFF_RULE.validate_python(rule))]


def flat(amount):
    return {"type": "flat", "amount": amount}


def lines_for(pairs, **facts):
    return [
        PeriodLine(
            key=pair,
            child=pair[0],
            label="Accueil",
            day=pair[1],
            facts=PricingFacts(sibling_rank=CHILDREN.index(pair[0]) + 1, **facts),
        )
        for pair in pairs
    ]


@fast
@given(st.sampled_from(tariffs()), presences, st.randoms(use_true_random=False), amounts)
def test_prices_do_not_depend_on_the_order_of_the_lines(tariff, pairs, random, granted):
    lines = lines_for(pairs, quotient=Decimal(800), resident=True)
    aids = [HouseholdAid(payer="CCAS", per_unit=Decimal(2), left=granted)]
    shuffled = random.sample(lines, len(lines))
    one = rate_period(tariff.versions, lines=lines, aids=aids)
    other = rate_period(tariff.versions, lines=shuffled, aids=aids)
    assert [line.key for line in other.lines] == [line.key for line in shuffled]
    assert {line.key: line for line in one.lines} == {line.key: line for line in other.lines}
    assert one.total == other.total == sum((line.amount for line in one.lines), ZERO)


@fast
@given(st.lists(amounts, min_size=1, max_size=4), presences)
def test_the_price_of_a_family_day_is_the_sum_of_its_parts(totals, pairs):
    totals = sorted(totals)
    result = rate_period(
        since_2020({"type": "steps", "per": "family_day", "totals": totals}), lines=lines_for(pairs)
    )
    for day in {day for _, day in pairs}:
        present = sum(1 for pair in pairs if pair[1] == day)
        due = sum(line.amount for line in result.lines if line.day == day)
        assert due == totals[min(present, len(totals)) - 1]


@fast
@given(st.lists(amounts, min_size=1, max_size=4), amounts, st.integers(1, 12))
def test_steps_add_up_to_the_table(totals, further, count):
    totals = sorted(totals)
    rule = {"type": "steps", "per": "month", "totals": totals, "beyond": flat(further)}
    lines = lines_for([("Ana", date(2024, 10, 1) + timedelta(days=n)) for n in range(count)])
    over = max(0, count - len(totals))
    assert (
        rate_period(since_2020(rule), lines=lines).total
        == totals[min(count, len(totals)) - 1] + over * further
    )


@fast
@given(amounts, presences)
def test_a_forfait_is_due_once_for_each_child_and_month(amount, pairs):
    result = rate_period(
        since_2020({"type": "forfait", "per": "month", "base": flat(amount)}), lines=lines_for(pairs)
    )
    assert result.total == amount * len({(child, day.year, day.month) for child, day in pairs})


# A discount on a whole week looks back on days that the end of a month has already cut off.
CUT_BY_MONTHS = [
    tariff for tariff in tariffs() if "volume_discount" not in str(tariff.versions[-1].rule.model_dump())
]


@fast
@given(st.sampled_from(CUT_BY_MONTHS), presences)
def test_months_closed_one_by_one_add_up_to_the_year(tariff, pairs):
    lines = lines_for(pairs, quotient=Decimal(800), resident=True)
    cuts = [date(2024, 9, 1), *(date(2025, month, 1) for month in (1, 4, 8))]
    parts = [
        rate_period(
            tariff.versions,
            lines=[line for line in lines if start <= line.day < end],
            earlier=[line for line in lines if line.day < start],
        ).total
        for start, end in pairwise(cuts)
    ]
    assert sum(parts, ZERO) == rate_period(tariff.versions, lines=lines).total


@fast
@given(presences, amounts, amounts, amounts)
def test_an_aid_is_never_more_than_what_is_left_of_it(pairs, amount, per_unit, left):
    lines = lines_for(pairs)
    aid = HouseholdAid(payer="CAF", per_unit=per_unit, left=left)
    result = rate_period(since_2020(flat(amount)), lines=lines, aids=[aid])
    deducted = amount * len(lines) - result.total
    assert deducted == min(left, min(per_unit, amount) * len(lines))
    assert all(line.amount >= 0 for line in result.lines)


def test_two_aids_are_deducted_in_turn_and_said():
    aids = [
        HouseholdAid(payer="CAF", per_unit=Decimal(4), left=Decimal(6)),
        HouseholdAid(payer="CCAS", per_unit=Decimal(3), left=Decimal(100)),
    ]
    lines = lines_for([("Ana", date(2025, 3, 3)), ("Ana", date(2025, 3, 4))])
    first, second = rate_period(since_2020(flat(10)), lines=lines, aids=aids).lines
    assert (first.amount, second.amount) == (Decimal("3.00"), Decimal("5.00"))
    assert [reason.replace("\u00a0", " ") for reason in second.reasons] == [
        "Tarif unique : 10,00 €",
        "Aide CAF : −2,00 €, solde de l’aide 0,00 €",
        "Aide CCAS : −3,00 €, solde de l’aide 94,00 €",
    ]


def test_an_estimate_says_when_it_will_be_final():
    rule = {
        "type": "volume_discount",
        "per": "week",
        "base": flat(20),
        "steps": [{"start": 4, "percent": 10}],
    }
    booked = lines_for([("Ana", date(2024, 7, day)) for day in (8, 9, 10)])
    before = estimate(since_2020(rule), lines=booked)
    assert before.quote.total == 60
    assert before.notice == "Estimation\u00a0: le prix définitif sera connu à la fin de la semaine."
    came = [*booked, *lines_for([("Ana", date(2024, 7, 11))])]
    assert rate_period(since_2020(rule), lines=came).total == Decimal("72.00")


def test_further_days_only_may_be_cheaper():
    steps = [{"start": 4, "percent": 10}, {"start": 5, "percent": 20}]
    rule = {"type": "volume_discount", "per": "week", "base": flat(20), "steps": steps, "applies": "further"}
    came = lines_for([("Ana", date(2024, 7, day)) for day in (8, 9, 10, 11, 12)])
    assert [line.amount for line in rate_period(since_2020(rule), lines=came).lines] == [20, 20, 20, 18, 16]


def test_a_price_that_is_final_is_not_an_estimate():
    found = estimate(since_2020(flat(3)), lines=lines_for([("Ana", date(2025, 3, 3))]))
    assert (found.final, found.notice) == (True, "")
    assert estimate(since_2020(flat(3)), lines=[]).quote.total == 0
