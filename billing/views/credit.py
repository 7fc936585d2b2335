"""Credit of families, for the desk: who has some, using it for an invoice, giving it back."""

from decimal import Decimal

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from billing.models import Invoice
from billing.queries.credits import credit_totals, credits_of
from billing.queries.invoices import unpaid_invoices
from billing.queries.reach import within
from billing.services.credit_use import refund_credit, use_credit
from billing.views.reach import own_regie, own_regies
from core import clock
from core.audit_acts import AuditAct
from core.errors import DomainError
from core.models import Household
from core.money import ZERO, format_euros
from core.rights import Right
from core.services.audit import record
from core.views.access import agent_required
from core.views.listing import exported, page_of
from tenants.context import town_timezone


class RefundForm(forms.Form):
    montant = forms.DecimalField(
        label="Montant", min_value=Decimal("0.01"), max_digits=8, decimal_places=2, localize=True
    )
    motif = forms.CharField(label="Motif", max_length=200)


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_credits(request: HttpRequest) -> HttpResponse:
    rows = [
        (regie, household, left) for regie in own_regies(request) for household, left in credit_totals(regie)
    ]
    columns = ("N° de dossier", "Dossier", "Régie", "Avoir")
    cells = ((household.number, household.name, regie, left) for regie, household, left in rows)
    if file := exported(request.GET, name="avoirs", columns=columns, rows=cells):
        return file
    context = {"page": page_of(rows, request.GET), "total": sum((left for _, _, left in rows), ZERO)}
    return render(request, "agent/campaigns/credits.html", context)


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_credit(request: HttpRequest, household_id: int, code: str) -> HttpResponse:
    household, regie = get_object_or_404(Household, pk=household_id), own_regie(request, code)
    found = credits_of(household, regie)
    left = sum((credit.left for credit in found), ZERO)
    context = {
        "household": household,
        "regie": regie,
        "credits": found,
        "left": left,
        "invoices": unpaid_invoices(household, regie, on=clock.today(town_timezone())),
        "refunds": household.refunds.filter(regie=regie, charge=None),
        "form": RefundForm(initial={"montant": left}),
    }
    return render(request, "agent/campaigns/credit.html", context)


@agent_required(right=Right.CASH, scoped=True)
@require_POST
def agent_credit_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Pay one invoice with credit."""
    invoices = Invoice.objects.filter(within(request.reach, "regie")).select_related("regie", "household")
    invoice = get_object_or_404(invoices, pk=pk)
    now = clock.now()
    used = use_credit(invoice=invoice, now=now)
    if used:
        record(act=AuditAct.CREDIT_USED, by=request.user, now=now, on=invoice, note=format_euros(used))
        messages.success(request, f"{format_euros(used)} d’avoir utilisés pour la {str(invoice).lower()}.")
    else:
        messages.warning(request, "Rien n’a été utilisé : il n’y a plus d’avoir, ou plus rien à payer.")
    return redirect("agent_credit", invoice.household_id, invoice.regie.code)


@agent_required(right=Right.CASH, scoped=True)
@require_POST
def agent_credit_refund(request: HttpRequest, household_id: int, code: str) -> HttpResponse:
    """Put credit on the list of what the régie gives back."""
    household, regie = get_object_or_404(Household, pk=household_id), own_regie(request, code)
    form = RefundForm(request.POST)
    if not form.is_valid():
        for field, errors in form.errors.items():
            messages.warning(request, f"{form[field].label} : {' '.join(errors)}")
        return redirect("agent_credit", household_id, code)
    amount: Decimal = form.cleaned_data["montant"]
    try:
        refund_credit(
            household=household,
            regie=regie,
            amount=amount,
            reason=form.cleaned_data["motif"],
            now=clock.now(),
        )
    except DomainError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, f"{format_euros(amount)} sont sur la liste des remboursements à faire.")
    return redirect("agent_credit", household_id, code)
