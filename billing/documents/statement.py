"""The yearly statement and the tax attestation of a household."""

from datetime import date

from django.utils.formats import date_format

from billing.documents.lines import letterhead
from billing.documents.render import render_pdf
from billing.nature import Nature
from billing.queries.statements import tax_children, year_statement
from core.languages import in_french
from core.models import Household
from core.money import ZERO, format_euros
from tenants.context import town_timezone


@in_french()
def statement_pdf(household: Household, year: int, *, on: date) -> bytes:
    """Relevé annuel: each invoice and each payment of the year."""
    statement = year_statement(household, year, on=on)
    tz = town_timezone()
    data = _head(household, f"Relevé de l’année {year}", on) | {
        "invoices": [
            [
                f"{invoice.issued_on:%d/%m/%Y}",
                f"{invoice} – {invoice.regie_name}",
                format_euros(invoice.total),
            ]
            for invoice in statement.invoices
        ],
        "payments": [
            [
                f"{payment.paid_at.astimezone(tz):%d/%m/%Y}" if payment.paid_at else "",
                f"Paiement n° {payment.receipt_reference} – {payment.regie.name}",
                format_euros(payment.amount),
            ]
            for payment in statement.payments
        ],
        "invoiced": format_euros(statement.invoiced),
        "paid": format_euros(statement.paid),
    }
    return render_pdf("statement", data)


@in_french()
def fiscal_pdf(household: Household, year: int, *, on: date) -> bytes:
    """Attestation fiscale: what was paid in the year for the care of children under six, meals apart."""
    found = tax_children(household, year)
    care = sum((one.amounts.get(Nature.CARE, ZERO) for one in found), ZERO)
    data = _head(household, f"Attestation fiscale {year}", on) | {
        "year": str(year),
        "children": [
            {
                "name": f"{one.child}, né(e) le {one.child.birth_date:%d/%m/%Y}",
                "rows": [[nature.label, format_euros(amount)] for nature, amount in one.amounts.items()],
            }
            for one in found
        ],
        "care": format_euros(care),
    }
    return render_pdf("fiscal", data)


def _head(household: Household, title: str, on: date) -> dict[str, object]:
    payer = household.guardians.order_by("-is_payer", "pk").first()
    return letterhead() | {
        "title": title,
        "date": date_format(on, "j F Y"),
        "household": household.number,
        "recipient": [str(payer or household.name), *household.address_lines],
    }
