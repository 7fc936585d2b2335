"""Payments as the desk reads them: the list, what the provider said, and asking it once more."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from billing.enums import PaymentState, Trigger
from billing.models import Payment, Regie
from billing.providers.base import ProviderError
from billing.services.settlement import settle
from booking.queries.office import PAYMENT_ORDERS, find_payments
from core import clock
from core.views.access import agent_required
from core.views.listing import number_in, ordered, page_of, searched


@agent_required
@require_safe
def agent_payments(request: HttpRequest) -> HttpResponse:
    search, state = searched(request.GET), request.GET.get("etat", "")
    chosen = {
        "regie": number_in(request.GET, "regie"),
        "state": state if state in PaymentState.values else "",
    }
    rows = ordered(find_payments(search, **chosen), request.GET, PAYMENT_ORDERS, default="-cree")
    context = {
        "page": page_of(rows, request.GET),
        "search": search,
        "chosen": chosen,
        "regies": Regie.objects.all(),
        "states": PaymentState.choices,
    }
    return render(request, "agent/payments.html", context)


@agent_required
@require_safe
def agent_payment(request: HttpRequest, pk: int) -> HttpResponse:
    payment = get_object_or_404(find_payments().select_related("account"), pk=pk)
    context = {
        "payment": payment,
        "events": [
            (event, PaymentState(event.from_state).label, PaymentState(event.to_state).label)
            for event in payment.events.all()
        ],
        "items": payment.items.select_related("reservation__child"),
    }
    return render(request, "agent/payment.html", context)


@agent_required
@require_POST
def agent_payment_check(request: HttpRequest, pk: int) -> HttpResponse:
    """« Vérifier » : ask the provider what became of the payment, as its own notification would make us do."""
    payment = get_object_or_404(Payment, pk=pk)
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
