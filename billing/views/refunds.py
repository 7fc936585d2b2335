"""What the régie must give back outside the portal: the list, its spreadsheet, and saying it is done."""

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from billing.models import Refund, Regie
from billing.services.credits import mark_refunded
from core import clock
from core.money import ZERO
from core.rights import Right
from core.views.access import agent_required
from core.views.listing import number_in, page_of, spreadsheet
from core.words import plural
from tenants.context import town_timezone

COLUMNS = ("Régie", "N° de dossier", "Dossier", "Enfant", "Date", "Service", "Désignation", "Montant", "Motif", "Demandé le", "Remboursé le")  # fmt: skip


@agent_required(right=Right.ACCOUNTS)
@require_safe
def agent_payment_refunds(request: HttpRequest) -> HttpResponse:
    done, regie = request.GET.get("etat") == "faits", number_in(request.GET, "regie")
    rows = Refund.objects.filter(done_at__isnull=not done).select_related(
        "household", "regie", "charge__child", "payment", "credit_note", "done_by"
    )
    if regie:
        rows = rows.filter(regie=regie)
    if request.GET.get("format") == "csv":
        return spreadsheet(name="remboursements", columns=COLUMNS, rows=map(_row, rows))
    context = {
        "page": page_of(rows.order_by("household__name", "charge__service_date", "pk"), request.GET),
        "done": done,
        "regie": regie,
        "regies": Regie.objects.all(),
        "total": rows.aggregate(sum=Sum("amount"))["sum"] or ZERO,
    }
    return render(request, "agent/refunds.html", context)


def _row(refund: Refund) -> tuple[object, ...]:
    charge, tz = refund.charge, town_timezone()
    return (
        refund.regie,
        refund.household.number,
        refund.household.name,
        charge.child if charge else "",
        f"{charge.service_date:%d/%m/%Y}" if charge else "",
        charge.group_label if charge else "",
        charge.label if charge else refund.origin,
        f"{refund.amount:.2f}".replace(".", ","),
        refund.reason,
        f"{refund.created_at.astimezone(tz):%d/%m/%Y}",
        f"{refund.done_at.astimezone(tz):%d/%m/%Y}" if refund.done_at else "",
    )


@agent_required(right=Right.CASH)
@require_POST
def agent_payment_refunds_done(request: HttpRequest) -> HttpResponse:
    chosen = [int(pk) for pk in request.POST.getlist("remboursement") if pk.isdecimal() and len(pk) < 10]
    count = mark_refunded(refund_ids=chosen, by=request.user, now=clock.now())
    if count:
        messages.success(request, f"{plural(count, 'ligne remboursée', 'lignes remboursées')}.")
    else:
        messages.warning(request, "Cochez au moins une ligne à rembourser.")
    return redirect("agent_payment_refunds")
