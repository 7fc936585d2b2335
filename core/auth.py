"""Signing in to a town. Families and agents have separate accounts and separate doors."""

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from core.clock import now
from core.enums import AccountKind
from core.models import User
from tenants.context import in_public_schema


class TownBackend(BaseBackend):
    """Checks an address, a password and the kind of account. Says nothing of why it refuses."""

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002  Django's signature
        username: str | None = None,
        password: str | None = None,
        kind: str = AccountKind.FAMILY,
        **_: object,
    ) -> User | None:
        if in_public_schema() or not username or not password:
            return None
        user = User.objects.filter(email__iexact=username, kind=kind, is_active=True).first()
        if user is None or not user.has_usable_password():
            make_password(
                password
            )  # the same time as for a known address, so that addresses cannot be guessed
            return None
        if not user.check_password(password):
            return None
        if user.provisional_until and user.provisional_until < now():
            return None
        return user

    def get_user(self, user_id: int) -> User | None:
        if in_public_schema():
            return None
        return User.objects.select_related("guardian__household").filter(pk=user_id, is_active=True).first()
