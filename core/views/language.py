"""The switch between languages, at the foot of every page a family may open."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.languages import known
from core.middleware import remember
from core.models import User
from core.services.languages import choose_language
from core.views.own_pages import own_page


# No token: all that another site could do is to change the language of a page, and pages need no cookie for it.
@csrf_exempt
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language on the account of who is signed in, and in this browser; then back to the page it came from."""
    chosen = known(request.POST.get("langue", ""))
    if not chosen:
        return HttpResponseBadRequest()
    if isinstance(request.user, User) and request.user.is_family:
        choose_language(user=request.user, language=chosen)
    return remember(redirect(own_page(request, request.POST.get("next", ""), otherwise="/")), chosen)
