"""Doors of the town: one for families, one for agents, and the way out."""

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

from core.enums import AccountKind
from core.forms.accounts import WRONG_PAIR, LoginForm

LANDING = {AccountKind.FAMILY: "account", AccountKind.AGENT: "agent_home"}


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    return _door(request, AccountKind.FAMILY, "account/login.html")


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def agent_login(request: HttpRequest) -> HttpResponse:
    return _door(request, AccountKind.AGENT, "agent/login.html")


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    sign_out(request)
    return redirect("home")


def _door(request: HttpRequest, kind: AccountKind, template: str) -> HttpResponse:
    if request.method == "GET":
        if request.user.is_authenticated and request.user.kind == kind:
            return redirect(_destination(request, kind, request.GET.get("next", "")))
        return render(request, template, {"form": LoginForm(initial={"next": request.GET.get("next", "")})})
    form = LoginForm(request.POST)
    if form.is_valid():
        user = authenticate(
            request,
            username=form.cleaned_data["username"].lower(),
            password=form.cleaned_data["password"],
            kind=kind,
        )
        if user:
            sign_in(request, user)
            return redirect(_destination(request, kind, form.cleaned_data["next"]))
        form.add_error(None, WRONG_PAIR)
    return render(request, template, {"form": form})


def _destination(request: HttpRequest, kind: AccountKind, wanted: str) -> str:
    """Where the person was going, when it is a page of this very host."""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse(LANDING[kind])
