"""The door of the vendor's console: a password, then a code of the telephone; and the page where each sees to both."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth import login as sign_in
from django.contrib.auth import logout as sign_out
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.errors import DomainError
from core.forms.security import CodeForm, EnrolmentForm
from core.secrets import seal, unseal
from core.totp import address_of_key, new_key
from core.views.listing import number_in
from core.views.own_pages import own_page
from core.views.second_factor import OFFERED, key_shown
from core.visitors import visitor_address
from portail.console_factor import (
    check_code,
    devices_of,
    end_sessions,
    has_factor,
    open_session,
    renew_recovery_codes,
    reset_factor,
    set_factor,
)
from tenants.forms import VendorLoginForm
from tenants.models import VendorRecoveryCode, VendorSession, VendorUser
from tenants.views.access import CODE_SHOWN, vendor_required
from tenants.views.console import render_console

# In the session: who has proved a password and not yet a code, until when, and where they were going.
WAITING, WAITING_SECONDS = "vendor_code", 600
BACKEND = "tenants.auth.VendorBackend"


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
        if isinstance(user, VendorUser):
            return _enter(request, user, form.cleaned_data["next"])
        form.add_error(None, "Cette adresse et ce mot de passe ne vont pas ensemble.")
    return render(request, "console/login.html", {"form": form})


@never_cache
@require_http_methods(["GET", "POST"])
def console_code(request: HttpRequest) -> HttpResponse:
    pk, until, wanted = request.session.get(WAITING) or (None, 0, "")
    user = VendorUser.objects.filter(pk=pk, is_active=True).first()
    if user is None or until < clock.now().timestamp():
        return redirect("console_login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            check_code(user=user, code=form.cleaned_data["code"], now=clock.now())
        except DomainError as refusal:
            form.add_error("code", refusal.message)
        else:
            del request.session[WAITING]
            answer = _let_in(request, user, wanted)
            request.session[CODE_SHOWN] = True
            return answer
    return render(request, "console/code.html", {"form": form})


@require_POST
def console_logout(request: HttpRequest) -> HttpResponse:
    VendorSession.objects.filter(key=request.session.session_key).delete()
    sign_out(request)
    return redirect("console_login")


@never_cache
@vendor_required(enrolling=True)
@require_http_methods(["GET", "POST"])
def console_enrol(request: HttpRequest) -> HttpResponse:
    user = request.user
    if has_factor(user):
        if request.session.get(CODE_SHOWN):
            return redirect("console_security")
        sign_out(request)  # a code was set up elsewhere since: it is asked at the door
        return redirect("console_login")
    key = _offered_key(request)
    form = EnrolmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = set_factor(user=user, key=key, code=form.cleaned_data["code"], now=clock.now())
        except DomainError as refusal:
            form.add_error("code", refusal.message)
        else:
            del request.session[OFFERED]
            request.session[CODE_SHOWN] = True
            return render_console(request, "console/recovery_codes.html", {"codes": codes})
    address = address_of_key(login=user.email, key=key, issuer="Portail – console")
    shown = {"form": form, "is_demanded": settings.CONSOLE_FACTOR_REQUIRED} | key_shown(key, address)
    return render_console(request, "console/enrol.html", shown)


@never_cache
@vendor_required
@require_http_methods(["GET", "POST"])
def console_security(request: HttpRequest) -> HttpResponse:
    here = request.session.session_key
    if request.method == "POST":
        only = number_in(request.POST, "session")
        if only is None and request.POST.get("session") != "others":
            raise Http404
        ended = end_sessions(user=request.user, but=here, only=only)
        told = "L’appareil est déconnecté." if ended == 1 else f"{ended} appareils déconnectés."
        messages.success(request, told)
        return redirect("console_security")
    shown = {
        "devices": devices_of(request.user, here=here, now=clock.now()),
        "has_factor": has_factor(request.user),
        "is_demanded": settings.CONSOLE_FACTOR_REQUIRED,
        "codes_left": VendorRecoveryCode.objects.filter(user=request.user, used_at=None).count(),
        "form": CodeForm(),
    }
    return render_console(request, "console/security.html", shown)


@never_cache
@vendor_required
@require_POST
def console_security_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, or no second factor any more: both ask for a code first."""
    form = CodeForm(request.POST)
    code = form.cleaned_data["code"] if form.is_valid() else ""
    try:
        if request.POST.get("act") != "drop":
            codes = renew_recovery_codes(user=request.user, code=code, now=clock.now())
            return render_console(request, "console/recovery_codes.html", {"codes": codes})
        check_code(user=request.user, code=code, now=clock.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("console_security")
    reset_factor(user=request.user)
    request.session.pop(CODE_SHOWN, None)
    messages.success(request, "La double vérification est retirée de votre compte.")
    return redirect("console_security")


def _enter(request: HttpRequest, user: VendorUser, wanted: str) -> HttpResponse:
    if not has_factor(user):
        return _let_in(request, user, wanted)
    request.session.flush()
    request.session[WAITING] = [user.pk, int(clock.now().timestamp()) + WAITING_SECONDS, wanted]
    return redirect("console_code")


def _let_in(request: HttpRequest, user: VendorUser, wanted: str) -> HttpResponse:
    sign_in(request, user, backend=BACKEND)
    open_session(
        user=user,
        key=request.session.session_key,
        address=visitor_address(request),
        device=request.headers.get("User-Agent", ""),
        now=clock.now(),
    )
    return redirect(own_page(request, wanted, otherwise=reverse("console_home")))


def _offered_key(request: HttpRequest) -> str:
    """The same until the telephone has answered, so that a page shown again still fits it."""
    if sealed := request.session.get(OFFERED):
        return unseal(sealed)["key"]
    key = new_key()
    request.session[OFFERED] = seal({"key": key})
    return key
