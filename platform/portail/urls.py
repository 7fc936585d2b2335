"""Addresses of a town's host."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("core.urls")),
    path("", include("booking.urls")),
    path("", include("billing.urls")),
]

if settings.DEMO or settings.DEBUG:
    urlpatterns.append(path("demo/", include("portail.urls_demo")))

handler400 = "core.views.errors.bad_request"
handler403 = "core.views.errors.permission_denied"
handler404 = "core.views.errors.not_found"
handler500 = "core.views.errors.server_error"
