from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from core.agent_menu import Menu, menu_at
from core.models import User
from core.queries.conversations import shown_in_menu, unread_answers
from core.queries.face import face
from core.rights import NOBODY, Right, Rights
from tenants.context import in_public_schema


def town(request: HttpRequest) -> dict[str, Any]:
    """What layouts need of the active town; nothing on the vendor's host."""
    if in_public_schema():
        return {}
    shown = face()
    return {
        "town": shown.town,
        "branding": shown,
        "menu_links": shown.menu_links,
        "agent_menu": _agent_menu(request),
        "may": _rights(request).words(),
        "may_everywhere": _rights(request).words_everywhere(),
    }


def _agent_menu(request: HttpRequest) -> Menu | None:
    """The desk's menu, on the desk's own pages once somebody has signed in with a password of their own."""
    page = (request.resolver_match and request.resolver_match.url_name) or ""
    if not page.startswith("agent_") or page == "agent_login":
        return None
    if request.user.is_authenticated and request.user.must_change_password:
        return None  # every other page would send back here
    rights = _rights(request)
    reach = rights.reach(Right.MESSAGE)
    counts = {"agent_conversations": shown_in_menu(reach, request.user)} if reach else {}
    return menu_at(page, rights, counts)


def _rights(request: HttpRequest) -> Rights:
    """Those read at the door; nobody's before it."""
    return getattr(request, "rights", NOBODY)


def unread_messages(request: HttpRequest) -> dict[str, Any]:
    """How many answers a family has not read; one query, and only on pages that show it."""
    user = getattr(request, "user", None)
    if not (isinstance(user, User) and user.is_family and hasattr(user, "guardian")):
        return {"unread_messages": 0}
    household = user.guardian.household_id
    return {"unread_messages": SimpleLazyObject(lambda: unread_answers(household))}
