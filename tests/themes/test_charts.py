"""The drawing of a chart and its table tell the same numbers."""

import re
from decimal import Decimal

import pytest
from django.template import engines

from themes.charts import Chart, Point


def chart(*values, of=None, euros=False) -> Chart:
    points = [Point(label=f"Jour {rank}", value=value, of=of) for rank, value in enumerate(values)]
    return Chart(
        title="Titre", head="Jour", measure="Repas", of="Places" if of else "", points=points, euros=euros
    )


def html(name: str, drawn: Chart) -> str:
    return (
        engines["django"].from_string("{% load portail %}{% " + name + " chart %}").render({"chart": drawn})
    )


@pytest.mark.parametrize(
    ("highest", "top"), [(0, 2), (1, 2), (3, 4), (10, 10), (11, 20), (61, 80), (100, 100), (101, 200)]
)
def test_the_scale_is_round_and_holds_the_highest_column(highest, top):
    assert chart(0, highest).top == top


def test_a_column_is_as_high_as_its_value_and_its_whole_stands_behind():
    half, full, owed = chart(5, 10, Decimal(-3), of=10).columns
    assert float(full.height) == 2 * float(half.height) == float(half.of_height)
    assert owed.height == "0.0"
    assert owed.said == "Jour 2\u00a0: -3 sur 10"


def test_the_table_says_each_value_and_numbers_of_the_drawing_keep_their_point():
    page = html("chart_columns", chart(Decimal("1234.5"), euros=True))
    assert re.findall(r'<td class="num">([^<]*)</td>', page) == ["1\u202f234,50\u00a0€"]
    assert re.findall(r'<rect class="chart-bar" x="([\d.]+)"', page) == ["86.5"]
    assert "Rien à montrer" in html("chart_columns", chart(0, 0))
    assert "Rien à montrer" in html("chart_rows", chart())


def test_a_chart_by_rows_measures_against_the_longest():
    page = html("chart_rows", chart(5, 20, of=20))
    assert re.findall(r'chart-bar" width="([\d.]+)"', page) == ["25.0", "100.0"]
