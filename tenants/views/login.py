from django.contrib.auth import authenticate
from django.contrib.auth import login as sign_in
from django.contrib.auth import logout as sign_out
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tenants.forms import VendorLoginForm


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def console_login(request: HttpRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = VendorLoginForm(data, initial={"next": request.GET.get("next", "")})
    if data is not None and form.is_valid():
        user = authenticate(
            request, username=form.cleaned_data["username"].lower(), password=form.cleaned_data["password"]
        )
        if user:
            sign_in(request, user)
            return redirect(_destination(request, form.cleaned_data["next"]))
        form.add_error(None, "Cette adresse et ce mot de passe ne vont pas ensemble.")
    return render(request, "console/login.html", {"form": form})


@require_POST
def console_logout(request: HttpRequest) -> HttpResponse:
    sign_out(request)
    return redirect("console_login")


def _destination(request: HttpRequest, wanted: str) -> str:
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else reverse("console_home")
