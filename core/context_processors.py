from typing import Any

from django.http import HttpRequest

from core.queries.face import face
from tenants.context import in_public_schema


def town(_request: HttpRequest) -> dict[str, Any]:
    """What layouts need of the active town; nothing on the vendor's host."""
    if in_public_schema():
        return {}
    shown = face()
    return {
        "town": shown.town,
        "branding": {"logo_url": shown.logo_url, "favicon_url": ""},
        "menu_links": shown.menu_links,
    }
