"""The proof of the books: sums that must agree and numbers that must follow each other, in the active town."""

from collections.abc import Iterator

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from billing.enums import SETTLED_PAYMENTS, DocumentKind
from billing.models import Charge, DocumentSequence, Invoice, InvoiceLine, Payment
from billing.queries.ledger import with_allocated
from core.money import ZERO, format_euros


def check_ledger() -> list[str]:
    """What is wrong, one French sentence each; empty when the books are right. Reads only."""
    return [*_invoices(), *_allocations(), *_lines(), *_numbers()]


def _invoices() -> Iterator[str]:
    wrong = Invoice.objects.annotate(sum=Coalesce(Sum("lines__amount"), ZERO)).exclude(sum=F("total"))
    for invoice in wrong.order_by("pk"):
        yield f"{invoice} : les lignes font {format_euros(invoice.sum)}, le total {format_euros(invoice.total)}."


def _allocations() -> Iterator[str]:
    for payment in with_allocated(Payment.objects.select_related("regie"), "payment").exclude(allocated=ZERO):
        if payment.state not in SETTLED_PAYMENTS:
            yield f"Paiement {payment} : {format_euros(payment.allocated)} ventilés sans argent reçu."
        elif not ZERO <= payment.allocated <= payment.amount:
            yield f"Paiement {payment} : {format_euros(payment.allocated)} ventilés sur {format_euros(payment.amount)}."
    excessive = with_allocated(Invoice.objects.all(), "invoice").filter(
        Q(allocated__gt=F("total")) | Q(allocated__lt=0)
    )
    for invoice in excessive:
        yield f"{invoice} : {format_euros(invoice.allocated)} reçus pour {format_euros(invoice.total)}."


def _lines() -> Iterator[str]:
    """A charge is invoiced once (the database sees to it), to its own household and till, for its own amount."""
    foreign = InvoiceLine.objects.exclude(
        charge__household=F("invoice__household"),
        charge__regie=F("invoice__regie"),
        charge__amount=F("amount"),
    )
    for line in foreign.select_related("invoice").order_by("pk"):
        yield f"{line.invoice} : la ligne {line.position} ne correspond pas à ce qui était dû."
    for charge in Charge.objects.filter(voided_at__isnull=False, invoice_line__isnull=False):
        yield f"Ligne {charge} : annulée mais facturée."


def _numbers() -> Iterator[str]:
    lasts = {
        (sequence.regie_id, sequence.kind, sequence.year): sequence.last
        for sequence in DocumentSequence.objects.all()
    }
    documents: dict[DocumentKind, QuerySet] = {
        DocumentKind.INVOICE: Invoice.objects.all(),
        DocumentKind.RECEIPT: Payment.objects.filter(number__isnull=False),
    }
    for kind, rows in documents.items():
        numbered = (
            rows.order_by("regie", "year")
            .values("regie", "regie__name", "year")
            .annotate(count=Count("pk"), first=Min("number"), latest=Max("number"))
        )
        for row in numbered:
            last = lasts.pop((row["regie"], kind, row["year"]), 0)
            if not (row["first"] == 1 and row["count"] == row["latest"] == last):
                yield f"{row['regie__name']}, {kind.label} {row['year']} : la numérotation a un trou."
    if any(lasts.values()):
        yield "Des numéros ont été donnés à des documents qui n’existent pas."
