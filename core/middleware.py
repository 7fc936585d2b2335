from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core.models import User

ALLOWED_BEFORE_CHANGE = frozenset({"password_change", "logout", "theme_css"})


class PasswordChangeMiddleware:
    """Whoever signed in with a provisional password must choose a personal one before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        user = request.user
        if (
            isinstance(user, User)
            and user.must_change_password
            and request.resolver_match
            and request.resolver_match.url_name not in ALLOWED_BEFORE_CHANGE
        ):
            return redirect("password_change")
        return None


class NoStoreMiddleware:
    """What a signed-in person was shown stays in no cache: neither the « back » button of a shared computer nor a
    proxy shows it again. An answer that has its own rule keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response and request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
        return response
