from django.db.models import Sum

from billing.documents.lines import letterhead
from billing.documents.render import render_pdf
from billing.enums import PaymentState
from billing.models import Allocation, Invoice, Payment, Quittance
from core.languages import in_french
from core.money import ZERO, format_euros
from core.words import moment
from tenants.context import town_timezone


@in_french()
def quittance_pdf(quittance: Quittance) -> bytes:
    """What was received at the counter, by which means, and what it paid; undone payments are shown as such."""
    payments = list(quittance.payments.select_related("tender").order_by("number"))
    used = Allocation.objects.filter(payment__in=payments).order_by()
    paid = dict(
        used.values("invoice").annotate(sum=Sum("amount")).exclude(sum=0).values_list("invoice", "sum")
    )
    kept = sum((one.amount for one in payments if one.state == PaymentState.PAID), ZERO)
    credit = kept - sum(paid.values(), ZERO)
    data = letterhead() | {
        "title": str(quittance),
        "regie": quittance.regie.name,
        "household": str(quittance.household),
        "amount": format_euros(quittance.total),
        "facts": [
            ["Reçu de", quittance.payer_name],
            ["Date", moment(quittance.at.astimezone(town_timezone()))],
            ["Encaissé par", quittance.by.name],
        ],
        "payments": [[_means(payment), format_euros(payment.amount)] for payment in payments],
        "invoices": [
            [f"{invoice} du {invoice.issued_on:%d/%m/%Y}", format_euros(paid[invoice.pk])]
            for invoice in Invoice.objects.filter(pk__in=paid).order_by("issued_on", "pk")
        ],
        "credit": format_euros(credit) if credit else "",
        "mention": quittance.regie.legal_mention.splitlines(),
    }
    return render_pdf("quittance", data)


def _means(payment: Payment) -> str:
    tender = f", {payment.tender}" if hasattr(payment, "tender") else ""
    undone = "" if payment.state == PaymentState.PAID else " – ANNULÉ"
    return f"{payment.by_means}{tender} (paiement n° {payment.receipt_reference}){undone}"
