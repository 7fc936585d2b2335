"""The language that a family chose for its account."""

from core.models import User


def choose_language(*, user: User, language: str) -> None:
    """Pages and mails of this account are in this language from now on (a code of settings.LANGUAGES)."""
    user.language = language
    user.save(update_fields=["language"])
