"""What a household was invoiced and paid in a year, and what of it counts for its taxes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from django.db.models import QuerySet, Sum

from billing.enums import SETTLED_PAYMENTS, PaymentState
from billing.models import Allocation, Invoice, InvoiceLine, Payment, Refund
from billing.nature import Nature, nature_of
from billing.queries.ledger import published
from core.models import Child, Household
from core.money import ZERO, round_euros
from tenants.context import town_timezone

# Care counts for a child under this age on 1 January.
TAX_AGE = 6


@dataclass(frozen=True, kw_only=True)
class YearStatement:
    """``invoices``: dated in the year, avoirs included; ``payments``: received in it. Euros."""

    year: int
    invoices: list[Invoice]
    payments: list[Payment]

    @property
    def invoiced(self) -> Decimal:
        return sum((invoice.total for invoice in self.invoices), ZERO)

    @property
    def paid(self) -> Decimal:
        return sum((payment.amount for payment in self.payments), ZERO)


@dataclass(kw_only=True)
class ChildTax:
    """What was paid for one child in a year, by nature, refunds taken off. Euros."""

    child: Child
    amounts: dict[Nature, Decimal] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        return sum(self.amounts.values(), ZERO)


def years_of(household: Household, *, on: date) -> list[int]:
    """The years that have something to tell on a day, latest first."""
    invoiced = household.invoices.filter(published(on)).order_by().values_list("year", flat=True).distinct()
    paid = (
        household.payments.filter(state__in=SETTLED_PAYMENTS)
        .order_by()
        .values_list("year", flat=True)
        .distinct()
    )
    return sorted({*invoiced, *(year for year in paid if year)}, reverse=True)


def year_statement(household: Household, year: int, *, on: date) -> YearStatement:
    invoices = household.invoices.filter(published(on), issued_on__year=year).select_related("regie")
    payments = household.payments.filter(state__in=SETTLED_PAYMENTS, paid_at__range=_span(year))
    return YearStatement(
        year=year,
        invoices=list(invoices.order_by("issued_on", "pk")),
        payments=list(payments.select_related("regie").order_by("paid_at", "pk")),
    )


def tax_children(household: Household, year: int) -> list[ChildTax]:
    """What was *paid* in a year for each child under six on its 1 January, whatever was invoiced.

    A payment counts in the proportion of each line of the invoices it paid. Money given back in the year counts less.
    """
    oldest = date(year - TAX_AGE, 1, 1)  # born that day: six years old on 1 January
    children = {
        child.pk: child
        for child in household.children.filter(birth_date__gt=oldest, birth_date__lt=date(year + 1, 1, 1))
    }
    sums: dict[tuple[int, Nature], Decimal] = defaultdict(Decimal)
    for line, share in [*_paid(household, year), *_given_back(household, year)]:
        whose = line.charge.child_id
        if whose in children:
            tariff = line.charge.tariff
            said = tariff.nature if tariff else None
            nature = nature_of(group=line.group_label, label=line.label, said=said)
            sums[whose, nature] += share
    found = []
    for pk, child in children.items():
        amounts = {nature: round_euros(sums[pk, nature]) for nature in Nature if sums[pk, nature]}
        if amounts:
            found.append(ChildTax(child=child, amounts=amounts))
    return found


def _paid(household: Household, year: int) -> Iterable[tuple[InvoiceLine, Decimal]]:
    used = Allocation.objects.filter(
        invoice__household=household, payment__state=PaymentState.PAID, payment__paid_at__range=_span(year)
    )
    sums = used.order_by().values("invoice").annotate(sum=Sum("amount")).values_list("invoice", "sum")
    return _shares(dict(sums))


def _given_back(household: Household, year: int) -> Iterable[tuple[InvoiceLine, Decimal]]:
    refunds = Refund.objects.filter(household=household, done_at__range=_span(year))
    for refund in refunds.filter(charge__isnull=False).select_related("charge__invoice_line__charge__tariff"):
        assert refund.charge is not None  # filtered
        yield refund.charge.invoice_line, -refund.amount
    notes = (
        refunds.filter(credit_note__isnull=False).order_by().values("credit_note").annotate(sum=Sum("amount"))
    )
    yield from _shares({pk: -amount for pk, amount in notes.values_list("credit_note", "sum")})


def _shares(amounts: dict[int, Decimal]) -> Iterable[tuple[InvoiceLine, Decimal]]:
    """Spread euros over the lines of documents, in proportion of each line."""
    lines: QuerySet[InvoiceLine] = InvoiceLine.objects.filter(invoice__in=amounts, invoice__total__gt=0) | (
        InvoiceLine.objects.filter(invoice__in=amounts, invoice__total__lt=0)
    )
    for line in lines.select_related("invoice", "charge__tariff"):
        yield line, line.amount * amounts[line.invoice_id] / abs(line.invoice.total)


def _span(year: int) -> tuple[datetime, datetime]:
    tz = town_timezone()
    return datetime(year, 1, 1, tzinfo=tz), datetime.combine(date(year, 12, 31), time.max, tz)
