from django.db.models import Sum

from billing.documents.lines import grouped_lines, letterhead
from billing.documents.render import render_pdf
from billing.enums import PaymentState
from billing.models import InvoiceLine, Payment
from billing.providers.registry import get_driver
from core.languages import in_french
from core.money import ZERO, format_euros
from core.words import moment
from tenants.context import town_timezone


@in_french()
def receipt_pdf(payment: Payment) -> bytes:
    """The « ticket de paiement » of money received: who, how much, how, and what it paid."""
    used = payment.allocations.aggregate(sum=Sum("amount"))["sum"] or ZERO
    lines = InvoiceLine.objects.filter(invoice__in=payment.allocations.values("invoice")).select_related(
        "charge__child"
    )
    data = letterhead() | {
        "title": f"Ticket de paiement n° {payment.receipt_reference}",
        "regie": payment.regie.name,
        "household": str(payment.household),
        "amount": format_euros(payment.amount),
        "facts": [
            ["Référence", payment.reference],
            ["Date", moment(payment.paid_at.astimezone(town_timezone()))],
            ["Moyen de paiement", _means(payment)],
            *([["N° d’autorisation", payment.transaction_id]] if payment.transaction_id else []),
            ["État", _state(payment)],
        ],
        "groups": grouped_lines(lines),
        "credit": format_euros(payment.amount - used)
        if payment.amount > used and not payment.is_waiting
        else "",
    }
    return render_pdf("receipt", data)


def _means(payment: Payment) -> str:
    if payment.account is None:
        return payment.get_means_display()
    return f"{payment.method or 'paiement'}, par {get_driver(payment.account.driver).label}"


def _state(payment: Payment) -> str:
    return PaymentState(payment.state).label
