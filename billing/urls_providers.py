"""How the régies are paid online, for the desk."""

from django.urls import path

from billing.views import office_providers

urlpatterns = [
    path("agent/paiement-en-ligne/", office_providers.agent_providers, name="agent_providers"),
    path("agent/paiement-en-ligne/<slug:code>/", office_providers.agent_provider, name="agent_provider"),
    path(
        "agent/paiement-en-ligne/<slug:code>/tester/",
        office_providers.agent_provider_check,
        name="agent_provider_check",
    ),
    path(
        "agent/paiement-en-ligne/<slug:code>/fermer/",
        office_providers.agent_provider_close,
        name="agent_provider_close",
    ),
    path(
        "agent/paiement-en-ligne/<slug:code>/compte/<slug:driver>/",
        office_providers.agent_provider_set,
        name="agent_provider_set",
    ),
]
