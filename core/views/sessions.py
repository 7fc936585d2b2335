"""Devices on which one is signed in: a family's page, and the one of an agent beside the second factor."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import clock
from core.forms.security import CodeForm
from core.models import RecoveryCode
from core.queries.second_factor import has_factor, wants_factor
from core.queries.sessions import devices_of
from core.services.sessions import end_sessions
from core.views.access import agent_required, family_required
from core.views.listing import number_in


@never_cache
@family_required
@require_http_methods(["GET", "HEAD", "POST"])
def account_sessions(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _end(request, "account_sessions")
    return render(request, "account/sessions.html", {"devices": _devices(request)})


@never_cache
@agent_required(right=None)
@require_http_methods(["GET", "HEAD", "POST"])
def agent_security(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _end(request, "agent_security")
    shown = {
        "devices": _devices(request),
        "has_factor": has_factor(request.user),
        "is_demanded": wants_factor(request.user),
        "codes_left": RecoveryCode.objects.filter(user=request.user, used_at=None).count(),
        "form": CodeForm(),
    }
    return render(request, "agent/security.html", shown)


def _devices(request: HttpRequest) -> list:
    return devices_of(request.user, here=request.session.session_key, now=clock.now())


def _end(request: HttpRequest, page: str) -> HttpResponse:
    """One session by its number, or all the others; the one that asks stays."""
    only = number_in(request.POST, "session")
    if only is None and request.POST.get("session") != "others":
        raise Http404
    ended = end_sessions(
        user=request.user,
        by=request.user,
        now=clock.now(),
        only=only,
        but=request.session.session_key,
    )
    messages.success(
        request,
        _("L’appareil est déconnecté.")
        if ended == 1
        else _("%(count)s appareils déconnectés.") % {"count": ended},
    )
    return redirect(page)
