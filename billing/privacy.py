"""What billing says of a family's data: see core.privacy. Accounts are kept ten years (code de commerce, L123-22)."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import QuerySet

from billing.debits.states import MandateState
from billing.enums import OPEN_PAYMENTS
from billing.models import Charge, Invoice, Mandate, Payment, QuotientDeclaration
from billing.queries.ledger import regie_summaries
from billing.services.declarations import task_source
from core.models import Household, StaffTask
from core.privacy import FORGOTTEN, register_detail, register_eraser, register_obstacles, register_signs
from core.services.files import forget_file
from tenants.context import town_timezone


def register() -> None:
    register_detail("billing.InvoiceLine", "invoice__household")
    register_obstacles("billing.accounts", _open_accounts)
    register_signs("billing.invoices", _invoiced_since)
    register_signs("billing.payments", _paid_since)
    register_eraser("billing.files", _erase)


def _open_accounts(household: Household, now: datetime) -> Iterable[str]:
    for summary in regie_summaries(household, on=now.astimezone(town_timezone()).date()):
        if summary.due:
            yield f"Des factures restent à payer ({summary.regie})."
        if summary.credit:
            yield f"Un avoir reste à rendre à la famille ({summary.regie})."
    if Charge.objects.filter(household=household, voided_at=None, invoice_line=None).exists():
        yield "Des prestations ne sont pas encore facturées."
    if Payment.objects.filter(household=household, state__in=OPEN_PAYMENTS).exists():
        yield "Un paiement est en cours."
    if Mandate.objects.filter(household=household, state=MandateState.ACTIVE).exists():
        yield "Un mandat de prélèvement est en vigueur : révoquez-le d’abord."


def _invoiced_since(since: datetime) -> QuerySet:
    return Invoice.objects.filter(issued_at__gte=since).values_list("household", flat=True)


def _paid_since(since: datetime) -> QuerySet:
    return Payment.objects.filter(created_at__gte=since).values_list("household", flat=True)


def _erase(household: Household, _children: Collection[int]) -> None:
    Payment.objects.filter(household=household).update(payer_email="")
    Mandate.objects.filter(household=household, state=MandateState.DRAFT).delete()
    declarations = QuotientDeclaration.objects.filter(household=household)
    declarations.exclude(answer="").update(answer=FORGOTTEN)
    for declaration in declarations:
        StaffTask.objects.filter(source=task_source(declaration)).delete()
        forget_file(declaration.proof)
    declarations.update(message="", proof="")
