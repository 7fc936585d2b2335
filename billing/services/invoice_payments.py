"""Paying invoices online: one or several of one régie, in one payment."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from decimal import Decimal

import structlog
from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext

from billing.enums import Fulfilment, Trigger
from billing.errors import AmountChangedError, InvoicePaymentInProgressError, NothingToPayError
from billing.models import Allocation, Invoice, InvoicePayment, Payment, Regie
from billing.part_payments import check_part, spread
from billing.providers.base import ProviderError
from billing.purposes import Content, WayBack
from billing.queries.invoices import open_attempts, unpaid_invoices
from billing.queries.ledger import with_allocated
from billing.services.accounts import account_of
from billing.services.invoices import allocate
from billing.services.payments import close_page, prepare_payment, start_payment
from billing.services.settlement import settle
from core.enums import TaskKind
from core.locks import lock_rows, locking_transaction
from core.models import Household, User
from core.money import ZERO, format_euros, from_cents
from core.services.office import open_task
from core.services.outbox import write_mail
from tenants.context import town_timezone, town_url

log = structlog.get_logger(__name__)

INVOICE_PURPOSE = "billing.invoice"


def open_invoice_payment(
    *,
    household: Household,
    regie: Regie,
    invoice_ids: Collection[int],
    expected: Decimal,
    part: Decimal | None = None,
    payer: User,
    restart: bool = False,
    now: datetime,
) -> Payment:
    """Prepare and start the payment of what is left of these invoices. ``expected`` is the sum the family was shown;
    ``part``, what it pays of it: the oldest invoices are paid first, those that get nothing stay out of the attempt.

    Attempts that are still open are looked up first: a result that was lost on the way is found before a second
    payment begins. Raises NothingToPayError, AmountChangedError, PartPaymentError, InvoicePaymentInProgressError
    (unless ``restart``: the family says it has not paid), and what prepare_payment and start_payment raise.
    """
    mine = household.invoices.filter(regie=regie, pk__in=invoice_ids)
    _catch_up(open_attempts(mine), now, close=restart)
    with locking_transaction():
        lock_rows(mine)
        invoices = list(unpaid_invoices(household, regie, on=_day(now)).filter(pk__in=invoice_ids))
        if not invoices:
            raise NothingToPayError
        running = open_attempts(invoices).first()
        if running and (running.is_settled or not restart):
            raise InvoicePaymentInProgressError(running.pk)
        dues = [invoice.total - invoice.allocated for invoice in invoices]  # type: ignore[attr-defined]  # annotated
        if sum(dues, ZERO) != expected:
            raise AmountChangedError
        amount = expected if part is None else part
        check_regie_part(regie, amount, due=expected)
        paid = {
            invoice: given for invoice, given in zip(invoices, spread(amount, dues), strict=True) if given
        }
        payment = prepare_payment(
            regie=regie,
            household=household,
            payer=payer,
            purpose=INVOICE_PURPOSE,
            amount=amount,
            label=_label(paid),
            now=now,
        )
        InvoicePayment.objects.bulk_create(
            InvoicePayment(payment=payment, invoice=invoice, amount=given) for invoice, given in paid.items()
        )
    return start_payment(payment=payment, now=now)


def check_regie_part(regie: Regie, part: Decimal, *, due: Decimal) -> None:
    """Raises PartPaymentError unless the régie takes this part (euros) of what is due, and NoProviderError."""
    payable = from_cents(account_of(regie).driver.capabilities.min_cents)
    check_part(part, due=due, minimum=regie.part_minimum, payable=payable)


def _catch_up(attempts: Iterable[Payment], now: datetime, *, close: bool) -> None:
    for payment in attempts:
        try:
            if close:
                close_page(payment)
            settle(payment_id=payment.pk, trigger=Trigger.POLL, now=now)
        except ProviderError as error:
            # Still open for us: the family will be told that it is.
            log.warning("provider_unavailable", payment=payment.pk, code=error.code, message=error.message)


def _day(now: datetime) -> date:
    return now.astimezone(town_timezone()).date()


def _label(invoices: Iterable[Invoice]) -> str:
    return f"Facture {' '.join(invoice.reference for invoice in invoices)}"[:100]


class InvoicePurpose:
    """billing.purposes handler of ``billing.invoice``."""

    def on_settled(self, payment: Payment, *, now: datetime) -> Fulfilment:
        left = _allocate_oldest_first(payment, now)
        if left:
            _ask_the_office(payment, left, now)
        left_of = _left_of_each(payment)
        write_mail(
            to=payment.payer_email,
            template="invoice_paid",
            context={
                "payment": payment,
                "items": [
                    {"invoice": item.invoice, "amount": item.amount, "left": left_of[item.invoice_id]}
                    for item in payment.invoice_items.select_related("invoice")
                ],
                "credit": left,
                "link": town_url(reverse("payment_result", args=[payment.token])),
            },
            now=now,
            dedupe_key=f"payment:{payment.pk}:ticket",
        )
        return Fulfilment.UNPLACED if left else Fulfilment.DONE

    def on_abandoned(self, payment: Payment, *, now: datetime) -> None:
        """Nothing was held: the invoices are still to be paid."""

    def return_url(self, payment: Payment) -> str:
        return reverse("payment_result", args=[payment.token])

    def contents(self, payment: Payment) -> list[Content]:
        items = payment.invoice_items.select_related("invoice")
        left_of = _left_of_each(payment)
        return [
            Content(
                label=_in_words(item.invoice, left_of[item.invoice_id]),
                url=reverse("invoice_pdf", args=[item.invoice_id]),
            )
            for item in items
        ]

    def way_back(self, payment: Payment, *, now: datetime) -> WayBack | None:
        paid = payment.invoice_items.values("invoice")
        left = unpaid_invoices(payment.household, payment.regie, on=_day(now)).filter(pk__in=paid)
        return WayBack(url=reverse("regie_block", args=[payment.regie.code])) if left.exists() else None


def _allocate_oldest_first(payment: Payment, now: datetime) -> Decimal:
    """Pay what is still due of the invoices; returns what none of them needed (paid meanwhile, by other means)."""
    invoices = lock_rows(Invoice.objects.filter(payment_items__payment=payment))
    sums = Allocation.objects.filter(invoice__in=invoices).values("invoice").order_by("invoice")
    paid = dict(sums.annotate(sum=Sum("amount")).values_list("invoice", "sum"))
    left = payment.amount
    for invoice in sorted(invoices, key=lambda invoice: (invoice.issued_on, invoice.pk)):
        amount = min(left, invoice.total - paid.get(invoice.pk, ZERO))
        if amount > 0:
            allocate(payment=payment, invoice=invoice, amount=amount, now=now)
            left -= amount
    return left


def _left_of_each(payment: Payment) -> dict[int, Decimal]:
    """Euros left to pay of each invoice of an attempt."""
    invoices = with_allocated(Invoice.objects.filter(payment_items__payment=payment), "invoice")
    return {invoice.pk: invoice.total - invoice.allocated for invoice in invoices}


def _in_words(invoice: Invoice, left: Decimal) -> str:
    facts = {"invoice": invoice.name, "day": f"{invoice.issued_on:%d/%m/%Y}", "left": format_euros(left)}
    if left > 0:
        return gettext("%(invoice)s du %(day)s (reste à payer : %(left)s)") % facts
    return gettext("%(invoice)s du %(day)s") % facts


def _ask_the_office(payment: Payment, left: Decimal, now: datetime) -> None:
    open_task(
        kind=TaskKind.DOUBLE_PAYMENT,
        source=f"payment:{payment.pk}:unplaced",
        regie=payment.regie.code,
        title=f"{format_euros(left)} à rendre ou à garder en avoir : paiement {payment.reference}",
        body="\n".join(f"{item.invoice} : déjà réglée" for item in payment.invoice_items.all()),
        now=now,
    )
