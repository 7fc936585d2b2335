"""The names that the layouts link to, each an empty address: the gallery is tried without the rest of the project."""

from django.http import HttpResponse
from django.urls import path

NAMES = (
    "agent_login",
    "home",
    "language",
    "login",
    "logout",
    "account",
    "cart",
    "contact",
    "conversations",
    "legal_notice",
    "legal_accessibility",
    "legal_privacy",
    "password_reset",
    "agent_home",
    "agent_security",
    "console_home",
    "theme_css",
    "manifest",
    "town_icon",
)

urlpatterns = [path(f"{name}/", lambda _request: HttpResponse(), name=name) for name in NAMES]
