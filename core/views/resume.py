"""What a form sent when the session had ended: kept in the browser's new session, done once its owner has signed in."""

from collections.abc import Callable
from copy import copy
from datetime import datetime, timedelta
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from core import clock

View = Callable[..., HttpResponse]
KEPT = "interrupted_form"
KEPT_FOR = timedelta(hours=2)
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
                _keep(request)
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


def _keep(request: HttpRequest) -> None:
    body = request.POST.urlencode()
    if len(body) > MOST:
        return
    if KEPT not in request.session:
        messages.warning(
            request, _("Votre session a pris fin. Connectez-vous : ce que vous venez de cocher est gardé.")
        )
    request.session[KEPT] = {"path": request.path, "body": body, "at": clock.now().isoformat()}


def _taken(request: HttpRequest) -> QueryDict | None:
    """The form kept for this address, once; None without one, or when it is too old to be what the person wants."""
    kept = request.session.get(KEPT)
    if kept is None or kept["path"] != request.path:
        return None
    del request.session[KEPT]
    if clock.now() - datetime.fromisoformat(kept["at"]) > KEPT_FOR:
        return None
    return QueryDict(kept["body"])
