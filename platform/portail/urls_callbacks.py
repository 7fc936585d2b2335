"""The one host on which payment providers announce something, for all towns."""

from django.urls import path

from billing.views.notifications import provider_notification

urlpatterns = [
    path("<slug:driver>/<slug:slug>/", provider_notification, name="provider_notification"),
]
