from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import patch_vary_headers

from core import clock
from core.languages import ALWAYS_FRENCH, FRENCH, LINK_LANGUAGE, known
from core.models import User
from core.origin import coming_from
from core.services.sessions import SEEN_EVERY, see_session
from core.visitors import visitor_address

# How long a browser keeps the language that was chosen in it.
REMEMBERED = timedelta(days=365)
# Keys of the session: when it was last noted as used, and that a second factor must be set up first.
SEEN, MUST_ENROL = "seen", "must_enrol"
ALLOWED_BEFORE_CHANGE = frozenset(
    {"password_change", "agent_security_password", "logout", "language", "theme_css"}
)
ALLOWED_BEFORE_ENROLMENT = ALLOWED_BEFORE_CHANGE | {"agent_security_enrol"}


class OriginMiddleware:
    """Remembers from where the request comes, for the journal of acts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with coming_from(visitor_address(request)):
            return self.get_response(request)


class NulMiddleware:
    """PostgreSQL holds no NUL: an address with one is nobody's, and would break whichever page looks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META["QUERY_STRING"]:
            return HttpResponseBadRequest("Cette adresse est illisible.")
        return self.get_response(request)


class LanguageMiddleware:
    """Pages are in the language of the family's account, else in the one this browser remembers, else in French.

    What the browser asks for by itself does not count: a French town answers in French until somebody says otherwise.
    The office, the console and the simulators are always French.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = _language(request)
        with translation.override(language):
            response = self.get_response(request)
        if language == language_of_link(request) != remembered_language(request):
            remember(response, language)  # the pages that follow this one are in it too
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Cookie"])
        return response


def _language(request: HttpRequest) -> str:
    if getattr(request, "tenant", None) is None or request.path.startswith(ALWAYS_FRENCH):
        return FRENCH
    user = request.user
    if isinstance(user, User):
        # One account, loaded by every page anyway. An agent reads French on the pages of families as well.
        if user.is_agent:
            return FRENCH
        if language := known(user.language):
            return language
    return language_of_link(request) or remembered_language(request) or FRENCH


def language_of_link(request: HttpRequest) -> str:
    """The language of the mail that brought its reader here (the filter ``in_language``); nothing for another link."""
    return known(request.GET.get(LINK_LANGUAGE, ""))


def remembered_language(request: HttpRequest) -> str:
    """The language last chosen in this browser; nothing when none was."""
    return known(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))


def remember(response: HttpResponse, chosen: str) -> HttpResponse:
    """This browser reads the public pages in that language, as long as nobody with another one signs in."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=REMEMBERED,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


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


class SecondFactorMiddleware:
    """Where the town demands a second factor, whoever came in without one sets it up before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        if not request.session.get(MUST_ENROL) or not request.resolver_match:
            return None
        name = request.resolver_match.url_name
        return None if name in ALLOWED_BEFORE_ENROLMENT else redirect("agent_security_enrol")


class SessionSeenMiddleware:
    """Notes now and then that a listed session is still used: one write in SEEN_EVERY, none in between."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen, now = request.session.get(SEEN), clock.now()
        if seen is not None and now.timestamp() - seen > SEEN_EVERY.total_seconds():
            see_session(key=request.session.session_key, address=visitor_address(request), now=now)
            request.session[SEEN] = int(now.timestamp())
        return self.get_response(request)
