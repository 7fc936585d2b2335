"""Statistics: acts and hours for the CAF, occupation, receipts; on the screen, as a workbook, on paper."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.documents.statistics import statistics_pdf
from booking.forms_statistics import StatisticsForm
from booking.queries.office_home import months
from booking.queries.statistics import acts, occupation_by_month, receipts
from core import clock
from core.money import ZERO
from core.rights import Reach, Right
from core.views.access import agent_required
from core.views.listing import decimal_cell, exported
from core.words import NBSP, SHORT_MONTHS, month_title, plural
from tenants.context import town_timezone
from themes.charts import Chart, Point, Value

ACT_COLUMNS = ("Mois", "Établissement", "Activité", "Âge", "Enfants", "Actes réservés", "Heures réservées", "Actes réalisés", "Heures réalisées", "Actes facturés", "Heures facturées")  # fmt: skip
OCCUPATION_COLUMNS = ("Mois", "Établissement", "Activité", "Jours", "Places prises", "Places", "Occupation")
RECEIPT_COLUMNS = ("Mois", "Régie", "Moyen", "Écritures", "Recettes")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table of statistics: typed cells, ``texts`` of them left of the numbers; the total is the last row."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    total: Sequence[object]
    texts: int
    chart: Chart
    notes: Sequence[str] = ()

    @property
    def shown(self) -> list[list[str]]:
        return [[_said(cell) for cell in row] for row in self.rows]

    @property
    def shown_total(self) -> list[str]:
        return [_said(cell) for cell in self.total]


@agent_required(right=Right.READ, scoped=True)
@require_safe
def agent_statistics(request: HttpRequest, view: str = "caf") -> HttpResponse:
    today = clock.today(town_timezone())
    start = (
        today.replace(day=1) if today.day > 1 or today.month == 1 else today.replace(month=today.month - 1)
    )
    asked = request.GET if "du" in request.GET else None
    form = StatisticsForm(asked, reach=request.reach, initial={"du": start.replace(month=1), "au": today})
    chosen = form.cleaned_data if asked and form.is_valid() else form.initial
    views = {
        name: make
        for name, make in VIEWS.items()
        if name != "recettes" or request.rights.may_everywhere(Right.ACCOUNTS)
    }
    if view not in views:
        raise Http404
    sheet = views[view](chosen, request.reach)
    name = f"statistiques-{view}-{chosen['du']:%Y-%m-%d}"
    if file := exported(request.GET, name=name, columns=sheet.columns, rows=[*sheet.rows, sheet.total]):
        return file
    if request.GET.get("format") == "pdf":
        content = statistics_pdf(
            title=sheet.title,
            first=chosen["du"],
            last=chosen["au"],
            columns=sheet.columns,
            rows=[*sheet.shown, sheet.shown_total] if sheet.rows else [],
            texts=sheet.texts,
            notes=sheet.notes,
        )
        return FileResponse(BytesIO(content), filename=f"{name}.pdf", content_type="application/pdf")
    tabs = [(code, label) for code, label in LABELS.items() if code in views]
    context = {"form": form, "sheet": sheet, "view": view, "tabs": tabs}
    return render(request, "agent/statistics.html", context)


def _caf(asked: dict, reach: Reach) -> Sheet:
    rows, children = acts(first=asked["du"], last=asked["au"], reach=reach, **_places(asked))
    hours: dict[date, Value] = defaultdict(lambda: ZERO)
    for row in rows:
        hours[row.month] += row.attended_hours
    cells = [
        (
            row.month, row.establishment, row.activity, row.age, row.children, row.booked, row.booked_hours,
            row.attended, row.attended_hours, row.billed, row.billed_hours,
        )
        for row in rows
    ]  # fmt: skip
    sums = [sum((row[rank] for row in cells), ZERO if rank in (6, 8, 10) else 0) for rank in range(5, 11)]  # type: ignore[misc]
    unmarked = sum(row.unmarked for row in rows)
    return Sheet(
        title="Actes et heures",
        columns=ACT_COLUMNS,
        rows=cells,
        total=("Total", "", "", "", children, *sums),
        texts=4,
        chart=_by_month("Heures réalisées par mois", "Heures", asked, hours),
        notes=[
            f"{plural(unmarked, 'réservation')} sans pointage{NBSP}: leurs heures ne sont pas comptées comme réalisées."
        ]
        if unmarked
        else [],
    )


def _occupation(asked: dict, reach: Reach) -> Sheet:
    rows = occupation_by_month(first=asked["du"], last=asked["au"], reach=reach, **_places(asked))
    taken: dict[date, Value] = defaultdict(int)
    for row in rows:
        taken[row.month] += row.taken
    limited = [row for row in rows if row.places]
    places = sum(row.places or 0 for row in limited)
    return Sheet(
        title="Occupation",
        columns=OCCUPATION_COLUMNS,
        rows=[
            (row.month, row.establishment, row.activity, row.days, row.taken, row.places, _rate(row.taken, row.places))
            for row in rows
        ],
        total=("Total", "", "", None, sum(row.taken for row in rows), places or None, _rate(sum(row.taken for row in limited), places)),
        texts=3,
        chart=_by_month("Places prises par mois", "Places prises", asked, taken),
    )  # fmt: skip


def _receipts(asked: dict, _reach: Reach) -> Sheet:
    """For those who read the accounts of the whole town."""
    rows = receipts(first=asked["du"], last=asked["au"])
    sums: dict[date, Value] = defaultdict(lambda: ZERO)
    for row in rows:
        sums[row.month] += row.amount
    return Sheet(
        title="Recettes",
        columns=RECEIPT_COLUMNS,
        rows=[(row.month, row.regie, row.means.label, row.count, row.amount) for row in rows],
        total=("Total", "", "", sum(row.count for row in rows), sum((row.amount for row in rows), ZERO)),
        texts=3,
        chart=_by_month("Recettes par mois", "Recettes", asked, sums, euros=True),
        notes=[
            "Ce qui est entré dans les journaux des régies, moins ce qui a été repris ou remboursé, en euros."
        ],
    )


VIEWS: dict[str, Callable[[dict, Reach], Sheet]] = {
    "caf": _caf,
    "occupation": _occupation,
    "recettes": _receipts,
}
LABELS = {"caf": "CAF : actes et heures", "occupation": "Occupation", "recettes": "Recettes"}


def _places(asked: dict) -> dict[str, int | None]:
    place, activity = asked.get("etablissement"), asked.get("activite")
    return {"establishment": place.pk if place else None, "activity": activity.pk if activity else None}


def _by_month(
    title: str, measure: str, asked: dict, values: dict[date, Value], *, euros: bool = False
) -> Chart:
    every = months(asked["du"], asked["au"])
    shown = 1 if len(every) <= 12 else 3
    return Chart(
        title=title,
        head="Mois",
        measure=measure,
        euros=euros,
        points=[
            Point(
                label=month_title(month),
                value=values.get(month, 0),
                short=SHORT_MONTHS[month.month - 1] if rank % shown == 0 else "",
            )
            for rank, month in enumerate(every)
        ],
    )


def _rate(taken: int, places: int | None) -> str:
    return f"{round(100 * taken / places)}{NBSP}%" if places else ""


def _said(cell: object) -> str:
    match cell:
        case None:
            return ""
        case date():
            return month_title(cell)
        case Decimal():
            return decimal_cell(cell)
    return str(cell)
