"""Tables as spreadsheets open them: a workbook (.xlsx) of one sheet; and those that people send, workbooks or CSV."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import islice
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from django.utils import timezone
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.workbook.child import INVALID_TITLE_REGEX
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from core.errors import DomainError
from core.words import NBSP

_NAME_LENGTH = 31
_BOLD = Font(bold=True)

MAX_ROWS = 20_000
MAX_COLUMNS = 80
_MAX_UNPACKED = 200 * 1024 * 1024  # bytes of a workbook once unzipped
_ZIP, _OLD_EXCEL, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"


class TableError(DomainError):
    """A file that cannot be read as a table: the sentence says why, and what to do."""

    code = "table"


@dataclass(frozen=True, kw_only=True)
class Table:
    """Text cells. ``numbers``: the line of the file, counted from 1, of each row."""

    headings: list[str]
    rows: list[list[str]]
    numbers: list[int]


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


def read_table(content: bytes) -> Table:
    """The first sheet of a workbook, or a CSV file whatever its separator; blank lines are left out.

    The first line that holds something names the columns. Dates read « 31/12/2026 ». Raises TableError.
    """
    if content.startswith(_OLD_EXCEL):
        raise TableError(
            "C’est un ancien fichier Excel (.xls)\u00a0: enregistrez-le au format .xlsx, ou en CSV."
        )
    lines = _workbook_lines(content) if content.startswith(_ZIP) else _csv_lines(content)
    filled = [(number, line) for number, line in enumerate(islice(lines, MAX_ROWS + 2), start=1) if any(line)]
    if len(filled) < 2:
        raise TableError(
            "Ce fichier est vide\u00a0: il faut une ligne de titres, puis une ligne par personne."
        )
    if len(filled) > MAX_ROWS + 1:
        raise TableError(f"Ce fichier dépasse {MAX_ROWS} lignes\u00a0: coupez-le en plusieurs.")
    headings = filled[0][1]
    width = max(rank for rank, heading in enumerate(headings, start=1) if heading)
    rows = [(line + [""] * width)[:width] for _, line in filled[1:]]
    return Table(headings=headings[:width], rows=rows, numbers=[number for number, _ in filled[1:]])


def _csv_lines(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text or content.startswith(_PDF):
        raise TableError(
            f"Ce fichier n’est ni un classeur .xlsx ni un fichier CSV{NBSP}: exportez-le de nouveau."
        )
    first = text.partition("\n")[0]
    separator = max(";\t,", key=first.count)
    try:
        for line in csv.reader(StringIO(text, newline=""), delimiter=separator):
            yield [cell.strip() for cell in line[:MAX_COLUMNS]]
    except csv.Error as error:  # a cell of more than 131,072 characters: a quote that nothing closes
        raise TableError(
            f"Ce fichier CSV est mal fermé{NBSP}: un guillemet ouvert ne se referme pas. Exportez-le de nouveau."
        ) from error


def _workbook_lines(content: bytes) -> Iterator[list[str]]:
    try:
        unpacked = sum(part.file_size for part in ZipFile(BytesIO(content)).infolist())
        if unpacked > _MAX_UNPACKED:
            raise TableError("Ce classeur est trop gros\u00a0: gardez la seule feuille à importer.")
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        for line in book.worksheets[0].iter_rows(max_col=MAX_COLUMNS, values_only=True):
            yield [_text_of(cell) for cell in line]
    except (BadZipFile, ParseError, LookupError, ValueError, OSError) as error:
        raise TableError("Ce classeur est abîmé\u00a0: enregistrez-le de nouveau au format .xlsx.") from error


def _text_of(cell: object) -> str:
    match cell:
        case None:
            return ""
        case datetime() | date():
            return f"{cell:%d/%m/%Y}"
        case float() if cell.is_integer():
            return str(int(cell))
        case float():
            return str(round(cell, 6)).replace(".", ",")
        case bool():
            return "oui" if cell else "non"
    return str(cell).strip()
