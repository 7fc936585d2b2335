"""Which invoices a household may pay now, and which attempts to pay them are still open."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, Q, QuerySet

from billing.models import Invoice, Payment, Regie
from billing.queries.attempts import under_way
from billing.queries.debits import being_collected
from billing.queries.ledger import at_treasury, published, with_allocated
from core.models import Household
from core.money import ZERO

# What was issued without a term of its own is due at the usual one of a régie's bills.
PAYMENT_TERM = timedelta(days=30)


def overdue(on: date) -> Q:
    """Invoices whose term has passed on a day, paid or not."""
    return Q(due_on__lt=on) | Q(due_on__isnull=True, issued_on__lt=on - PAYMENT_TERM)


def overdue_by_household(household_ids: Collection[int], *, on: date) -> dict[int, Decimal]:
    """Euros left to pay of the invoices whose term has passed on a day, for those who owe some. One query."""
    late = Invoice.objects.filter(overdue(on), household__in=household_ids)
    owed: dict[int, Decimal] = {}
    for invoice in with_allocated(late, "invoice").filter(allocated__lt=F("total")):
        owed[invoice.household_id] = owed.get(invoice.household_id, ZERO) + invoice.total - invoice.allocated
    return owed


def unpaid_invoices(household: Household, regie: Regie, *, on: date) -> QuerySet[Invoice]:
    """What a family may pay at one régie on a day, oldest first; each invoice has ``allocated`` (euros).

    What the Trésor collects is not among them, nor what the bank has been asked to debit: it would be paid twice.
    """
    invoices = household.invoices.filter(published(on), ~being_collected(), regie=regie)
    unpaid = with_allocated(invoices.order_by("issued_on", "pk"), "invoice")
    return unpaid.filter(~at_treasury(), allocated__lt=F("total"))


def open_attempts(invoices: Iterable[Invoice]) -> QuerySet[Payment]:
    """Attempts on any of these invoices that may still become money, or have and are not told of it, latest first."""
    return Payment.objects.filter(under_way(), invoice_items__invoice__in=invoices).distinct()
