"""Addresses of the vendor's console."""

from django.urls import path

from tenants.views import console, login

urlpatterns = [
    path("", console.console_home, name="console_home"),
    path("connexion/", login.console_login, name="console_login"),
    path("deconnexion/", login.console_logout, name="console_logout"),
    # The name under which the layouts of every host know the way out.
    path("deconnexion/", login.console_logout, name="logout"),
    path("communes/nouvelle/", console.console_commune_new, name="console_commune_new"),
    path("communes/<slug:slug>/", console.console_commune, name="console_commune"),
    path("communes/<slug:slug>/suspendre/", console.console_commune_suspend, name="console_commune_suspend"),
    path("communes/<slug:slug>/reprendre/", console.console_commune_resume, name="console_commune_resume"),
    path("communes/<slug:slug>/effacer/", console.console_commune_discard, name="console_commune_discard"),
]
