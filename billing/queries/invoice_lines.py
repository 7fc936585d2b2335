"""The lines of an invoice with the reason of each price, the days of one price together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from billing.models import Draft, Invoice, InvoiceLine
from billing.pricing.shape import ESTIMATE
from core.money import ZERO
from core.words import NBSP, days_summary


@dataclass(frozen=True, kw_only=True)
class ExplainedLine:
    """``price`` and ``amount`` in euros."""

    title: str
    label: str
    days: tuple[date, ...]
    quantity: Decimal
    price: Decimal
    amount: Decimal
    reasons: tuple[str, ...]

    @property
    def designation(self) -> str:
        return f"{self.label}{NBSP}: {days_summary(self.days)}"


def explained_lines(invoice: Invoice) -> list[ExplainedLine]:
    """Two queries. The reasons are those of the charge, frozen with its price; a campaign has rated what was an
    estimate, and its invoices no longer announce one."""
    is_final = Draft.objects.filter(invoice=invoice).exists()
    kinds = {line: _kind(line, is_final) for line in invoice.lines.select_related("charge__child")}
    ordered = sorted(kinds, key=lambda line: (*kinds[line], line.service_date))
    return [_explained(kind, group) for kind, group in groupby(ordered, key=kinds.__getitem__)]


def _kind(line: InvoiceLine, is_final: bool) -> tuple[str, str, Decimal, tuple[str, ...]]:
    child = line.charge.child
    title = f"{child.first_name} – {line.group_label}" if child else line.group_label
    told = tuple(why for why in line.charge.reasons if not (is_final and why.startswith(ESTIMATE)))
    return title, line.label, line.unit_price, told


def _explained(
    kind: tuple[str, str, Decimal, tuple[str, ...]], group: Iterable[InvoiceLine]
) -> ExplainedLine:
    title, label, price, reasons = kind
    lines = list(group)
    return ExplainedLine(
        title=title,
        label=label,
        days=tuple(line.service_date for line in lines),
        quantity=sum((line.quantity for line in lines), ZERO).normalize(),
        price=price,
        amount=sum((line.amount for line in lines), ZERO),
        reasons=reasons,
    )
