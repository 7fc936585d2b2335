"""Choosing a password: first activation, forgotten, provisional, changed."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core import clock
from core.account_links import ACTIVATION, PASSWORD_RESET, AccountLink
from core.forms.accounts import ChangePasswordForm, ChoosePasswordForm, EmailForm
from core.models import User
from core.services.accounts import choose_password, send_way_back
from core.services.sessions import end_sessions, rename_session
from core.services.throttle import allow
from core.views.access import agent_required
from core.views.entrance import LANDING, enter
from core.visitors import visitor_address

HOUR = timedelta(hours=1)


def password_reset(request: HttpRequest) -> HttpResponse:
    form = EmailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        # Beyond the limits nothing is sent, and nothing says so: the mails already sent still work.
        by_address = allow(act="way_back", who=email, limit=4, per=HOUR)
        by_visitor = allow(act="way_back", who=visitor_address(request), limit=20, per=HOUR)
        if by_address and by_visitor:
            send_way_back(email=email, now=clock.now())
        return redirect("password_reset_sent")
    return render(request, "account/password_reset.html", {"form": form})


def password_reset_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "account/password_reset_sent.html")


@sensitive_post_parameters()
@never_cache
def activate(request: HttpRequest, user_id: int, token: str) -> HttpResponse:
    return _by_link(request, user_id, token, ACTIVATION, "account/activate.html")


@sensitive_post_parameters()
@never_cache
def password_reset_confirm(request: HttpRequest, user_id: int, token: str) -> HttpResponse:
    return _by_link(request, user_id, token, PASSWORD_RESET, "account/password_reset_confirm.html")


@sensitive_post_parameters()
@never_cache
@login_required
def password_change(request: HttpRequest) -> HttpResponse:
    """Also the only page open to whoever came in with a provisional password, which is then not asked again. An agent
    finds it at the desk."""
    if request.user.is_agent:
        return redirect("agent_security_password")
    return _change(request, "account/password_change.html")


@sensitive_post_parameters()
@never_cache
@agent_required(right=None)
@require_http_methods(["GET", "HEAD", "POST"])
def agent_security_password(request: HttpRequest) -> HttpResponse:
    return _change(request, "agent/password_change.html")


def _change(request: HttpRequest, template: str) -> HttpResponse:
    user = request.user
    form_class = ChoosePasswordForm if user.must_change_password else ChangePasswordForm
    form = form_class(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        now, key = clock.now(), request.session.session_key
        choose_password(user=user, password=form.cleaned_data["new_password1"], now=now)
        end_sessions(user=user, by=user, now=now, but=key)
        update_session_auth_hash(request, user)
        rename_session(old=key, new=request.session.session_key)
        messages.success(request, _("Votre mot de passe est changé."))
        return redirect(LANDING[user.kind])
    return render(request, template, {"form": form})


def _by_link(
    request: HttpRequest, user_id: int, token: str, link: AccountLink, template: str
) -> HttpResponse:
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not link.check_token(user, token):
        return render(request, "account/dead_link.html", {"form": EmailForm()}, status=410)
    form = ChoosePasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        choose_password(user=user, password=form.cleaned_data["new_password1"], now=clock.now())
        end_sessions(user=user, by=user, now=clock.now())
        answer = enter(request, user)
        is_in = request.user.is_authenticated  # an agent may have a code to give first
        messages.success(
            request,
            _("Votre mot de passe est enregistré : vous êtes connecté.")
            if is_in
            else _("Votre mot de passe est enregistré."),
        )
        return answer
    return render(request, template, {"form": form, "account": user})
