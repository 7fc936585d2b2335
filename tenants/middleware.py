"""From the host of a request to the town it is for. An unknown host is a 404: it never falls back to a town."""

import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.template.loader import render_to_string
from django.utils import timezone

from tenants.connection import connection
from tenants.enums import CommuneStatus
from tenants.models import Commune, Domain

TOWN_TTL = 30  # seconds; a status change reaches every process within this time

_towns: dict[str, tuple[float, Commune | None]] = {}


def forget_towns() -> None:
    _towns.clear()


def _town_for(host: str) -> Commune | None:
    found = _towns.get(host)
    if found and found[0] > time.monotonic():
        return found[1]
    connection.set_schema_to_public()
    domain = Domain.objects.select_related("tenant").filter(domain=host).first()
    commune = domain.tenant if domain else None
    # Bounded: names that nobody owns are not remembered, or anyone could fill the memory.
    if commune is not None:
        _towns[host] = (time.monotonic() + TOWN_TTL, commune)
    return commune


class TownMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        connection.set_schema_to_public()
        try:
            host = request.get_host().rsplit(":", 1)[0].lower().rstrip(".")
        except DisallowedHost:
            return HttpResponseNotFound()
        public_urlconf = {
            settings.CONSOLE_HOST: settings.CONSOLE_URLCONF,
            settings.CALLBACK_HOST: settings.CALLBACK_URLCONF,
        }.get(host)
        if public_urlconf:
            request.tenant = None  # type: ignore[attr-defined]  # django-tenants' name for it
            request.urlconf = public_urlconf
            return self.get_response(request)
        return self._for_town(request, _town_for(host))

    def _for_town(self, request: HttpRequest, commune: Commune | None) -> HttpResponse:
        if commune is not None and commune.status == CommuneStatus.SUSPENDED:
            return HttpResponse(render_to_string("errors/suspended.html", {"commune": commune}), status=503)
        if commune is None or not commune.is_ready:
            return HttpResponseNotFound(render_to_string("errors/unknown_host.html"))
        request.tenant = commune  # type: ignore[attr-defined]
        connection.set_tenant(commune)
        with timezone.override(commune.tz):
            return self.get_response(request)
