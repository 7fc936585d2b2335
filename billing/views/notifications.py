"""What providers announce, on the one callback host of the installation.

An announcement is only a hint that something may have happened: the provider itself is then asked
(billing.services.settlement). The answer never tells whether the payment exists.
"""

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from billing.enums import Trigger
from billing.models import Payment, ProviderAccount
from billing.providers.base import ProviderError
from billing.providers.registry import DRIVERS
from billing.services.accounts import open_account
from billing.services.settlement import settle
from core.clock import now
from tenants.context import ready_commune, use_commune

log = structlog.get_logger(__name__)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def provider_notification(request: HttpRequest, driver: str, slug: str) -> HttpResponse:
    commune = ready_commune(slug)
    if commune is None or driver not in DRIVERS:
        raise Http404
    params = request.GET.dict() | request.POST.dict()
    with use_commune(commune):
        payment = _announced(driver, params)
        if payment is None:
            log.info("notification_unknown", commune=slug, driver=driver)
        else:
            _look_up(payment)
    return HttpResponse("OK", content_type="text/plain")


def _announced(driver: str, params: dict[str, str]) -> Payment | None:
    """The payment that an announcement names, through whichever of the town's accounts can read it."""
    for account in ProviderAccount.objects.filter(driver=driver).order_by("closed_at", "pk"):
        opened = open_account(account)
        hint = opened.driver.read_callback(opened.config, params)
        if hint is None:
            continue
        payment = Payment.objects.filter(account=account, provider_ref=hint.provider_ref).first()
        if payment is not None:
            return payment
    return None


def _look_up(payment: Payment) -> None:
    try:
        settle(payment_id=payment.pk, trigger=Trigger.NOTIFICATION, now=now())
    except ProviderError as error:
        # The next check is planned; the provider has nothing to learn from it.
        log.warning("provider_unavailable", payment=payment.pk, code=error.code, message=error.message)
