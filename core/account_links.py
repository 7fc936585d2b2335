"""Links sent by mail that prove who clicks. Each dies by itself: after three days, or as soon as it has served."""

from datetime import datetime

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from core import clock
from core.models import User
from tenants.context import current_commune


class AccountLink(PasswordResetTokenGenerator):
    """A token for one ``purpose``, one account and one town (settings.PASSWORD_RESET_TIMEOUT is its life)."""

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.key_salt = f"core.account_links.{purpose}"

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        # Whatever changes when the link has served; signing in elsewhere does not kill it.
        facts = (
            current_commune().slug,
            user.pk,
            user.kind,
            user.email,
            user.password,
            user.activated_at,
            timestamp,
        )
        return "|".join(map(str, facts))

    def _now(self) -> datetime:
        return clock.now().replace(tzinfo=None)


ACTIVATION = AccountLink("activation")
PASSWORD_RESET = AccountLink("password_reset")


def email_change_link(new_email: str) -> AccountLink:
    return AccountLink(f"email_change:{new_email.lower()}")
