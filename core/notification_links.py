"""Links of reminders that stop them without signing in: they prove who clicks, for one kind of mail and no other."""

from django.core import signing
from django.urls import reverse

from core.enums import NotificationKind
from core.models import User
from tenants.context import current_commune

_SALT = "core.notification_links"


def stop_path(user: User, kind: NotificationKind) -> str:
    """The page that stops ``kind`` for this account, as a path on the town's host."""
    token = signing.dumps([current_commune().slug, user.pk, kind.value], salt=_SALT)
    return reverse("notification_stop", args=[token])


def read_stop_token(token: str) -> tuple[User, NotificationKind] | None:
    """The account and the kind of a link; None for any other text."""
    try:
        slug, pk, kind = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.families().filter(pk=pk, is_active=True).first()
    if slug != current_commune().slug or user is None:
        return None
    return user, NotificationKind(kind)
