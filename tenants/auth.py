from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from tenants.context import in_public_schema
from tenants.models import VendorUser


class VendorBackend(BaseBackend):
    """Signs the vendor's people in, on the console host only."""

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002  Django's signature
        username: str | None = None,
        password: str | None = None,
        **_: object,
    ) -> VendorUser | None:
        if not in_public_schema() or not username or not password:
            return None
        user = VendorUser.objects.filter(email__iexact=username, is_active=True).first()
        if user is None:
            make_password(
                password
            )  # the same time as for a known address, so that addresses cannot be guessed
            return None
        return user if user.check_password(password) else None

    def get_user(self, user_id: int) -> VendorUser | None:
        if not in_public_schema():
            return None
        return VendorUser.objects.filter(pk=user_id, is_active=True).first()
