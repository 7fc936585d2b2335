"""What Balaruc's first family was invoiced, as in its guide: one invoice paid by a means of the past, three to pay."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from billing.enums import DocumentKind, Fulfilment, PaymentState
from billing.models import Charge, Invoice, InvoicePayment, Payment, ProviderAccount, Regie
from billing.providers.base import Mode
from billing.services.charges import post_charges
from billing.services.invoice_payments import INVOICE_PURPOSE
from billing.services.invoices import allocate, issue_invoice
from billing.services.journal import record_received
from billing.services.sequences import take_number
from core.clock import now
from core.models import Household
from infra.sandbox.systempay.simulator import SHOPS

DAY_PRICE = Decimal("12.00")
# days ago, days of care, total
INVOICES = ((160, 10, "133.00"), (120, 20, "249.96"), (90, 19, "237.27"), (40, 20, "241.50"))


@transaction.atomic
def write_invoices(household: Household, regie: Regie) -> None:
    """The account's keys are the simulated shop's; the invoices are written once."""
    for account in regie.accounts.filter(driver="systempay", closed_at=None):
        account.secrets = {"key_test": SHOPS[account.config["site_id"]].key_test}
        account.save()
    if Invoice.objects.filter(household=household).exists():
        return
    begun = now()
    issued = [
        _invoice(household, regie, begun - timedelta(days=age), days, Decimal(total))
        for age, days, total in INVOICES
    ]
    _pay_by_payline(issued[0], issued[0].issued_at + timedelta(days=12))


def _invoice(household: Household, regie: Regie, at: datetime, days: int, total: Decimal) -> Invoice:
    lines = (("Journée avec repas", days, DAY_PRICE), ("Goûters", 1, total - days * DAY_PRICE))
    charges = post_charges(
        Charge(
            regie=regie,
            household=household,
            child=household.children.first(),
            source=f"demo:{household.number}:{at:%Y%m%d}:{rank}",
            service_date=at.date(),
            group_label="ALE PRIMAIRE / MERCREDIS / VACANCES",
            label=label,
            quantity=quantity,
            unit_price=price,
            amount=quantity * price,
            created_at=at,
        )
        for rank, (label, quantity, price) in enumerate(lines)
    )
    due_on = at.date() + timedelta(days=regie.payment_days)
    return issue_invoice(
        regie=regie, household=household, charges=charges, on=at.date(), due_on=due_on, now=at
    )


def _pay_by_payline(invoice: Invoice, at: datetime) -> None:
    closed, _ = ProviderAccount.objects.get_or_create(
        regie=invoice.regie, driver="payline", mode=Mode.PRODUCTION, defaults={"closed_at": at}
    )
    payer = invoice.household.guardians.get(user__isnull=False).user
    payment = Payment.objects.create(
        regie=invoice.regie,
        account=closed,
        mode=closed.mode,
        household=invoice.household,
        payer=payer,
        payer_email=payer.email,
        purpose=INVOICE_PURPOSE,
        label=f"Facture {invoice.reference}",
        reference=f"{invoice.regie.prefix}{at:%y%m%d}PAYLINE",
        amount=invoice.total,
        state=PaymentState.PAID,
        provider_ref=f"PAYLINE{at:%y%m%d}",
        method="carte bancaire",
        year=at.year,
        number=take_number(regie=invoice.regie, kind=DocumentKind.RECEIPT, year=at.year),
        created_at=at,
        paid_at=at,
        closed_at=at,
        fulfilment=Fulfilment.DONE,
    )
    record_received(payments=[payment], now=at)
    InvoicePayment.objects.create(payment=payment, invoice=invoice, amount=invoice.total)
    allocate(payment=payment, invoice=invoice, amount=invoice.total, now=at)
