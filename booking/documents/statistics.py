from collections.abc import Sequence
from datetime import date

from billing.documents.lines import letterhead
from billing.documents.render import render_pdf


def statistics_pdf(
    *,
    title: str,
    first: date,
    last: date,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    texts: int,
    notes: Sequence[str],
) -> bytes:
    """A table of statistics on A4 paper, lying on its side; ``texts`` columns of words, then
    numbers; the last row is the total."""
    data = letterhead() | {
        "title": title,
        "span": f"Du {first:%d/%m/%Y} au {last:%d/%m/%Y}",
        "columns": list(columns),
        "rows": [list(row) for row in rows],
        "texts": texts,
        "notes": list(notes),
    }
    return render_pdf("statistics", data)
