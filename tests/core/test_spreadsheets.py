from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from warnings import catch_warnings
from zipfile import ZipFile

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from core.spreadsheets import TableError, read_table, workbook


def sheet_of(**table):
    return load_workbook(BytesIO(workbook(**table))).active


def test_a_workbook_holds_text_and_numbers_but_no_formula():
    rows = [("=1+1\x00 & é", Decimal("3.20")), (None, True)]
    sheet = sheet_of(name="Été", columns=("a<b", "n"), rows=rows)
    assert list(sheet.values) == [("a<b", "n"), ("=1+1 & é", 3.2), (None, "True")]
    assert sheet["A2"].data_type == "s"
    assert (sheet["A1"].font.bold, sheet.freeze_panes) == (True, "A2")


def test_a_broken_file_is_said_and_an_old_one_read():
    assert read_table(b"nom;age\rJade;9\r").rows == [["Jade", "9"]]
    broken = BytesIO(workbook(name="a", columns=("n",), rows=[("x",)]))
    with ZipFile(broken, "a") as book, catch_warnings(action="ignore"):
        book.writestr("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row")
    for content in (b'nom;age\n"' + b"x" * 200_000, broken.getvalue()):
        with pytest.raises(TableError):
            read_table(content)


def test_a_name_too_long_or_forbidden_is_made_fit():
    assert (
        sheet_of(name="A/B: [l’été] & ‹so on› " * 3, columns=("a",), rows=[]).title
        == "A B   l’été  & ‹so on› A B   l’"
    )


def test_moments_are_told_in_the_clock_of_the_town():
    with timezone.override("Indian/Reunion"):
        sheet = sheet_of(
            name="a", columns=("a",), rows=[(datetime(2026, 9, 1, 22, tzinfo=UTC),), (date(2026, 9, 1),)]
        )
    assert [row[0] for row in sheet.values][1:] == [datetime(2026, 9, 2, 2), datetime(2026, 9, 1)]
