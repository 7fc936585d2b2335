"""Tables of the back office: searched, sorted and paged by their address, so that an address can be kept or sent."""

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, QueryDict
from django.utils import timezone

from core.forms.days import YEARS
from core.spreadsheets import workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SIZES = (5, 10, 25, 50, 100)
USUAL_SIZE = 25
SEARCH_LENGTH = 80
# A cell that a spreadsheet would take for a formula is written as text; a negative number is none.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"-?\d+(,\d+)?")


def searched(query: QueryDict) -> str:
    return query.get("q", "").strip()[:SEARCH_LENGTH]


def number_in(query: QueryDict, name: str) -> int | None:
    value = query.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 10 else None


def day_in(query: QueryDict, name: str) -> date | None:
    """A day of our times, so that pages may count weeks and years from it; None for anything else."""
    try:
        day = date.fromisoformat(query.get(name, ""))
    except ValueError:
        return None
    return day if day.year in YEARS else None


def ordered(
    rows: QuerySet, query: QueryDict, orders: Mapping[str, tuple[str, ...]], *, default: str
) -> QuerySet:
    """Sort by ``tri`` (a key of ``orders``, with « - » for descending); anything else is the default."""
    order = query.get("tri", default)
    if order.removeprefix("-") not in orders:
        order = default
    sign = "-" if order.startswith("-") else ""
    return rows.order_by(*(f"{sign}{field}" for field in orders[order.removeprefix("-")]))


def page_of(rows: QuerySet | Sequence, query: QueryDict) -> Page:
    """The page that ``page`` and ``par`` ask for; whatever they hold, there is a page."""
    wanted = number_in(query, "par")
    return Paginator(rows, wanted if wanted in SIZES else USUAL_SIZE).get_page(query.get("page"))


def spreadsheet(*, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """The whole list as CSV that a French spreadsheet opens: semicolons, and accents that stay."""
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(answer, delimiter=";")
    writer.writerow([_cell(column) for column in columns])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return answer


def exported(
    query: QueryDict,
    *,
    name: str,
    columns: Sequence[str],
    rows: Iterable[Any],
    cells: Callable[..., Sequence[object]] = tuple,
) -> HttpResponse | None:
    """The whole list when ``format`` asks for it: « csv », or « xlsx » where euros and dates stay numbers and dates.

    ``cells`` makes a line of the file of a row. It is apart so that ``rows`` is read for a file only: ``map`` over a
    query, or a generator of one, reads it all as soon as it is written, on every page.
    """
    match query.get("format"):
        case "csv":
            texts = ([_text(cell) for cell in cells(row)] for row in rows)
            return spreadsheet(name=name, columns=columns, rows=texts)
        case "xlsx":
            return workbook_answer(name=name, columns=columns, rows=map(cells, rows))
    return None


def workbook_answer(*, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> FileResponse:
    content = BytesIO(workbook(name=name, columns=columns, rows=rows))
    return FileResponse(content, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


def _text(value: object) -> object:
    match value:
        case Decimal():
            return decimal_cell(value)
        case datetime():
            return f"{timezone.localtime(value):%d/%m/%Y %H:%M}"
        case date():
            return f"{value:%d/%m/%Y}"
    return value


def decimal_cell(amount: Decimal) -> str:
    """Euros as a French spreadsheet reads them: « 26,40 »."""
    return f"{amount:.2f}".replace(".", ",")


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
