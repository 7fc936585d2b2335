"""Nothing that a town publishes is left out in silence."""

from pathlib import Path

import pytest

from tests.corpus.coverage import NEITHER, covered_towns, page
from tests.corpus.reading import expressed, priced, published

DOC = Path(__file__).parents[2] / "docs" / "corpus.md"


def test_the_72_towns_are_there() -> None:
    assert len(published()) == 72
    assert set(expressed()) <= set(published())


@pytest.mark.parametrize("town", [name for name, town in published().items() if town.needs])
def test_each_published_rule_is_expressed_or_said_not_to_be(town: str) -> None:
    needs = published()[town].needs
    rules = expressed()[town]
    assert rules.covered | rules.not_covered == needs
    assert rules.covered & rules.not_covered == frozenset()


@pytest.mark.parametrize("town", expressed())
def test_a_gap_has_its_reason(town: str) -> None:
    for gap in expressed()[town].missing:
        assert gap["reason"].endswith(".")
        assert gap["shapes"]


def test_most_towns_are_expressed_whole() -> None:
    whole, part, silent = covered_towns()
    assert (len(whole), len(part), len(silent)) == (44, 5, 23)
    assert set(silent) - priced() == set(NEITHER)


def test_the_documentation_says_what_is_covered() -> None:
    assert DOC.read_text(encoding="utf-8").split("<!-- corpus -->\n")[1] == page()
