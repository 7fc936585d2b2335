from collections.abc import Collection
from datetime import datetime

from core.enums import NotificationKind
from core.models import NotificationChoice, User


def choose_notifications(*, user: User, wanted: Collection[str], now: datetime) -> None:
    """Keep which kinds of reminders an account wants: those of ``wanted``, and no other."""
    NotificationChoice.objects.bulk_create(
        [
            NotificationChoice(user=user, kind=kind, wanted=kind in wanted, chosen_at=now)
            for kind in NotificationKind
        ],
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["wanted", "chosen_at"],
    )


def stop_notification(*, user: User, kind: NotificationKind, now: datetime) -> None:
    """Stop one kind of reminder; the others stay as they are."""
    NotificationChoice.objects.update_or_create(
        user=user, kind=kind, defaults={"wanted": False, "chosen_at": now}
    )
