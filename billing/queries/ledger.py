"""What a household was invoiced, has paid and still owes, régie by régie. Balances are sums, never stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import DecimalField, Exists, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from billing.enums import OPEN_PAYMENTS, DocumentKind, PaymentState
from billing.models import Allocation, Invoice, InvoicePayment, Payment, ProviderAccount, Regie
from core.models import Household
from core.money import ZERO
from tenants.context import town_timezone


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row of « Mes Factures & Paiements ». ``state`` is a code of themes.states, ``word`` says it in the guides'
    words; amounts in euros."""

    kind: DocumentKind
    on: date
    detail: str
    state: str
    word: str
    invoice: Invoice | None = None
    payment: Payment | None = None

    @property
    def invoiced(self) -> Decimal | None:
        return self.invoice.total if self.invoice else None

    @property
    def paid(self) -> Decimal | None:
        return self.payment.amount if self.payment else None

    @property
    def is_payable(self) -> bool:
        """An invoice of which something is left to pay, whoever takes the money."""
        return self.invoice is not None and self.invoice.allocated < self.invoice.total  # type: ignore[attr-defined]  # annotated


@dataclass(frozen=True, kw_only=True)
class RegieSummary:
    """A household's account at one régie. ``due`` is what its invoices still lack, ``credit`` the money received
    that no invoice has used: ``total_invoiced - total_paid == due - credit``."""

    regie: Regie
    entries: list[Entry]  # latest first
    total_invoiced: Decimal
    total_paid: Decimal
    due: Decimal
    credit: Decimal
    invoice_count: int
    unpaid_count: int
    payment_count: int
    takes_payments: bool  # online


def with_allocated(documents: QuerySet, link: str) -> QuerySet:
    """Adds ``allocated`` (euros) to invoices or payments; ``link`` is their name on an allocation."""
    sums = (
        Allocation.objects.filter(**{link: OuterRef("pk")})
        .order_by()
        .values(link)
        .annotate(sum=Sum("amount"))
    )
    return documents.annotate(
        allocated=Coalesce(
            Subquery(sums.values("sum")), ZERO, output_field=DecimalField(max_digits=10, decimal_places=2)
        )
    )


def regie_summaries(household: Household) -> list[RegieSummary]:
    """One account for each régie of the town, in the town's order, in 3 queries."""
    running = InvoicePayment.objects.filter(invoice=OuterRef("pk"), payment__state__in=OPEN_PAYMENTS)
    waiting = Allocation.objects.filter(invoice=OuterRef("pk"), payment__state=PaymentState.BANK_PENDING)
    account = ProviderAccount.objects.filter(regie=OuterRef("pk"), closed_at__isnull=True)
    invoices = list(
        with_allocated(household.invoices.all(), "invoice").annotate(
            waits_for_bank=Exists(waiting), is_being_paid=Exists(running)
        )
    )
    payments = list(
        with_allocated(
            household.payments.filter(state__in=PAYMENT_STATES).select_related("account"), "payment"
        )
    )
    return [
        _summary(
            regie,
            [invoice for invoice in invoices if invoice.regie_id == regie.pk],
            [payment for payment in payments if payment.regie_id == regie.pk],
        )
        for regie in Regie.objects.annotate(takes_payments=Exists(account))
    ]


def _summary(regie: Regie, invoices: Sequence[Invoice], payments: Sequence[Payment]) -> RegieSummary:
    received = [payment for payment in payments if payment.is_settled]
    entries = [*map(_invoice_entry, invoices), *map(_payment_entry, payments)]
    entries.sort(key=lambda entry: (entry.on, entry.kind), reverse=True)
    return RegieSummary(
        regie=regie,
        entries=entries,
        total_invoiced=_total(invoice.total for invoice in invoices),
        total_paid=_total(payment.amount for payment in received),
        due=_total(invoice.total - invoice.allocated for invoice in invoices),  # type: ignore[attr-defined]  # annotated
        credit=_total(payment.amount - payment.allocated for payment in received),  # type: ignore[attr-defined]  # annotated
        invoice_count=len(invoices),
        unpaid_count=sum(entry.is_payable for entry in entries),
        takes_payments=regie.takes_payments,  # type: ignore[attr-defined]  # annotated
        payment_count=len(received),
    )


def _invoice_entry(invoice: Invoice) -> Entry:
    state, word = _invoice_state(invoice)
    return Entry(
        kind=DocumentKind.INVOICE,
        on=invoice.issued_on,
        detail=f"Facture n° {invoice.reference}",
        state=state,
        word=word,
        invoice=invoice,
    )


def _invoice_state(invoice: Invoice) -> tuple[str, str]:
    if invoice.allocated < invoice.total:  # type: ignore[attr-defined]  # annotated
        if invoice.is_being_paid:  # type: ignore[attr-defined]  # annotated
            return "bank_pending", "Facture en attente de validation du paiement"
        return "unpaid", "Facture non soldée"
    if invoice.waits_for_bank:  # type: ignore[attr-defined]  # annotated
        return "bank_pending", "Facture en attente de validation du paiement"
    return "paid", "Facture soldée"


# Attempts that a family reads about later; those that led nowhere (abandoned, expired) would only worry it.
PAYMENT_STATES = {
    PaymentState.PAID: ("paid", "Règlement validé"),
    PaymentState.BANK_PENDING: ("bank_pending", "Règlement en attente de validation par la banque"),
    PaymentState.REFUSED: ("payment_refused", "Règlement refusé par la banque"),
    PaymentState.REVERSED: ("payment_refused", "Règlement annulé"),
    PaymentState.SUSPECT: ("bank_pending", "Règlement en cours de vérification par la régie"),
}


def _payment_entry(payment: Payment) -> Entry:
    at = (payment.paid_at or payment.created_at).astimezone(town_timezone())
    state, word = PAYMENT_STATES[PaymentState(payment.state)]
    return Entry(
        kind=DocumentKind.RECEIPT,
        on=at.date(),
        detail=" ".join(
            filter(None, ["Paiement", _numbered(payment), f"(par {payment.account.driver.upper()})"])
        ),
        state=state,
        word=word,
        payment=payment,
    )


def _numbered(payment: Payment) -> str:
    return f"n° {payment.receipt_reference}" if payment.number else ""


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
