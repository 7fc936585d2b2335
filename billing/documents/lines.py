"""Lines of invoices as families read them: the days of one price together, as on the basket."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby
from typing import Any

from billing.models import InvoiceLine
from core.models import Branding, CommuneSettings
from core.money import ZERO, format_euros
from core.words import NBSP, days_summary


def grouped_lines(lines: Iterable[InvoiceLine]) -> list[dict[str, Any]]:
    """One group a child and service: ``title`` and ``rows`` of (label with its days, quantity, price, amount)."""
    ordered = sorted(lines, key=lambda line: (_title(line), line.label, line.unit_price, line.service_date))
    return [
        {
            "title": title,
            "rows": [_row(label, price, list(days)) for (label, price), days in groupby(group, key=_kind)],
        }
        for title, group in groupby(ordered, key=_title)
    ]


def letterhead() -> dict[str, Any]:
    """The town as its documents show it today: its name and its colour."""
    town = CommuneSettings.objects.get()
    branding = Branding.objects.first() or Branding()
    return {
        "town": town.heading,
        "service": town.service_name,
        "address": town.address_lines,
        "phone": town.phone,
        "accent": branding.accent,
        "theme": branding.theme,
    }


def _title(line: InvoiceLine) -> str:
    child = line.charge.child
    return f"{child.first_name} – {line.group_label}" if child else line.group_label


def _kind(line: InvoiceLine) -> tuple[str, Decimal]:
    return line.label, line.unit_price


def _row(label: str, price: Decimal, lines: list[InvoiceLine]) -> dict[str, str]:
    quantity = sum((line.quantity for line in lines), ZERO).normalize()
    return {
        "label": f"{label}{NBSP}: {days_summary(line.service_date for line in lines)}",
        "quantity": f"{quantity:f}".replace(".", ","),
        "price": format_euros(price),
        "amount": format_euros(sum((line.amount for line in lines), ZERO)),
    }
