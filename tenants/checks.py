"""Refuse to start in a configuration that would mix towns."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register

BUSINESS_APPS = ("core", "billing", "booking")


@register
def towns_are_kept_apart(**_: Any) -> list[Error]:
    errors = [
        Error(f"L’application {app} ne doit avoir aucune table dans le schéma public.", id="tenants.E001")
        for app in BUSINESS_APPS
        if app in settings.SHARED_APPS
    ]
    if settings.CACHES["default"].get("KEY_FUNCTION") != "django_tenants.cache.make_key":
        errors.append(Error("Les clés du cache doivent porter la commune (KEY_FUNCTION).", id="tenants.E002"))
    if settings.SESSION_COOKIE_DOMAIN or settings.CSRF_COOKIE_DOMAIN:
        errors.append(Error("Un cookie ne doit pas voyager d’une commune à l’autre.", id="tenants.E003"))
    loaders = settings.TEMPLATES[0]["OPTIONS"]["loaders"]
    if loaders[0][0] != "django_tenants.template.loaders.cached.Loader":
        errors.append(Error("Le cache des gabarits doit être tenu par commune.", id="tenants.E004"))
    return errors
