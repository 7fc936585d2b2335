from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from tenants.models import VendorSession, VendorUser

View = Callable[..., HttpResponse]
# In the session of the vendor's person who has shown a code of the telephone, and not a password alone.
CODE_SHOWN = "vendor_code_shown"
# Also there: when the device was last noted as used; a page opened more often than that does not write again.
SEEN, SEEN_EVERY = "vendor_seen", timedelta(minutes=10)


def vendor_required(view: View | None = None, *, enrolling: bool = False) -> View:
    """For a person of the vendor, signed in on the console host, with a second factor where the installation demands
    one (settings.CONSOLE_FACTOR_REQUIRED). ``enrolling``: the page where it is set up."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not isinstance(request.user, VendorUser):
                return redirect_to_login(request.get_full_path(), reverse("console_login"))
            demanded = settings.CONSOLE_FACTOR_REQUIRED and not request.session.get(CODE_SHOWN)
            if demanded and not enrolling:
                return redirect("console_enrol")
            _see(request)
            return view(request, *args, **kwargs)

        return guarded

    return guard(view) if view else guard


def _see(request: HttpRequest) -> None:
    now = timezone.now()
    if now.timestamp() - request.session.get(SEEN, 0) > SEEN_EVERY.total_seconds():
        VendorSession.objects.filter(key=request.session.session_key).update(seen_at=now)
        request.session[SEEN] = int(now.timestamp())
