"""Production: everything secret comes from the environment, and a missing secret refuses to start."""

import os

from django.core.exceptions import ImproperlyConfigured

from portail.settings.base import *

if not SECRET_KEY or not ENCRYPTION_KEYS:
    raise ImproperlyConfigured(
        "SECRET_KEY et PORTAIL_ENCRYPTION_KEYS doivent être définies dans l'environnement."
    )

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_SSL_REDIRECT = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

if os.environ.get("SENTRY_DSN"):
    import sentry_sdk

    sentry_sdk.init(dsn=os.environ["SENTRY_DSN"], send_default_pii=False, traces_sample_rate=0.0)
