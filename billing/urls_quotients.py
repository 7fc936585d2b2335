"""Quotients and the facts that prices depend on: the family's page and the desk's."""

from django.urls import path

from billing.views import office_quotients, quotients

urlpatterns = [
    path("mon-compte/quotient/", quotients.quotient, name="quotient"),
    path("mon-compte/quotient/caisse/", quotients.quotient_fund, name="quotient_fund"),
    path("agent/quotients/", office_quotients.agent_quotients, name="agent_quotients"),
    path(
        "agent/quotients/reglages/", office_quotients.agent_quotient_settings, name="agent_quotient_settings"
    ),
    path(
        "agent/quotients/<int:pk>/corriger/",
        office_quotients.agent_quotient_correct,
        name="agent_quotient_correct",
    ),
    path(
        "agent/quotients/<int:pk>/retirer/",
        office_quotients.agent_quotient_withdraw,
        name="agent_quotient_withdraw",
    ),
    path(
        "agent/quotients/declarations/<int:pk>/refuser/",
        office_quotients.agent_declaration_refuse,
        name="agent_declaration_refuse",
    ),
    path(
        "agent/quotients/declarations/<int:pk>/justificatif/",
        office_quotients.agent_declaration_proof,
        name="agent_declaration_proof",
    ),
    path(
        "agent/familles/<int:household_id>/quotients/",
        office_quotients.agent_family_quotients,
        name="agent_family_quotients",
    ),
    path(
        "agent/enfants/<int:child_id>/faits-de-tarif/",
        office_quotients.agent_child_facts,
        name="agent_child_facts",
    ),
]
