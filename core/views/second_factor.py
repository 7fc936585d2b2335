"""The code asked of agents after their password, and the page where each sets it up."""

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.errors import DomainError
from core.forms.security import CodeForm, DoorForm, EnrolmentForm
from core.middleware import MUST_ENROL
from core.models import User
from core.queries.face import face
from core.queries.second_factor import has_factor, security, wants_factor
from core.secrets import seal, unseal
from core.services.second_factor import (
    check_code,
    drop_own_factor,
    renew_recovery_codes,
    set_factor,
    trust_device,
)
from core.totp import address_of_key, new_key
from core.views.access import agent_required
from core.views.entrance import TRUST_COOKIE, WAITING, let_in, waiting_for_code

# In the session, sealed: the key shown to a telephone that has not answered yet.
OFFERED = "factor_key"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    waiting = waiting_for_code(request)
    if waiting is None:
        return redirect("agent_login")
    user, wanted = waiting
    form = DoorForm(request.POST or None, trust_days=security().trust_days)
    if request.method == "POST" and form.is_valid():
        try:
            check_code(user=user, code=form.cleaned_data["code"], now=clock.now())
        except DomainError as refusal:
            form.add_error("code", refusal.message)
        else:
            return _through_the_door(request, user, wanted, trust=form.cleaned_data.get("trust", False))
    return render(request, "agent/second_factor.html", {"form": form})


@never_cache
@agent_required(right=None)
@require_http_methods(["GET", "HEAD", "POST"])
def agent_security_enrol(request: HttpRequest) -> HttpResponse:
    user = request.user
    if has_factor(user):
        return redirect("agent_security")
    key = _offered_key(request)
    form = EnrolmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = set_factor(user=user, key=key, code=form.cleaned_data["code"], now=clock.now())
        except DomainError as refusal:
            form.add_error("code", refusal.message)
        else:
            for left in (OFFERED, MUST_ENROL):
                request.session.pop(left, None)
            return render(request, "agent/recovery_codes.html", {"codes": codes})
    address = address_of_key(login=user.email, key=key, issuer=face().town.name)
    shown = {"form": form, "is_demanded": wants_factor(user)} | key_shown(key, address)
    return render(request, "agent/second_factor_enrol.html", shown)


@never_cache
@agent_required(right=None)
@require_POST
def agent_security_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, or no second factor any more: both ask for a code first."""
    form = CodeForm(request.POST)
    code = form.cleaned_data["code"] if form.is_valid() else ""
    drops = request.POST.get("act") == "drop"
    try:
        if not drops:
            codes = renew_recovery_codes(user=request.user, code=code, now=clock.now())
            return render(request, "agent/recovery_codes.html", {"codes": codes})
        drop_own_factor(user=request.user, code=code, now=clock.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("agent_security")
    if wants_factor(request.user):
        request.session[MUST_ENROL] = True
    messages.success(request, "La double vérification est retirée de votre compte.")
    return redirect("agent_security")


def key_shown(key: str, address: str) -> dict[str, str]:
    """A key as letters and as a picture, for ``components/factor_enrol.html``."""
    picture = segno.make(address).svg_inline(svgclass="factor-code", omitsize=True, dark="#000", light="#fff")
    return {
        "key": " ".join(key[at : at + 4] for at in range(0, len(key), 4)),
        "picture": mark_safe(picture),  # noqa: S308  drawn here, of an address made here
    }


def _through_the_door(request: HttpRequest, user: User, wanted: str, *, trust: bool) -> HttpResponse:
    now = clock.now()
    del request.session[WAITING]
    answer = let_in(request, user, wanted=wanted, now=now)
    if trust and (trusted := trust_device(user=user, now=now)):
        token, until = trusted
        secure = request.is_secure()
        answer.set_cookie(TRUST_COOKIE, token, expires=until, httponly=True, secure=secure, samesite="Lax")
    return answer


def _offered_key(request: HttpRequest) -> str:
    """The same until the telephone has answered, so that a page shown again still fits it."""
    if sealed := request.session.get(OFFERED):
        return unseal(sealed)["key"]
    key = new_key()
    request.session[OFFERED] = seal({"key": key})
    return key
