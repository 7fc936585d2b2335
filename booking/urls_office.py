"""The back office's pages that need bookings and money; those about people alone are in core.urls."""

from django.urls import path

urlpatterns: list = []
