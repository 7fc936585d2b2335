"""Unpaid invoices, for the desk."""

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing.models import Invoice
from billing.queries.reach import within
from billing.queries.unpaid import find_unpaid
from billing.views.reach import own_regies
from core.clock import today
from core.money import ZERO
from core.rights import Right
from core.views.access import agent_required
from core.views.listing import exported, number_in, ordered, page_of, searched
from tenants.context import town_timezone

ORDERS = {
    "dossier": ("household__name", "due_on", "pk"),
    "facture": ("year", "number", "pk"),
    "echeance": ("due_on", "pk"),
    "reste": ("left", "pk"),
    "relances": ("reminders", "pk"),
}
COLUMNS = ("Régie", "N° de dossier", "Dossier", "Facture", "Émise le", "À payer avant le", "Total", "Reste dû", "Relances")  # fmt: skip


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_unpaid(request: HttpRequest) -> HttpResponse:
    on = today(town_timezone())
    chosen = {
        "regie": number_in(request.GET, "regie"),
        "late": request.GET.get("echues") == "on",
        "reminded": number_in(request.GET, "relances"),
    }
    search = searched(request.GET)
    rows = find_unpaid(search, on=on, **chosen).filter(within(request.reach, "regie"))  # type: ignore[arg-type]
    rows = ordered(rows.select_related("regie", "household"), request.GET, ORDERS, default="echeance")
    if file := exported(request.GET, name="impayes", columns=COLUMNS, rows=rows, cells=_row):
        return file
    context = {
        "page": page_of(rows, request.GET),
        "search": search,
        "chosen": chosen,
        "regies": own_regies(request),
        "total": rows.aggregate(sum=Sum("left"))["sum"] or ZERO,
        "today": on,
    }
    return render(request, "agent/campaigns/unpaid.html", context)


def _row(invoice: Invoice) -> tuple[object, ...]:
    return (
        invoice.regie,
        invoice.household.number,
        invoice.household.name,
        invoice.reference,
        invoice.issued_on,
        invoice.due_on,
        invoice.total,
        invoice.left,  # type: ignore[attr-defined]  # annotated
        invoice.reminders,  # type: ignore[attr-defined]  # annotated
    )
