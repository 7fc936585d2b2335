"""Django's test client, on the host of a town."""

from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection
from django.test import Client
from django_tenants.utils import tenant_context

from tenants.models import Commune

TOWN_BACKEND = "core.auth.TownBackend"
VENDOR_BACKEND = "tenants.auth.VendorBackend"


class TownClient(Client):
    """Speaks to one town (``None``: the vendor's console), and leaves the active town of the test as it was."""

    def __init__(self, commune: Commune | None, user: AbstractBaseUser | None = None, **options: Any) -> None:
        host = settings.CONSOLE_HOST
        if commune:
            with tenant_context(commune):
                host = commune.domains.get(is_primary=True).domain
        super().__init__(SERVER_NAME=host, **options)
        self.commune = commune
        if user:
            self.force_login(user)

    def request(self, **request: Any):
        active = connection.tenant
        try:
            return super().request(**request)
        finally:
            connection.set_tenant(active)

    def force_login(self, user: AbstractBaseUser, backend: str | None = None) -> None:
        active = connection.tenant
        if self.commune:
            connection.set_tenant(self.commune)
        else:
            connection.set_schema_to_public()
        try:
            super().force_login(user, backend or (TOWN_BACKEND if self.commune else VENDOR_BACKEND))
        finally:
            connection.set_tenant(active)
