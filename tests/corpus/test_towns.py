"""Every published rule that we express gives what the town's own text says."""

from decimal import Decimal
from typing import Any

import pytest

from tests.corpus.engines import ENGINES, euros
from tests.corpus.reading import expressed

RULES = [
    pytest.param(rule, id=f"{town.slug}-{rank}-{rule['about']}")
    for town in expressed().values()
    for rank, rule in enumerate(town.rules, 1)
]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_gives_what_the_town_says(rule: dict[str, Any]) -> None:
    read, run, say = ENGINES[rule["about"]]
    value = read(rule["rule"])
    assert say(value)
    examples = rule.get("examples", [])
    assert examples or run is None
    for example in examples:
        found = run(value, example)
        wanted = {key: example[key] for key in found if key in example}
        assert wanted, f"{example} n’attend rien"
        assert {key: found[key] for key in wanted} == {key: _comparable(item) for key, item in wanted.items()}


def _comparable(item: Any) -> Any:
    """Amounts as the engines give them; the rest as written."""
    if isinstance(item, int | float) and not isinstance(item, bool):
        return euros(item)
    if isinstance(item, list):
        return [_comparable(one) for one in item]
    return item


def test_amounts_are_compared_to_the_cent() -> None:
    assert _comparable([3.75, "fermé"]) == [Decimal("3.75"), "fermé"]
