"""The active town's own words in its mails. Read at most once a minute: they change a few times a year."""

from typing import cast

from django.core.cache import cache

from core.mail_texts import OwnText, Voice
from core.models import MailSettings, MailText

_KEY = "mail_voice"  # the cache adds the town
_SECONDS = 60


def voice() -> Voice:
    """At most a minute old (``forget_voice`` after a change)."""
    return cast(Voice, cache.get_or_set(_KEY, _read, _SECONDS))


def forget_voice() -> None:
    cache.delete(_KEY)


def _read() -> Voice:
    settings = MailSettings.objects.first() or MailSettings()
    return Voice(
        sender=settings.sender,
        reply_to=settings.reply_to,
        texts={
            row.code: OwnText(subject=row.subject, introduction=row.introduction)
            for row in MailText.objects.all()
        },
    )
