"""Doors of the town: one for families, one for agents, and the way out."""

from datetime import timedelta

from django.contrib.auth import authenticate
from django.contrib.auth import logout as sign_out
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.audit_acts import AuditAct
from core.enums import AccountKind
from core.forms.accounts import WRONG_PAIR, LoginForm
from core.services.audit import record
from core.services.sessions import close_session
from core.services.throttle import allow
from core.views.entrance import destination, enter
from core.visitors import visitor_address


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
    if request.user.is_authenticated:
        close_session(user=request.user, key=request.session.session_key, now=clock.now())
    sign_out(request)
    return redirect("home")


def _door(request: HttpRequest, kind: AccountKind, template: str) -> HttpResponse:
    if request.method == "GET":
        if request.user.is_authenticated and request.user.kind == kind:
            return redirect(destination(request, kind, request.GET.get("next", "")))
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
            return enter(request, user, wanted=form.cleaned_data["next"])
        _note_failure(request, kind, form.cleaned_data["username"])
        form.add_error(None, WRONG_PAIR)
    return render(request, template, {"form": form})


def _note_failure(request: HttpRequest, kind: AccountKind, username: str) -> None:
    """In the journal; a machine that tries thousands of passwords does not fill it."""
    if allow(act="note_failure", who=visitor_address(request), limit=30, per=timedelta(hours=1)):
        act = AuditAct.SIGN_IN_FAILED
        record(act=act, by=None, now=clock.now(), actor_name=username, note=str(kind.label))
