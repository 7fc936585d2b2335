"""The town that the current code works for. The only module of ``tenants`` that other applications import."""

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import get_urlconf, set_urlconf
from django.utils import timezone
from django_tenants.utils import get_public_schema_name, tenant_context

from tenants.connection import connection
from tenants.enums import CommuneStatus
from tenants.models import Commune


class NoCommuneError(RuntimeError):
    """Code that needs a town ran outside of one."""


def current_commune() -> Commune:
    """The active town. Raises NoCommuneError outside of a town."""
    if not isinstance(connection.tenant, Commune):
        raise NoCommuneError("aucune commune n’est active")
    return connection.tenant


def ready_communes() -> list[Commune]:
    """The towns that are open to the public, for periodic work and for what arrives on a shared host."""
    return list(Commune.objects.filter(status=CommuneStatus.READY).order_by("slug"))


def ready_commune(slug: str) -> Commune | None:
    return Commune.objects.filter(slug=slug, status=CommuneStatus.READY).first()


def in_public_schema() -> bool:
    return connection.schema_name == get_public_schema_name()


def town_timezone() -> ZoneInfo:
    return current_commune().tz


@contextmanager
def use_commune(commune: Commune) -> Iterator[Commune]:
    """Work for a town: its schema, its time zone and its addresses (a request to the console or to the callback
    host resolves others), put back afterwards."""
    addresses = get_urlconf()
    set_urlconf(None)
    try:
        with tenant_context(commune), timezone.override(commune.tz):
            yield commune
    finally:
        set_urlconf(addresses)


def base_url(host: str) -> str:
    """The address people type for a host of this installation, without a trailing slash."""
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    return f"{settings.PUBLIC_SCHEME}://{host}{port}"


def town_url(path: str = "/") -> str:
    """An absolute address on the active town's own host, for mails and providers."""
    commune = current_commune()
    host = commune.domains.filter(is_primary=True).values_list("domain", flat=True).first()
    if host is None:
        raise NoCommuneError(f"la commune {commune.slug} n’a pas de nom d’hôte principal")
    return base_url(host) + path
