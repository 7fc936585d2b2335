"""What a phone needs to keep the portal among its applications, and to stay calm without a network."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from core.languages import in_french
from core.offline_words import OFFLINE
from core.queries.face import face
from themes.palette import palette

OFFLINE_WORKER = settings.ROOT / "themes/static/js/offline-worker.js"


@require_safe
@cache_control(no_cache=True)
def offline(request: HttpRequest) -> HttpResponse:
    """What is shown without a network: the same for everybody, nothing of whoever is signed in."""
    with in_french():
        return render(request, "home/offline.html", {"words": OFFLINE})


@require_safe
@cache_control(no_cache=True)
def offline_worker(_request: HttpRequest) -> HttpResponse:
    """From the root, so that it may answer for every page; the file's own address would not let it."""
    return HttpResponse(OFFLINE_WORKER.read_text(), content_type="text/javascript")


@require_safe
@cache_control(max_age=3600)
def manifest(_request: HttpRequest) -> JsonResponse:
    shown = face()
    shades = palette(shown.accent).light
    icons = [
        {"src": reverse("town_icon"), "sizes": "any", "type": "image/svg+xml", "purpose": "any maskable"}
    ]
    answer = JsonResponse(
        {
            "name": f"{shown.town.name} – {shown.town.service_name}",
            "short_name": shown.town.name,
            "lang": "fr",
            "id": "/",
            "start_url": reverse("home"),
            "scope": "/",
            "display": "standalone",
            "theme_color": shades.brand,
            "background_color": shades.paper,
            "icons": icons,
        }
    )
    answer["Content-Type"] = "application/manifest+json"
    return answer


@require_safe
@cache_control(max_age=3600)
def town_icon(request: HttpRequest) -> HttpResponse:
    """The town's letter on its colour; its own icon stays that of the tab."""
    shades = palette(face().accent).light
    return render(request, "home/icon.svg", {"shades": shades}, content_type="image/svg+xml")
