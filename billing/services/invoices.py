"""Issuing invoices: frozen copies of charges, with a number that leaves no hole."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet, Sum

from billing.enums import DocumentKind
from billing.models import Allocation, Charge, Invoice, InvoiceLine, Payment, Regie
from billing.services.sequences import take_number
from core.models import CommuneSettings, Guardian, Household


def issue_invoice(
    *,
    regie: Regie,
    household: Household,
    charges: Collection[Charge] | QuerySet[Charge],
    on: date,
    due_on: date | None = None,
    now: datetime,
) -> Invoice:
    """Issue one invoice for these charges, to be paid by ``due_on`` unless it is paid at once. The database refuses a charge that another invoice already carries."""
    payer = household.guardians.order_by("-is_payer", "pk").first()
    invoice = Invoice.objects.create(
        regie=regie,
        household=household,
        year=on.year,
        number=take_number(regie=regie, kind=DocumentKind.INVOICE, year=on.year),
        issued_on=on,
        issued_at=now,
        due_on=due_on,
        regie_name=regie.name,
        issuer=issuer_text(CommuneSettings.objects.get()),
        recipient=recipient_text(household, payer),
        legal_mention=regie.legal_mention,
        total=sum((charge.amount for charge in charges), Decimal(0)),
    )
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice,
            charge=charge,
            position=position,
            service_date=charge.service_date,
            group_label=charge.group_label,
            label=charge.label,
            quantity=charge.quantity,
            unit_price=charge.unit_price,
            amount=charge.amount,
        )
        for position, charge in enumerate(charges, start=1)
    )
    return invoice


def issuer_text(town: CommuneSettings) -> str:
    return "\n".join([town.heading, town.service_name, *town.address_lines])


def recipient_text(household: Household, payer: Guardian | None) -> str:
    return "\n".join([str(payer or household.name), *household.address_lines])


def allocate(*, payment: Payment, invoice: Invoice, amount: Decimal, now: datetime) -> Allocation:
    """Use part of a payment for an invoice. The payment must be locked by the caller (core.locks)."""
    return Allocation.objects.create(payment=payment, invoice=invoice, amount=amount, created_at=now)


def withdraw_allocations(*, payment: Payment, now: datetime) -> None:
    """Undo what a payment paid, by opposite rows. The payment must be locked by the caller (core.locks)."""
    paid = (
        payment.allocations.values("invoice").order_by("invoice").annotate(sum=Sum("amount")).exclude(sum=0)
    )
    Allocation.objects.bulk_create(
        Allocation(payment=payment, invoice_id=row["invoice"], amount=-row["sum"], created_at=now)
        for row in paid
    )
