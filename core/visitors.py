from django.conf import settings
from django.http import HttpRequest


def visitor_address(request: HttpRequest) -> str:
    """The network address of who asks, as seen by the outermost of our own proxies (settings.PROXY_COUNT).

    What a visitor writes in the header itself stands further left, and is never read.
    """
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if settings.PROXY_COUNT and len(seen) >= settings.PROXY_COUNT:
        return seen[-settings.PROXY_COUNT]
    return request.META.get("REMOTE_ADDR", "")
