"""Settings shared by every way of running Portail. Whatever differs between machines comes from the environment."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONCE, NONE, SELF

from billing.providers.systempay.rules import PAGES as SYSTEMPAY_PAGES

ROOT = Path(__file__).resolve().parents[3]
DATA_DIR = Path(os.environ.get("PORTAIL_DATA_DIR", ROOT / "data"))

SECRET_KEY = os.environ.get("SECRET_KEY", "")
# Keys that encrypt secrets at rest (régie accounts), newest first; older ones still decrypt.
ENCRYPTION_KEYS = [key for key in os.environ.get("PORTAIL_ENCRYPTION_KEYS", "").split(",") if key]
DEBUG = False

# --- Hosts -------------------------------------------------------------------------------------------
# Towns answer on the hosts of tenants.Domain; any other host is a 404 (tenants.middleware), so Django's
# own list lets every name through.
ALLOWED_HOSTS = ["*"]
BASE_DOMAIN = os.environ.get("PORTAIL_BASE_DOMAIN", "localhost")
CONSOLE_HOST = os.environ.get("PORTAIL_CONSOLE_HOST", f"console.{BASE_DOMAIN}")
# One host for the notifications of every town: providers open their outgoing proxy to it once (payments.md §2.5).
CALLBACK_HOST = os.environ.get("PORTAIL_CALLBACK_HOST", f"paiement.{BASE_DOMAIN}")
# Scheme and port that people see, for the links in mails and in providers' callbacks.
PUBLIC_SCHEME = os.environ.get("PORTAIL_PUBLIC_SCHEME", "https")
PUBLIC_PORT = os.environ.get("PORTAIL_PUBLIC_PORT", "")

ROOT_URLCONF = "portail.urls"
CONSOLE_URLCONF = "portail.urls_console"
CALLBACK_URLCONF = "portail.urls_callbacks"
PUBLIC_SCHEMA_URLCONF = CONSOLE_URLCONF
WSGI_APPLICATION = "portail.wsgi.application"

# --- Applications ------------------------------------------------------------------------------------
SHARED_APPS = [
    "django_tenants",
    "tenants",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "axes",
]
TENANT_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "axes",
    "core",
    "billing",
    "booking",
]
WITHOUT_TABLES = [
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "csp",
    "themes",
    "portail",
]
INSTALLED_APPS = [*SHARED_APPS, *(app for app in TENANT_APPS if app not in SHARED_APPS), *WITHOUT_TABLES]

TENANT_MODEL = "tenants.Commune"
TENANT_DOMAIN_MODEL = "tenants.Domain"
TENANT_LIMIT_SET_CALLS = True  # one SET search_path a request, not one a cursor
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
COMMUNE_FILE_APPLY = "core.commune_file.services.apply_text"
COMMUNE_FILE_CHECK = "core.commune_file.services.check_text"
# What the vendor sees of a town’s size: word → table of the town’s schema.
CONSOLE_COUNTS = {
    "Dossiers": "core_household",
    "Enfants": "core_child",
    "Réservations": "booking_reservation",
}

MIDDLEWARE = [
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tenants.middleware.TownMiddleware",
    "core.middleware.NulMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.OriginMiddleware",
    "core.middleware.PasswordChangeMiddleware",
    "core.middleware.SecondFactorMiddleware",
    "core.middleware.SessionSeenMiddleware",
    "core.middleware.NoStoreMiddleware",
    "axes.middleware.AxesMiddleware",
]

# --- Database, cache, jobs ---------------------------------------------------------------------------


def database_from_url(url: str) -> dict:
    parts = urlsplit(url)
    return {
        "ENGINE": "django_tenants.postgresql_backend",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        # Recycled, because a backend's memory grows with the schemas it has touched.
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8, "timeout": 10, "max_lifetime": 900}},
    }


DATABASES = {
    "default": database_from_url(os.environ.get("DATABASE_URL", "postgresql://portail@127.0.0.1/portail"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

VALKEY_URL = os.environ.get("VALKEY_URL", "redis://127.0.0.1:6379")
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": f"{VALKEY_URL}/0",
        # A cache that is down makes pages slower, never unavailable.
        "OPTIONS": {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 0.3, "SOCKET_TIMEOUT": 0.5},
        "KEY_FUNCTION": "django_tenants.cache.make_key",
        "REVERSE_KEY_FUNCTION": "django_tenants.cache.reverse_key",
    }
}
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", f"{VALKEY_URL}/1")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that is down must not slow a family's request: the sweepers do the work later.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}

# --- People ------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "core.auth.TownBackend",
    "tenants.auth.VendorBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "account"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
SILENCED_SYSTEM_CHECKS = [
    "auth.W004"
]  # an address is unique per kind of account (core.User.Meta.constraints)

# Whoever enters the console shows a code of the telephone as well.
CONSOLE_FACTOR_REQUIRED = os.environ.get("PORTAIL_CONSOLE_FACTOR", "1") == "1"

AXES_FAILURE_LIMIT = 6
AXES_USERNAME_FORM_FIELD = (
    "username"  # what backends receive; by default the model’s own field, and nobody is ever locked
)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_CLIENT_IP_CALLABLE = "core.visitors.visitor_address"
# How many proxies of ours stand in front; behind one, every visitor would else have the same address.
PROXY_COUNT = int(os.environ.get("PORTAIL_PROXY_COUNT", "0"))

# Cookies are host-only (no COOKIE_DOMAIN): a town's session never travels to another town.
SESSION_COOKIE_NAME = "portail_session"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "portail_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "core.views.errors.csrf_failure"

# --- Language and time -------------------------------------------------------------------------------
# French is what the code and the templates say; a family may read the portal in the others (docs/langues.md).
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English"), ("ar", "العربية")]
LANGUAGE_COOKIE_NAME = "portail_langue"
FORMAT_MODULE_PATH = ["portail.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"  # the town's own zone is activated by tenants.middleware

# --- Templates and files -----------------------------------------------------------------------------
FORM_RENDERER = "themes.forms.Renderer"
# Folders of themes/ that a town may choose, beside the usual look (core.enums.Theme).
THEMES = ("gazette",)
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Each theme keeps its own under its name: « gazette/home/home.html ».
        "DIRS": [ROOT / "themes" / "templates", *(ROOT / "themes" / theme / "templates" for theme in THEMES)],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "core.context_processors.town",
                "core.context_processors.unread_messages",
                "booking.context_processors.basket",
            ],
            "loaders": [
                (
                    "django_tenants.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("PORTAIL_STATIC_ROOT", ROOT / "staticfiles"))
STATICFILES_DIRS = [
    ROOT / "themes" / "static",
    *((theme, ROOT / "themes" / theme / "static") for theme in THEMES),
]
STORAGES = {
    "default": {"BACKEND": "django_tenants.files.storage.TenantFileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if os.environ.get("PORTAIL_S3_BUCKET"):
    STORAGES["default"] = {
        "BACKEND": "core.storage.TownS3Storage",
        "OPTIONS": {
            "bucket_name": os.environ["PORTAIL_S3_BUCKET"],
            "endpoint_url": os.environ.get("PORTAIL_S3_ENDPOINT") or None,
            "file_overwrite": False,
        },
    }
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
# The antivirus that files of families are shown to: a socket (/run/clamav/clamd.ctl) or host:port. Empty: none.
CLAMD_ADDRESS = os.environ.get("PORTAIL_CLAMD_ADDRESS", "")
# A whole year of six columns, all ticked, is one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- Short messages ----------------------------------------------------------------------------------
# "log": written in the log, nothing leaves; "http": one JSON POST with a bearer token; empty: none.
SMS_DRIVER = os.environ.get("PORTAIL_SMS_DRIVER", "")
SMS_URL = os.environ.get("PORTAIL_SMS_URL", "")
SMS_TOKEN = os.environ.get("PORTAIL_SMS_TOKEN", "")

# --- Mail --------------------------------------------------------------------------------------------
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "") == "1"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", f"ne-pas-repondre@{BASE_DOMAIN}")

# --- Payment providers -------------------------------------------------------------------------------
PAYFIP_SERVICE_URL = os.environ.get("PAYFIP_SERVICE_URL", "https://www.payfip.gouv.fr/tpa/services/securite")
PAYFIP_PAGE_URL = os.environ.get("PAYFIP_PAGE_URL", "https://www.payfip.gouv.fr/tpa/paiementws.web")
# Empty: each account's own platform. Set: one page for all accounts (a simulator, another door of the platform).
SYSTEMPAY_PAGE_URL = os.environ.get("SYSTEMPAY_PAGE_URL", "")
SYSTEMPAY_REST_URL = os.environ.get("SYSTEMPAY_REST_URL", "")
# Empty: the real one. A simulator serves its pages where it answers.
STRIPE_API_URL = os.environ.get("STRIPE_API_URL", "")
PAYMENT_PAGES = [
    PAYFIP_PAGE_URL,
    *([SYSTEMPAY_PAGE_URL] if SYSTEMPAY_PAGE_URL else SYSTEMPAY_PAGES.values()),
    STRIPE_API_URL or "https://checkout.stripe.com",
]

# --- Family funds (quotient familial) -----------------------------------------------------------------
API_PARTICULIER_URL = os.environ.get("API_PARTICULIER_URL", "https://particulier.api.gouv.fr")

# --- Security headers --------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # « Accéder au paiement » is a form whose answer redirects to the provider: browsers check that address too.
        "form-action": [SELF, *("{0.scheme}://{0.netloc}".format(urlsplit(page)) for page in PAYMENT_PAGES)],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# --- Logs --------------------------------------------------------------------------------------------
LOGGING_CONFIG = "portail.logs.configure"
LOGGING = {"as_json": True}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

DEMO = False
