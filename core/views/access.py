"""Who may see a page: one decorator a door. Objects are then filtered by the view itself."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from core.enums import AccountKind

View = Callable[..., HttpResponse]


def family_required(view: View) -> View:
    """For a family's account that belongs to a household; ``request.user.guardian`` is then there, already read."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("login"))
        if request.user.kind == AccountKind.AGENT:
            return redirect("agent_home")
        if not hasattr(request.user, "guardian"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def agent_required(view: View) -> View:
    """For an agent of this town. A family is refused, whoever it is."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), reverse("agent_login"))
        if request.user.kind != AccountKind.AGENT:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
