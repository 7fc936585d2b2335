"""Payments as the desk reads them: the list, what the provider said, and what may be done about one."""

from collections.abc import Iterator

from django.contrib import messages
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from billing.enums import SETTLED_PAYMENTS, PaymentState, Trigger
from billing.models import Payment, Refund
from billing.providers.base import ProviderError
from billing.providers.registry import get_driver
from billing.queries.reach import within
from billing.queries.tasks import money_tasks
from billing.services.provider_acts import can_refund, may_be_rejected, refund_by_provider, reject_debit
from billing.services.settlement import settle
from billing.views.reach import own_regies
from booking.forms_payments import PaymentFilterForm, RejectionForm
from booking.queries.office import PAYMENT_ORDERS, find_payments
from core import clock
from core.errors import DomainError
from core.models import StaffTask
from core.money import ZERO
from core.rights import Right
from core.views.access import agent_required
from core.views.listing import exported, ordered, page_of

COLUMNS = ("Référence", "N° de dossier", "Dossier", "Payeur", "Régie", "Moyen", "Mode", "Ouvert le", "Payé le", "Quittance", "Montant", "État", "Référence chez le prestataire")  # fmt: skip


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_payments(request: HttpRequest) -> HttpResponse:
    form = PaymentFilterForm(request.GET, regies=own_regies(request))
    found = find_payments(**form.chosen).filter(within(request.reach, "regie"))
    rows = ordered(found, request.GET, PAYMENT_ORDERS, default="-cree")
    if table := exported(request.GET, name="paiements", columns=COLUMNS, rows=_cells(rows)):
        return table
    received = found.filter(state__in=SETTLED_PAYMENTS).aggregate(sum=Sum("amount"))["sum"] or ZERO
    context = {
        "page": page_of(rows, request.GET),
        "form": form,
        "received": received,
        "to_check": money_tasks(request.reach).filter(source__startswith="payment:").count(),
    }
    return render(request, "agent/payments.html", context)


@agent_required(right=Right.ACCOUNTS, scoped=True)
@require_safe
def agent_payment(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _payment(request, pk), RejectionForm())


@agent_required(right=Right.CASH, scoped=True)
@require_POST
def agent_payment_check(request: HttpRequest, pk: int) -> HttpResponse:
    """« Vérifier » : ask the provider what became of the payment, as its own notification would make us do."""
    payment = get_object_or_404(Payment, within(request.reach, "regie"), pk=pk)
    try:
        payment = settle(payment_id=payment.pk, trigger=Trigger.STAFF, now=clock.now())
    except ProviderError:
        messages.warning(
            request,
            "Le prestataire ne répond pas. Rien n’a changé ; la prochaine vérification est déjà prévue.",
        )
    else:
        messages.success(request, f"Vérifié auprès du prestataire : {payment.get_state_display().lower()}.")
    return redirect("agent_payment", payment.pk)


@agent_required(right=Right.CASH, scoped=True)
@require_POST
def agent_payment_reject(request: HttpRequest, pk: int) -> HttpResponse:
    """The bank gave a debit back: the agent read it on the régie's account, no provider tells it."""
    payment, form = _payment(request, pk), RejectionForm(request.POST)
    if not form.is_valid():
        return _page(request, payment, form)
    try:
        reject_debit(payment=payment, reason=form.cleaned_data["motif"], by=request.user, now=clock.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "Rejet noté : ce que ce paiement avait soldé est de nouveau dû.")
    return redirect("agent_payment", payment.pk)


@agent_required(right=Right.CASH, scoped=True)
@require_POST
def agent_payment_refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the provider give back one refund of the list."""
    refund = get_object_or_404(
        Refund.objects.select_related("payment__account"),
        within(request.reach, "payment__regie"),
        pk=pk,
        payment__isnull=False,
    )
    try:
        refund_by_provider(refund=refund, by=request.user, now=clock.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "Remboursement demandé au prestataire, qui l’a accepté.")
    return redirect("agent_payment", refund.payment_id)


def _payment(request: HttpRequest, pk: int) -> Payment:
    return get_object_or_404(find_payments(), within(request.reach, "regie"), pk=pk)


def _page(request: HttpRequest, payment: Payment, form: RejectionForm) -> HttpResponse:
    context = {
        "payment": payment,
        "provider": get_driver(payment.account.driver).label if payment.account else "",
        "events": [
            (event, PaymentState(event.from_state).label, PaymentState(event.to_state).label)
            for event in payment.events.all()
        ],
        "items": payment.items.select_related("reservation__child"),
        "invoices": payment.invoice_items.select_related("invoice"),
        "refunds": payment.refunds.select_related("done_by"),
        "can_refund": can_refund(payment),
        "rejection": form if may_be_rejected(payment) else None,
        "tasks": StaffTask.objects.filter(source__startswith=f"payment:{payment.pk}:").order_by(
            "-created_at"
        ),
    }
    return render(request, "agent/payment.html", context)


def _cells(payments: QuerySet[Payment]) -> Iterator[tuple[object, ...]]:
    for payment in payments.iterator(chunk_size=500):
        yield (
            payment.reference,
            payment.household.number,
            payment.household.name,
            payment.payer_email,
            payment.regie.name,
            payment.by_means,
            payment.mode if payment.is_online else "",
            payment.created_at,
            payment.paid_at,
            payment.receipt_reference,
            payment.amount,
            payment.get_state_display(),
            payment.provider_ref,
        )
