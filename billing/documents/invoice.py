from django.db.models import Sum
from django.utils.formats import date_format

from billing.documents.lines import grouped_lines, letterhead
from billing.documents.render import render_pdf
from billing.models import Invoice
from billing.queries.debits import live_debit
from core.languages import in_french
from core.money import ZERO, format_euros


@in_french()
def invoice_pdf(invoice: Invoice) -> bytes:
    """An invoice or an avoir on A4: what was issued, for ever the same, and what has been paid of it so far."""
    paid = invoice.allocations.aggregate(sum=Sum("amount"))["sum"] or ZERO
    lines = invoice.lines.select_related("charge__child")
    debit = live_debit(invoice)
    data = letterhead() | {
        "title": str(invoice),
        "date": date_format(invoice.issued_on, "j F Y"),
        "regie": invoice.regie_name,
        "issuer": invoice.issuer.splitlines(),
        "recipient": invoice.recipient.splitlines(),
        "household": invoice.household.number,
        "groups": grouped_lines(lines),
        "total": format_euros(invoice.total),
        "paid": format_euros(paid) if paid else "",
        "due": "" if invoice.is_credit_note else format_euros(invoice.total - paid),
        "term": f"{invoice.due_on:%d/%m/%Y}" if invoice.due_on and invoice.total > paid else "",
        "debit": f"Sera prélevée le {debit.day:%d/%m/%Y} : {format_euros(debit.amount)}. Mandat {debit.mandate.rum}."
        if debit
        else "",
        "note": invoice.note.splitlines(),
        "mention": invoice.legal_mention.splitlines(),
    }
    return render_pdf("invoice", data)
