from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from billing.enums import Means
from billing.models import Invoice
from billing.queries.cesu import cesu_room
from billing.queries.invoice_lines import explained_lines
from billing.queries.ledger import published
from core.clock import today
from core.views.access import family_required
from tenants.context import town_timezone


@family_required
@require_safe
def invoice_lines(request: HttpRequest, pk: int) -> HttpResponse:
    """« Pourquoi ces prix ? »: a family's own invoice, line by line."""
    household = request.user.guardian.household
    mine = Invoice.objects.filter(published(today(town_timezone())), household=household)
    invoice = get_object_or_404(mine.select_related("regie"), pk=pk)
    takes_cesu = Means.CESU in invoice.regie.counter_means
    context = {
        "invoice": invoice,
        "lines": explained_lines(invoice),
        "takes_cesu": takes_cesu,
        "cesu": cesu_room([invoice])[invoice.pk] if takes_cesu else None,
    }
    return render(request, "billing/invoice_lines.html", context)
