"""Addresses of the vendor's host."""

from django.urls import include, path

urlpatterns = [path("", include("tenants.urls"))]

handler404 = "tenants.views.errors.not_found"
handler500 = "tenants.views.errors.server_error"
