"""What providers announce, on the one callback host of the installation.

What an announcement is worth is for billing.services.callbacks to say. The answer never tells whether the payment
exists.
"""

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from billing.providers.base import Callback, ProviderError
from billing.providers.registry import DRIVERS
from billing.services.callbacks import hear_notification
from core.clock import now
from tenants.context import ready_commune, use_commune

log = structlog.get_logger(__name__)


@csrf_exempt
@require_http_methods(["GET", "POST"])
def provider_notification(request: HttpRequest, driver: str, slug: str) -> HttpResponse:
    commune = ready_commune(slug)
    if commune is None or driver not in DRIVERS:
        raise Http404
    body = request.body  # read before the form is: a signature covers it as it came
    callback = Callback(request.GET.dict() | request.POST.dict(), body, _header_values(request))
    with use_commune(commune):
        try:
            payment = hear_notification(driver=driver, callback=callback, now=now())
        except ProviderError as error:
            # The next check is planned; the provider has nothing to learn from it.
            log.warning("provider_unavailable", driver=driver, code=error.code, message=error.message)
        else:
            if payment is None:
                log.info("notification_unknown", commune=slug, driver=driver)
    return HttpResponse("OK", content_type="text/plain")


def _header_values(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}
