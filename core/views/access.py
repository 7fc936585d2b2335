"""Who may see a page: one decorator a door. Objects are then filtered by the view itself."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from core.audit_acts import AuditAct
from core.clock import now, today
from core.enums import AccountKind
from core.guardian_roles import may_open
from core.models import Child
from core.queries.custody import children_of
from core.queries.rights import rights_of
from core.rights import EVERYWHERE, Door, Right
from core.services.audit import record
from tenants.context import town_timezone

View = Callable[..., HttpResponse]
# Lists taken away as files: the journal keeps who took which.
LISTS = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class RightMissingError(PermissionDenied):
    """An agent lacks a right; ``elsewhere``: it is held, but not for all of the town. The 403 page says which."""

    def __init__(self, right: Right, *, elsewhere: bool) -> None:
        super().__init__(right.label)
        self.right = right
        self.elsewhere = elsewhere


class ContactOnlyError(PermissionDenied):
    """A guardian who may look, and this page is for those who manage the family. The 403 page says who they are."""


def family_required(view: View) -> View:
    """For a family's account that belongs to a household; ``request.user.guardian`` is then there, already read.

    What a guardian who is only a contact may open: core.guardian_roles. Raises ContactOnlyError.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return _ask_to_sign_in(request, "login")
        if request.user.kind == AccountKind.AGENT:
            return redirect("agent_home")
        if not hasattr(request.user, "guardian"):
            raise PermissionDenied
        page = request.resolver_match.url_name if request.resolver_match else None
        if not may_open(request.user.guardian.role, page, request.method or ""):
            raise ContactOnlyError
        return view(request, *args, **kwargs)

    return guarded


def agent_required(
    *, right: Right | None, acting: Right | None = None, scoped: bool = False
) -> Callable[[View], View]:
    """For an agent of this town who holds ``right``; ``request.rights`` is then there. A family is refused, whoever it is.

    ``right=None``: every agent. ``acting``: the right that whatever is not a reading asks for, when it is another one.
    A right held for some establishments or régies only opens a page that is ``scoped``: such a page shows nothing but
    what ``request.reach`` covers (the reach of the right it asked for). Raises RightMissingError.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.user.is_authenticated:
                return _ask_to_sign_in(request, "agent_login")
            if request.user.kind != AccountKind.AGENT:
                raise PermissionDenied
            request.rights = rights_of(request.user)
            wanted = right if request.method in SAFE_METHODS else acting or right
            if wanted and not request.rights.opens(wanted, scoped=scoped):
                raise RightMissingError(wanted, elsewhere=request.rights.may(wanted))
            request.reach = request.rights.reach(wanted) if wanted else EVERYWHERE
            answer = view(request, *args, **kwargs)
            if answer.headers.get("Content-Type", "").startswith(LISTS):
                record(act=AuditAct.DATA_DOWNLOADED, by=request.user, now=now(), note=request.get_full_path())
            return answer

        guarded.door = Door(right=right, acting=acting, scoped=scoped)
        return guarded

    return guard


def own_children(request: HttpRequest) -> list[Child]:
    """The children of the family that asks, those it shares with another household too. One query."""
    return children_of(request.user.guardian.household, on=today(town_timezone()))


def own_child(request: HttpRequest, pk: int) -> Child:
    """One of them. Raises Http404 for any other child."""
    for child in own_children(request):
        if child.pk == pk:
            return child
    raise Http404


def _ask_to_sign_in(request: HttpRequest, door: str) -> HttpResponse:
    """To the door, then back to the page the person was on: what a form sent to may have no page of its own."""
    asked = redirect_to_login(_page_of(request), reverse(door))
    return HttpResponseClientRedirect(asked.url) if request.htmx else asked


def _page_of(request: HttpRequest) -> str:
    if request.htmx:
        return request.htmx.current_url_abs_path or request.path
    if request.method == "GET":
        return request.get_full_path()
    came_from = urlsplit(request.META.get("HTTP_REFERER", ""))
    return came_from._replace(scheme="", netloc="").geturl() if came_from.netloc == request.get_host() else ""
