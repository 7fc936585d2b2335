"""Addresses of the vendor's host."""

from django.urls import include, path

from portail import console_door as door
from portail.console_agents import console_agent_act, console_agents

urlpatterns = [
    path("", include("tenants.urls")),
    path("connexion/", door.console_login, name="console_login"),
    path("connexion/code/", door.console_code, name="console_code"),
    path("deconnexion/", door.console_logout, name="console_logout"),
    # The name under which the layouts of every host know the way out.
    path("deconnexion/", door.console_logout, name="logout"),
    path("securite/", door.console_security, name="console_security"),
    path("securite/activer/", door.console_enrol, name="console_enrol"),
    path("securite/codes/", door.console_security_codes, name="console_security_codes"),
    path("communes/<slug:slug>/agents/", console_agents, name="console_agents"),
    path("communes/<slug:slug>/agents/<int:pk>/", console_agent_act, name="console_agent_act"),
]

handler404 = "tenants.views.errors.not_found"
handler500 = "tenants.views.errors.server_error"
