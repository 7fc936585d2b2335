"""The family's way back from the provider. Nothing here decides what was paid: settlement asks the provider."""

from collections.abc import Callable
from uuid import UUID

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from billing.enums import WAITING_PAYMENTS, Fulfilment, PaymentState, Trigger
from billing.models import Payment
from billing.providers.base import Callback, ProviderError
from billing.purposes import purpose_of
from billing.services.callbacks import hear_return
from billing.services.payments import GAVE_UP
from billing.services.settlement import settle
from core.clock import now
from core.views.access import family_required
from core.views.listing import number_in

log = structlog.get_logger(__name__)

WITHOUT_MONEY = frozenset({"refused", "cancelled", "over"})
POLLS = 24  # one every 5 seconds (billing/payment_wait.html): two minutes


@csrf_exempt  # a provider may send the browser back by a form of its own
@never_cache
@require_http_methods(["GET", "POST"])
def payment_return(request: HttpRequest, token: UUID) -> HttpResponse:
    """Open to anybody who has the token: the browser may come back without its session, and learns nothing here."""
    online = Payment.objects.filter(account__isnull=False).select_related("account")
    payment = get_object_or_404(online, token=token)
    callback, gave_up = Callback(request.GET.dict() | request.POST.dict()), GAVE_UP in request.GET
    payment = _asked(
        payment, lambda: hear_return(payment=payment, callback=callback, gave_up=gave_up, now=now())
    )
    return redirect(purpose_of(payment).return_url(payment))


@never_cache
@require_GET
@family_required
def payment_form(request: HttpRequest, token: UUID) -> HttpResponse:
    """The form that opens the page of a provider that takes no plain visit. Too late, or decided: the result."""
    payment = _own_payment(request, token)
    if payment.state != PaymentState.STARTED or payment.usable_until < now() or not payment.page_fields:
        return redirect("payment_result", token=token)
    return render(request, "billing/payment_form.html", {"payment": payment})


@never_cache
@require_GET
@family_required
def payment_result(request: HttpRequest, token: UUID) -> HttpResponse:
    payment = _own_payment(request, token)
    # A purpose may have words of its own for the result.
    templates = [f"billing/result/{payment.purpose}.html", "billing/payment_result.html"]
    return render(request, templates, _context(payment, poll=1))


@never_cache
@require_GET
@family_required
def payment_status(request: HttpRequest, token: UUID) -> HttpResponse:
    """Asked by the waiting page. Once the payment is decided, htmx loads the result page in its place."""
    payment = _own_payment(request, token)
    payment = _asked(payment, lambda: settle(payment_id=payment.pk, trigger=Trigger.POLL, now=now()))
    result = reverse("payment_result", args=[payment.token])
    if not request.htmx:
        return redirect(result)
    if not payment.is_waiting:
        return HttpResponse(headers={"HX-Redirect": result})
    poll = (number_in(request.GET, "n") or 0) + 1
    return render(request, "billing/payment_wait.html", _context(payment, poll=poll))


def _own_payment(request: HttpRequest, token: UUID) -> Payment:
    payments = Payment.objects.select_related("regie")
    return get_object_or_404(payments, token=token, household=request.user.guardian.household)


def _asked(payment: Payment, settle_it: Callable[[], Payment]) -> Payment:
    """The payment after a word with its provider; as it was when the provider does not answer."""
    try:
        return settle_it()
    except ProviderError as error:
        log.warning("provider_unavailable", payment=payment.pk, code=error.code, message=error.message)
        return payment


def _context(payment: Payment, *, poll: int) -> dict[str, object]:
    purpose, verdict = purpose_of(payment), _verdict(payment)
    return {
        "payment": payment,
        "verdict": verdict,
        "contents": purpose.contents(payment),
        # While money may still come, paying again is only told to those who know that they did not pay.
        "way_back": purpose.way_back(payment, now=now()) if verdict in WITHOUT_MONEY | {"waiting"} else None,
        "poll": poll,
        "polls": POLLS,
    }


def _verdict(payment: Payment) -> str:
    """What the result page tells: one word of billing/payment_result.html."""
    if payment.state in WAITING_PAYMENTS:
        return "waiting"
    if payment.fulfilment == Fulfilment.PENDING:
        return "delivering"
    if payment.is_settled and payment.fulfilment == Fulfilment.UNPLACED:
        return "unplaced"
    over = {PaymentState.EXPIRED, PaymentState.FAILED}
    return "over" if payment.state in over else payment.state
