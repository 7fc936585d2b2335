"""Invoicing as the desk does it: campaigns, unpaid invoices, credit."""

from django.urls import path

from billing.views import campaigns, credit, documents, unpaid

urlpatterns = [
    path("agent/facturation/", campaigns.agent_campaigns, name="agent_campaigns"),
    path("agent/facturation/nouvelle/", campaigns.agent_campaign_new, name="agent_campaign_new"),
    path("agent/facturation/<int:pk>/", campaigns.agent_campaign, name="agent_campaign"),
    path("agent/facturation/<int:pk>/suite/", campaigns.agent_campaign_act, name="agent_campaign_act"),
    path("agent/facturation/<int:pk>/ligne/", campaigns.agent_campaign_line, name="agent_campaign_line"),
    path("agent/facturation/projet/<int:pk>/", campaigns.agent_campaign_draft, name="agent_campaign_draft"),
    path(
        "agent/facturation/projet/<int:pk>/lignes/",
        campaigns.agent_campaign_lines,
        name="agent_campaign_lines",
    ),
    path("agent/facturation/impayes/", unpaid.agent_unpaid, name="agent_unpaid"),
    path("agent/facturation/avoirs/", credit.agent_credits, name="agent_credits"),
    path(
        "agent/facturation/avoirs/<int:household_id>/<slug:code>/", credit.agent_credit, name="agent_credit"
    ),
    path(
        "agent/facturation/avoirs/<int:household_id>/<slug:code>/remboursement/",
        credit.agent_credit_refund,
        name="agent_credit_refund",
    ),
    path("agent/facturation/factures/<int:pk>/avoir/", credit.agent_credit_use, name="agent_credit_use"),
    path("agent/facturation/factures/<int:pk>/", documents.agent_invoice_pdf, name="agent_invoice_pdf"),
]
