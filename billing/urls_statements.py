"""Yearly statements and tax attestations."""

from django.urls import path

from billing.views import statements

urlpatterns = [
    path("mon-compte/releves/", statements.statements, name="statements"),
    path("mon-compte/releves/releve-<int:year>.pdf", statements.yearly, name="statement_yearly"),
    path("mon-compte/releves/attestation-fiscale-<int:year>.pdf", statements.fiscal, name="statement_fiscal"),
    path("agent/familles/<int:pk>/releves/", statements.agent_statements, name="agent_family_statements"),
    path(
        "agent/familles/<int:pk>/releves/releve-<int:year>.pdf",
        statements.agent_yearly,
        name="agent_family_yearly",
    ),
    path(
        "agent/familles/<int:pk>/releves/attestation-fiscale-<int:year>.pdf",
        statements.agent_fiscal,
        name="agent_family_fiscal",
    ),
]
