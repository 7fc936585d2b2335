"""What a phone needs to keep the portal among its applications."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from core.queries.face import face
from themes.palette import palette


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
