"""Pages of the refusals of the framework, in human words."""

import structlog
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

from core.guardian_roles import GuardianRole
from core.queries.rights import administrators
from core.views.access import ContactOnlyError, RightMissingError

log = structlog.get_logger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  Django passes it by name
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RightMissingError):
        asked = {"right": exception.right, "elsewhere": exception.elsewhere, "givers": administrators()}
        return render(request, "agent/forbidden.html", asked, status=403)
    if isinstance(exception, ContactOnlyError):
        household = request.user.guardian.household
        managers = household.guardians.filter(role=GuardianRole.MANAGER, user__isnull=False)
        return render(request, "account/contact_only.html", {"managers": managers}, status=403)
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  Django passes it by name
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    try:
        return render(request, "500.html", status=500)
    except Exception:
        # What broke the page (a database that is down) may break its error page: say it without the town.
        log.exception("error_page_failed")
        return HttpResponseServerError(render_to_string("500.html"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    log.info("csrf_refused", reason=reason)
    return render(request, "errors/csrf.html", status=403)
