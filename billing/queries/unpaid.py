"""What families still owe, as the desk looks at it, and who has to be reminded of it."""

from datetime import date

from django.db.models import Count, F, Max, QuerySet

from billing.enums import DocumentKind
from billing.models import Invoice, Regie
from billing.queries.debits import announced_for
from billing.queries.invoices import overdue
from billing.queries.ledger import at_treasury, published, with_allocated
from core.queries.families import find_households


def find_unpaid(
    search: str = "", *, on: date, regie: int | None = None, late: bool = False, reminded: int | None = None
) -> QuerySet[Invoice]:
    """Invoices that families see on a day and have not wholly paid; each has ``allocated``, ``left`` (euros) and
    ``reminders`` (how many were sent). ``late``: only those whose term has passed.

    What was handed over to the Trésor is not for the desk to collect.
    """
    invoices = Invoice.objects.filter(published(on), ~at_treasury(), kind=DocumentKind.INVOICE)
    if regie:
        invoices = invoices.filter(regie=regie)
    if late:
        invoices = invoices.filter(overdue(on))
    if search:
        invoices = invoices.filter(household__in=find_households(search).values("pk"))
    unpaid = with_allocated(invoices, "invoice").filter(allocated__lt=F("total"))
    counted = unpaid.annotate(left=F("total") - F("allocated"), reminders=Count("reminders_sent"))
    return counted if reminded is None else counted.filter(reminders=reminded)


def to_remind(regie: Regie, *, on: date) -> list[tuple[Invoice, int]]:
    """Unpaid invoices of a régie with the step they have reached and were not told yet; steps that were missed
    are skipped, and so is what is going to be debited. In one query."""
    steps = sorted(regie.reminder_days)
    invoices = find_unpaid(on=on, regie=regie.pk).filter(due_on__isnull=False)
    found: list[tuple[Invoice, int]] = []
    invoices = invoices.annotate(debit_on=announced_for()).filter(debit_on=None)
    for invoice in invoices.annotate(last_step=Max("reminders_sent__step")).order_by(
        "household", "due_on", "pk"
    ):
        assert invoice.due_on is not None  # filtered
        step = sum((on - invoice.due_on).days >= days for days in steps)
        if step > (invoice.last_step or 0):
            found.append((invoice, step))
    return found
