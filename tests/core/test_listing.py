"""Lists of the office, as a page and as a file."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO

import pytest
from django.http import QueryDict

from core.views.listing import exported


class Rows:
    """A query of three rows, that knows whether it was read."""

    def __init__(self) -> None:
        self.was_read = False

    def __iter__(self) -> Iterator[int]:
        self.was_read = True
        return iter((1, 2, 3))


def export(query: str, rows: Rows):
    return exported(QueryDict(query), name="liste", columns=["N°"], rows=rows, cells=lambda row: [row])


def test_a_page_does_not_read_the_rows_of_a_file_nobody_asked_for():
    rows = Rows()
    assert export("page=2&format=pdf", rows) is None
    assert not rows.was_read


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_has_every_row(kind):
    rows = Rows()
    answer = export(f"format={kind}", rows)
    assert answer["Content-Disposition"] == f'attachment; filename="liste.{kind}"'
    assert rows.was_read


def test_a_csv_has_its_columns_then_its_rows():
    assert export("format=csv", Rows()).content.decode() == "\ufeffN°\r\n1\r\n2\r\n3\r\n"


def test_a_cell_that_a_spreadsheet_would_obey_is_text_and_what_is_owed_to_a_family_stays_a_number():
    cells = [Decimal("-12.5"), "=HYPERLINK(1)", "-2+3", "@SOMME", "\n=1"]
    answer = exported(QueryDict("format=csv"), name="liste", columns=["=1", *"abcd"], rows=[cells])
    lines = list(csv.reader(StringIO(answer.content.decode().removeprefix("\ufeff")), delimiter=";"))
    assert lines == [["'=1", *"abcd"], ["-12,50", "'=HYPERLINK(1)", "'-2+3", "'@SOMME", "'\n=1"]]
