"""Which invoices a household may pay now, and which attempts to pay them are still open."""

from collections.abc import Iterable

from django.db.models import F, QuerySet

from billing.enums import OPEN_PAYMENTS
from billing.models import Invoice, Payment, Regie
from billing.queries.ledger import with_allocated
from core.models import Household


def unpaid_invoices(household: Household, regie: Regie) -> QuerySet[Invoice]:
    """What is left to pay at one régie, oldest first; each invoice has ``allocated`` (euros)."""
    invoices = household.invoices.filter(regie=regie).order_by("issued_on", "pk")
    return with_allocated(invoices, "invoice").filter(allocated__lt=F("total"))


def open_attempts(invoices: Iterable[Invoice]) -> QuerySet[Payment]:
    """Attempts on any of these invoices that may still become money, latest first."""
    return Payment.objects.filter(state__in=OPEN_PAYMENTS, invoice_items__invoice__in=invoices).distinct()
