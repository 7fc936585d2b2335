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
# Towns are siblings under one domain: with this prefix a browser refuses a cookie that another of them would set.
SESSION_COOKIE_NAME = f"__Host-{SESSION_COOKIE_NAME}"
CSRF_COOKIE_NAME = f"__Host-{CSRF_COOKIE_NAME}"

if os.environ.get("SENTRY_DSN"):
    import sentry_sdk

    sentry_sdk.init(
        dsn=os.environ["SENTRY_DSN"],
        send_default_pii=False,
        # Variables and forms hold passwords, links that sign in, and the lives of families.
        include_local_variables=False,
        max_request_body_size="never",
        traces_sample_rate=0.0,
    )
