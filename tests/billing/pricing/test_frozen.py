"""The facts of a price can be kept as JSON and read again, all of them."""

import json
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from billing.pricing.facts import Meal, PricingFacts, Public, Regularity, Scheme, Tie
from billing.pricing.facts_words import frozen_in_words
from billing.pricing.frozen import freeze, thaw
from core.levels import Level

money = st.none() | st.decimals(0, 5000, places=2)
facts = st.builds(
    PricingFacts,
    quotient=money,
    own_quotient=money,
    yearly_income=money,
    cost=money,
    scheme=st.none() | st.sampled_from(Scheme),
    resident=st.booleans(),
    ties=st.frozensets(st.sampled_from(Tie)),
    sibling_rank=st.integers(1, 5),
    registered=st.integers(1, 5),
    children=st.integers(1, 5),
    level=st.none() | st.sampled_from(Level),
    age=st.none() | st.integers(0, 17),
    public=st.sampled_from(Public),
    regularity=st.none() | st.sampled_from(Regularity),
    meal=st.sampled_from(Meal),
    formula=st.none() | st.just("étude"),
    site=st.none() | st.just("centre"),
    options=st.frozensets(st.sampled_from(["goûter", "car"])),
    minutes=st.none() | st.integers(0, 600),
    late_minutes=st.integers(0, 60),
)


@settings(derandomize=True, max_examples=80, deadline=None)
@given(facts)
def test_what_is_kept_is_what_was_known(known):
    assert thaw(json.loads(json.dumps(freeze(known)))) == known


def test_only_what_is_known_is_kept():
    assert freeze(PricingFacts()) == {}
    assert freeze(PricingFacts(quotient=Decimal("642.5"), resident=True)) == {
        "quotient": "642.5",
        "resident": True,
    }


def test_kept_facts_are_told_in_words():
    told = dict(frozen_in_words({"quotient": "642", "resident": True, "sibling_rank": 2, "registered": 3}))
    assert told["Quotient familial"] == "642"
    assert told["Rang dans la fratrie"] == "2 sur 3"
    assert frozen_in_words({}) == []
