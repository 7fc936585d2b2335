"""« Payer en ligne »: the page « Paiement », then the provider."""

from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from billing.errors import AmountChangedError, InvoicePaymentInProgressError
from billing.forms import InvoiceChoiceForm, PayInvoicesForm
from billing.models import Payment, Regie
from billing.services.invoice_payments import open_invoice_payment
from billing.services.payments import provider_page
from core import clock
from core.errors import DomainError
from core.views.access import family_required
from tenants.context import town_timezone


@never_cache
@require_GET
@family_required
def invoice_pay(request: HttpRequest, code: str) -> HttpResponse:
    """« Paiement »: what was ticked, what is left of it, before leaving for the provider."""
    regie = get_object_or_404(Regie, code=code)
    form = InvoiceChoiceForm(
        request.GET, household=request.user.guardian.household, regie=regie, on=clock.today(town_timezone())
    )
    if form.errors.keys() - {"part"}:
        return _back_to_the_invoices(request, form, regie)
    return _what_is_paid(request, form)


@never_cache
@require_POST
@family_required
def invoice_payment_start(request: HttpRequest, code: str) -> HttpResponse:
    regie = get_object_or_404(Regie, code=code)
    household = request.user.guardian.household
    form = PayInvoicesForm(request.POST, household=household, regie=regie, on=clock.today(town_timezone()))
    if not form.is_valid():
        if form.errors.keys() == {"part"}:
            return _what_is_paid(request, form)
        return _back_to_the_invoices(request, form, regie)
    invoice_ids: list[int] = [invoice.pk for invoice in form.cleaned_data["facture"]]
    expected: Decimal = form.cleaned_data["montant"]
    part: Decimal | None = form.cleaned_data["part"]
    try:
        payment = open_invoice_payment(
            household=household,
            regie=regie,
            invoice_ids=invoice_ids,
            expected=expected,
            part=part,
            payer=request.user,
            restart=form.cleaned_data["recommencer"],
            now=clock.now(),
        )
    except InvoicePaymentInProgressError as error:
        payment = get_object_or_404(Payment, pk=error.payment_id, household=household)
        context = {
            "payment": payment,
            "regie": regie,
            "invoice_ids": invoice_ids,
            "expected": expected,
            "part": part,
        }
        return render(request, "billing/payment_in_progress.html", context, status=409)
    except AmountChangedError as error:
        messages.warning(request, error.message)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        return redirect(provider_page(payment))
    return redirect("regie_block", regie.code)


def _what_is_paid(request: HttpRequest, form: InvoiceChoiceForm) -> HttpResponse:
    """« Paiement ». A part that is refused stays in its field, and everything is offered to pay."""
    return render(request, "billing/invoice_pay.html", {"regie": form.regie, "form": form})


def _back_to_the_invoices(request: HttpRequest, form: InvoiceChoiceForm, regie: Regie) -> HttpResponse:
    for message in form.errors.get("facture", [gettext("Cette demande n’est pas complète. Recommencez.")]):
        messages.error(request, message)
    return redirect("regie_block", regie.code)
