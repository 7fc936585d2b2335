"""Secrets at rest: encrypted with the installation's keys, so that a copy of the database alone tells nothing."""

import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def _box() -> MultiFernet:
    if not settings.ENCRYPTION_KEYS:
        raise ImproperlyConfigured("PORTAIL_ENCRYPTION_KEYS est vide.")
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])


def seal(values: Mapping[str, str]) -> str:
    return _box().encrypt(json.dumps(dict(values)).encode()).decode() if values else ""


def unseal(sealed: str) -> dict[str, str]:
    """Raises ImproperlyConfigured when none of the keys fits."""
    if not sealed:
        return {}
    try:
        return json.loads(_box().decrypt(sealed.encode()))
    except InvalidToken as error:
        raise ImproperlyConfigured("Aucune des clés de chiffrement ne déchiffre ce secret.") from error
