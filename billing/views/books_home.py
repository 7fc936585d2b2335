"""The régie's first page: what waits for somebody, today's till, where the money is, what came in month by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from billing.enums import Means
from billing.queries.check import check_ledger
from billing.queries.situation import Situation, receipts_by_means, situations
from billing.queries.tasks import money_tasks
from billing.views.reach import own_regies
from core.clock import today
from core.money import ZERO, format_euros
from core.rights import Right
from core.views.access import agent_required
from core.words import MONTHS, month_title
from tenants.context import town_timezone
from themes.charts import Chart, Point

TASKS_SHOWN = 5
MONTHS_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Heap:
    """Something that waits: how much of it, and the page where it is dealt with."""

    icon: str
    figure: str
    label: str
    url: str


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_books(request: HttpRequest) -> HttpResponse:
    on = today(town_timezone())
    regies = list(own_regies(request))
    rows = situations(regies, on=on)
    tasks = money_tasks(request.reach)
    task_count = tasks.count()
    first = _months_before(on, MONTHS_SHOWN - 1)
    months = receipts_by_means(regies, first=first, last=on)
    used = [means for means in Means if any(means in sums for _, sums in months)]
    context = {
        "rows": rows,
        "today": on,
        "heaps": [*_tasks(task_count), *_heaps(rows)],
        "tasks": tasks[:TASKS_SHOWN],
        "task_count": task_count,
        "by_month": _by_month(months),
        "by_means": _by_means(months, used),
        "means": used,
        "months": [
            (month_title(month), [sums.get(means) for means in used], sum(sums.values(), ZERO))
            for month, sums in months
            if sums
        ],
    }
    return render(request, "agent/books/home.html", context)


@agent_required(right=Right.ACCOUNTS)
@require_http_methods(["GET", "POST"])
def agent_books_check(request: HttpRequest) -> HttpResponse:
    """The proof of the books, made again while one waits."""
    problems = check_ledger() if request.method == "POST" else None
    return render(request, "agent/books/check.html", {"problems": problems})


def _tasks(count: int) -> list[Heap]:
    if not count:
        return []
    label = "tâche de la régie" if count == 1 else "tâches de la régie"
    return [Heap(icon="bell", figure=str(count), label=label, url=reverse("agent_tasks"))]


def _heaps(rows: Sequence[Situation]) -> list[Heap]:
    """What a régisseur must do, the least patient first; a régie is named where there are several."""
    heaps: list[Heap] = []
    several = len(rows) > 1
    for row in rows:
        of = f" – {row.regie}" if several else ""
        code = row.regie.code
        if row.statement:
            heaps.append(
                Heap(
                    icon="warning",
                    figure=str(row.differences),
                    label=f"à expliquer avec le prestataire{of}",
                    url=reverse("agent_books_statement", args=[row.statement.pk]),
                )
            )
        if row.days_to_close:
            heaps.append(
                Heap(
                    icon="lock",
                    figure=str(row.days_to_close),
                    label=f"{'journée' if row.days_to_close == 1 else 'journées'} à arrêter{of}",
                    url=reverse("agent_closing_new", args=[code]),
                )
            )
        elif row.month_to_close:
            heaps.append(
                Heap(
                    icon="lock",
                    figure="1",
                    label=f"mois à arrêter, {month_title(row.month_to_close)}{of}",
                    url=reverse("agent_closing_new", args=[code]),
                )
            )
        heaps += [
            Heap(
                icon="euro",
                figure=format_euros(amount),
                label=f"à verser, {means.label.lower()}{of}",
                url=reverse("agent_deposit_new", args=[code, means.value]),
            )
            for means, amount in row.till.items()
            if amount > 0
        ]
        if row.refunds:
            heaps.append(
                Heap(
                    icon="undo",
                    figure=format_euros(row.refund_sum),
                    label=f"à rembourser{of}",
                    url=f"{reverse('agent_payment_refunds')}?regie={row.regie.pk}",
                )
            )
    return heaps


def _months_before(day: date, count: int) -> date:
    first = day.replace(day=1)
    for _ in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def _by_month(months: Sequence[tuple[date, dict[Means, Decimal]]]) -> Chart:
    return Chart(
        title="Encaissements par mois",
        head="Mois",
        measure="Encaissé, moins ce qui est repris ou rendu",
        euros=True,
        points=[
            Point(
                label=month_title(month),
                value=sum(sums.values(), ZERO),
                short=MONTHS[month.month - 1][0].upper(),
            )
            for month, sums in months
        ],
    )


def _by_means(months: Sequence[tuple[date, dict[Means, Decimal]]], used: Sequence[Means]) -> Chart:
    return Chart(
        title="Encaissements par moyen, sur douze mois",
        head="Moyen",
        measure="Encaissé, moins ce qui est repris ou rendu",
        euros=True,
        points=[
            Point(label=means.label, value=sum((sums.get(means, ZERO) for _, sums in months), ZERO))
            for means in used
        ],
    )
