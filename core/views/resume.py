"""What a form sent when the session had ended: kept in the browser's new session, done once its owner has signed in, or
shown again when it is a text that its author must send."""

from collections.abc import Callable
from copy import copy
from datetime import datetime, timedelta
from functools import wraps

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from core import clock

View = Callable[..., HttpResponse]
KEPT = "interrupted_form"
KEPT_FOR = timedelta(hours=2)
AUTHOR = "auteur"
_NOT_TYPED = {AUTHOR, "csrfmiddlewaretoken"}
_SIGNER = signing.Signer(salt="core.views.resume")
MOST = 100_000  # characters: a whole school year ticked is a tenth of it


def resumed(view: View) -> View:
    """Outside ``family_required``, for a form that holds nothing secret: it stands in the session in clear.

    Sent by somebody whose session has ended, it is kept; the first time the same address is opened signed in, it is sent
    again. The view decides as ever who may: what it answers with a 404 is forgotten.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            if request.method == "POST":
                said = _("Votre session a pris fin. Connectez-vous : ce que vous venez de cocher est gardé.")
                _keep(request, said=said)
        elif request.method == "GET" and (form := _taken(request)) is not None:
            again = copy(request)
            again.method, again.POST = "POST", form
            try:
                answer = view(again, *args, **kwargs)
            except Http404:  # somebody else signed in
                return view(request, *args, **kwargs)
            messages.success(request, _("Ce que vous aviez coché avant la fin de votre session est là."))
            return answer
        return view(request, *args, **kwargs)

    return guarded


def refilled(view: View) -> View:
    """Outside ``family_required``, for a text: sent by somebody whose session has ended, it is kept; once the account the
    page was made for has signed in and opens the same address, the page is filled with it (``typed_before``) and nothing
    is sent. Its template says whose it is: {% written_by %}."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            if request.method == "POST" and (author := _author(request)):
                said = _("Votre session a pris fin. Connectez-vous : ce que vous venez d’écrire est gardé.")
                _keep(request, said=said, author=author)
        elif request.method == "GET":
            author = request.session.get(KEPT, {}).get("author")
            form = _taken(request)
            if form is not None and author == request.user.pk:
                request.typed = form
                messages.success(
                    request,
                    _(
                        "Ce que vous aviez écrit avant la fin de votre session est là : relisez, puis envoyez. "
                        "Un fichier joint est à choisir de nouveau."
                    ),
                )
        return view(request, *args, **kwargs)

    return guarded


def typed_before(request: HttpRequest) -> dict[str, str]:
    """What was typed before the session ended, as the first values of a form."""
    form: QueryDict | None = getattr(request, "typed", None)
    return {name: form[name] for name in form if name not in _NOT_TYPED} if form else {}


def author_token(request: HttpRequest) -> str:
    """Whom a page was made for, as its forms send it back: nobody else may read what was typed there."""
    return _SIGNER.sign(request.user.pk)


def _author(request: HttpRequest) -> int | None:
    try:
        return int(_SIGNER.unsign(request.POST.get(AUTHOR, "")))
    except signing.BadSignature:
        return None


def _keep(request: HttpRequest, *, said: str, author: int | None = None) -> None:
    body = request.POST.urlencode()
    if len(body) > MOST:
        return
    if KEPT not in request.session:
        messages.warning(request, said)
    request.session[KEPT] = {
        "path": request.path,
        "body": body,
        "at": clock.now().isoformat(),
        "author": author,
    }


def _taken(request: HttpRequest) -> QueryDict | None:
    """The form kept for this address, once; None without one, or when it is too old to be what the person wants."""
    kept = request.session.get(KEPT)
    if kept is None or kept["path"] != request.path:
        return None
    del request.session[KEPT]
    if clock.now() - datetime.fromisoformat(kept["at"]) > KEPT_FOR:
        return None
    return QueryDict(kept["body"])
