"""Addresses of the vendor's console."""

from django.urls import path

from tenants.views import console

urlpatterns = [
    path("", console.console_home, name="console_home"),
    path("communes/nouvelle/", console.console_commune_new, name="console_commune_new"),
    path("communes/<slug:slug>/", console.console_commune, name="console_commune"),
    path("communes/<slug:slug>/suspendre/", console.console_commune_suspend, name="console_commune_suspend"),
    path("communes/<slug:slug>/reprendre/", console.console_commune_resume, name="console_commune_resume"),
    path("communes/<slug:slug>/effacer/", console.console_commune_discard, name="console_commune_discard"),
]
