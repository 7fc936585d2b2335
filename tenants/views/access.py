from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tenants.models import VendorUser

View = Callable[..., HttpResponse]


def vendor_required(view: View) -> View:
    """For a person of the vendor, signed in on the console host."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not isinstance(request.user, VendorUser):
            return redirect_to_login(request.get_full_path(), reverse("console_login"))
        return view(request, *args, **kwargs)

    return guarded
