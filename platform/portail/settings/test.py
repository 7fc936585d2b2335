"""Tests: as production where it matters, cheap where it does not."""

import os

from portail.settings.base import *

SECRET_KEY = "tests"
ENCRYPTION_KEYS = ["dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMTI="]
CONSOLE_FACTOR_REQUIRED = False
DEMO = os.environ.get("PORTAIL_TEST_DEMO") == "1"
PUBLIC_SCHEME = "http"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = True
CELERY_TASK_ALWAYS_EAGER = False
# Transactions of a test and pooled connections do not mix: each thread keeps its own connection.
DATABASES["default"]["OPTIONS"] = {}
LOGGING = {"as_json": False}
# A test that has not started a simulator finds nobody: never the real service.
PAYFIP_SERVICE_URL = os.environ.get("PAYFIP_SERVICE_URL", "http://127.0.0.1:9")
API_PARTICULIER_URL = os.environ.get("API_PARTICULIER_URL", "http://127.0.0.1:9")
