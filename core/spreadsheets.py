"""Tables as spreadsheets open them: a workbook (.xlsx) of one sheet."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.workbook.child import INVALID_TITLE_REGEX
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

_NAME_LENGTH = 31
_BOLD = Font(bold=True)


def workbook(*, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook of one sheet. Numbers and dates stay what they are; anything else is text, never a formula.

    Moments lose their time zone, which spreadsheets don't know: they are written in the current one.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(INVALID_TITLE_REGEX.sub(" ", name).strip("'")[:_NAME_LENGTH])
    sheet.freeze_panes = "A2"
    sheet.append(_cells(sheet, columns, font=_BOLD))
    for row in rows:
        sheet.append(_cells(sheet, row))
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _cells(
    sheet: WriteOnlyWorksheet, values: Sequence[object], *, font: Font | None = None
) -> Iterator[WriteOnlyCell]:
    for value in values:
        cell = WriteOnlyCell(sheet, _plain(value))
        if cell.data_type == "f":
            cell.data_type = "s"
        if font:
            cell.font = font
        yield cell


def _plain(value: object) -> object:
    match value:
        case bool():
            return str(value)
        case datetime() if timezone.is_aware(value):
            return timezone.make_naive(value)
        case None | int() | float() | Decimal() | date() | time():
            return value
    return ILLEGAL_CHARACTERS_RE.sub("", str(value))
