"""The PDF documents a family may keep: only its own, a foreign one does not exist."""

from io import BytesIO
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from billing.documents.invoice import invoice_pdf as draw_invoice
from billing.documents.quittance import quittance_pdf
from billing.documents.receipt import receipt_pdf as draw_receipt
from billing.models import Invoice, Payment
from billing.queries.ledger import published
from billing.queries.reach import within
from core.clock import today
from core.rights import Right
from core.views.access import agent_required, family_required
from tenants.context import town_timezone


@family_required
def invoice_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    household = request.user.guardian.household
    mine = Invoice.objects.filter(published(today(town_timezone())), household=household)
    return _invoice(get_object_or_404(mine.select_related("regie"), pk=pk))


@agent_required(right=Right.ACCOUNTS, scoped=True)
def agent_invoice_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    invoices = Invoice.objects.select_related("regie")
    return _invoice(get_object_or_404(invoices, within(request.reach, "regie"), pk=pk))


@family_required
def receipt_pdf(request: HttpRequest, token: UUID) -> HttpResponse:
    payments = Payment.objects.select_related("regie", "household", "account", "quittance").filter(
        number__isnull=False
    )
    payment = get_object_or_404(payments, token=token, household=request.user.guardian.household)
    if quittance := payment.quittance:
        return pdf_answer(quittance_pdf(quittance), f"quittance-{quittance.reference}.pdf")
    return pdf_answer(draw_receipt(payment), f"ticket-de-paiement-{payment.receipt_reference}.pdf")


def _invoice(invoice: Invoice) -> FileResponse:
    name = invoice.get_kind_display().lower()
    return pdf_answer(draw_invoice(invoice), f"{name}-{invoice.reference}.pdf")


def pdf_answer(content: bytes, filename: str) -> FileResponse:
    response = FileResponse(BytesIO(content), filename=filename, content_type="application/pdf")
    response["Cache-Control"] = "private, no-store"
    return response
