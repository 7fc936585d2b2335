"""The demo: one machine, two towns, simulated providers. Nothing here is secret."""

import os

from portail.settings.base import *

SECRET_KEY = "demonstration-seulement-ne-protege-rien"
ENCRYPTION_KEYS = ["ZGVtb25zdHJhdGlvbi1zZXVsZW1lbnQtMzItb2N0ZXQ="]
DEMO = True
CONSOLE_FACTOR_REQUIRED = False  # one may set it up all the same
PUBLIC_SCHEME = "http"
PUBLIC_PORT = os.environ.get("PORTAIL_PUBLIC_PORT", "8000")
# Mails stay in the outbox, where the demo's mail page shows them.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
LOGGING = {"as_json": False}
