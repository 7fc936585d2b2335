"""Addresses of the vendor's host."""

from django.urls import include, path

from portail.console_agents import console_agent_act, console_agents

urlpatterns = [
    path("", include("tenants.urls")),
    path("communes/<slug:slug>/agents/", console_agents, name="console_agents"),
    path("communes/<slug:slug>/agents/<int:pk>/", console_agent_act, name="console_agent_act"),
]

handler404 = "tenants.views.errors.not_found"
handler500 = "tenants.views.errors.server_error"
