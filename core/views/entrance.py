"""The way in, once a password or a link has proved who comes: the second factor of agents, then an open session."""

from datetime import datetime

from django.contrib.auth import login as sign_in
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from core import clock
from core.enums import AccountKind
from core.middleware import MUST_ENROL, SEEN, remembered_language
from core.models import User
from core.queries.second_factor import has_factor, is_trusted, wants_factor
from core.services.languages import choose_language
from core.services.sessions import open_session
from core.views.own_pages import own_page
from core.visitors import visitor_address

LANDING = {AccountKind.FAMILY: "account", AccountKind.AGENT: "agent_home"}
TRUST_COOKIE = "portail_appareil"
# In the session: who has proved a password and not yet a code, until when, and where they were going.
WAITING = "second_factor"
WAITING_SECONDS = 600


def enter(request: HttpRequest, user: User, *, wanted: str = "") -> HttpResponse:
    """Let the person in, or ask an agent for the code first; ``wanted`` is the page they were going to."""
    now = clock.now()
    if user.is_agent and has_factor(user):
        if not is_trusted(user, request.COOKIES.get(TRUST_COOKIE, ""), now=now):
            request.session.flush()
            request.session[WAITING] = [user.pk, int(now.timestamp()) + WAITING_SECONDS, wanted]
            return redirect("second_factor")
        return let_in(request, user, wanted=wanted, now=now)
    answer = let_in(request, user, wanted=wanted, now=now)
    if user.is_agent and wants_factor(user):
        request.session[MUST_ENROL] = True
    return answer


def let_in(request: HttpRequest, user: User, *, wanted: str, now: datetime) -> HttpResponse:
    sign_in(request, user, backend="core.auth.TownBackend")
    if user.is_family and not user.language and (chosen := remembered_language(request)):
        choose_language(user=user, language=chosen)
    request.session[SEEN] = int(now.timestamp())
    open_session(
        user=user,
        key=request.session.session_key,
        address=visitor_address(request),
        device=request.headers.get("User-Agent", ""),
        now=now,
    )
    return redirect(destination(request, AccountKind(user.kind), wanted))


def waiting_for_code(request: HttpRequest) -> tuple[User, str] | None:
    """Who stands at the second door, and where they were going; None when nobody does, or no longer."""
    pk, until, wanted = request.session.get(WAITING) or (None, 0, "")
    if pk is None or until < clock.now().timestamp():
        return None
    user = User.objects.agents().filter(pk=pk, is_active=True).first()
    return (user, wanted) if user else None


def destination(request: HttpRequest, kind: AccountKind, wanted: str) -> str:
    return own_page(request, wanted, otherwise=reverse(LANDING[kind]))
