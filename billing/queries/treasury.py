"""Unpaid invoices that may go to the Trésor, those that went, and what is told of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db.models import QuerySet

from billing.exports.treasury import Debt, DebtInvoice, Debtor, Issuer, TreasuryFile
from billing.models import Handover, HandoverItem, Invoice, Regie, TreasuryCodes
from billing.queries.attempts import under_way
from billing.queries.debits import announced_for
from billing.queries.invoices import overdue
from billing.queries.ledger import with_allocated
from billing.queries.unpaid import find_unpaid
from core.models import CommuneSettings, Household
from core.money import ZERO


@dataclass(kw_only=True)
class Debtors:
    """A household's invoices whose term has passed at one régie. Euros."""

    household: Household
    invoices: list[Invoice] = field(default_factory=list)

    @property
    def left(self) -> Decimal:
        return sum((invoice.left for invoice in self.invoices), ZERO)  # type: ignore[attr-defined]  # annotated


def to_hand_over(regie: Regie, *, on: date) -> list[Debtors]:
    """Households that owe the régie's threshold or more in invoices whose term has passed, the largest first. One query.

    An invoice that is being paid online, or is going to be debited, waits.
    """
    being_paid = Invoice.objects.filter(under_way("payment_items__payment__"))
    late = find_unpaid(on=on, regie=regie.pk).filter(overdue(on)).exclude(pk__in=being_paid)
    late = late.annotate(debit_on=announced_for()).filter(debit_on=None)
    found: dict[int, Debtors] = {}
    for invoice in late.select_related("household").order_by("due_on", "pk"):
        found.setdefault(invoice.household_id, Debtors(household=invoice.household)).invoices.append(invoice)
    owing = [one for one in found.values() if one.left >= regie.treasury_minimum]
    return sorted(owing, key=lambda one: (-one.left, one.household.number))


def paid_since(handover: Handover) -> QuerySet[HandoverItem]:
    """Items that were paid here, wholly or in part, after they went: the Trésor must be told."""
    invoices = with_allocated(Invoice.objects.filter(handovers__handover=handover), "invoice")
    paid = {invoice.pk: invoice.total - invoice.allocated for invoice in invoices}
    changed = [
        item.pk for item in handover.items.filter(withdrawn_at=None) if paid[item.invoice_id] < item.amount
    ]
    return handover.items.filter(pk__in=changed)


def treasury_file(handover: Handover) -> TreasuryFile:
    """What is still at the Trésor of a handover, by payer."""
    items = list(
        handover.items.filter(withdrawn_at=None)
        .select_related("household", "invoice")
        .prefetch_related("household__guardians")
        .order_by("household__number", "invoice__issued_on", "pk")
    )
    codes = TreasuryCodes.objects.filter(regie=handover.regie).first()
    return TreasuryFile(
        town=CommuneSettings.objects.get().heading,
        regie=handover.regie.name,
        year=handover.year,
        number=handover.number,
        on=handover.on,
        issuer=_issuer(codes) if codes else None,
        debts=tuple(
            Debt(debtor=_debtor(household), invoices=tuple(_invoices(rows)))
            for household, rows in groupby(items, key=lambda item: item.household)
        ),
    )


def _issuer(codes: TreasuryCodes) -> Issuer:
    return Issuer(
        siret=codes.siret,
        post=codes.post,
        town_code=codes.town_code,
        budget_code=codes.budget_code,
        product_code=codes.product_code,
    )


def _debtor(household: Household) -> Debtor:
    payer = min(household.guardians.all(), key=lambda one: (not one.is_payer, one.pk), default=None)
    return Debtor(
        file_number=household.number,
        first_name=payer.first_name if payer else "",
        last_name=payer.last_name if payer else household.name,
        address=household.address,
        postcode=household.postcode,
        city=household.city,
    )


def _invoices(items: Iterable[HandoverItem]) -> Iterable[DebtInvoice]:
    for item in items:
        one = item.invoice
        yield DebtInvoice(
            reference=one.reference,
            issued_on=one.issued_on,
            due_on=one.due_on,
            total=one.total,
            left=item.amount,
        )
